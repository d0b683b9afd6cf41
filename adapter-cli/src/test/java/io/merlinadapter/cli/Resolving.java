package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

/** Short forms for the tests that resolve a configuration. */
final class Resolving {

    static final Machine MACHINE = new Machine(124L << 20, 1024);

    private Resolving() {}

    static Resolved run(List<String> args, Map<String, String> env) {
        Outcome outcome = Configuration.resolve(args, env, MACHINE);
        assertThat(outcome).as(outcome.toString()).isInstanceOf(Outcome.Run.class);
        return ((Outcome.Run) outcome).resolved();
    }

    static Resolved run(String... args) {
        return run(List.of(args), Map.of());
    }

    static Outcome.Exit exit(List<String> args, Map<String, String> env) {
        Outcome outcome = Configuration.resolve(args, env, MACHINE);
        assertThat(outcome).as(outcome.toString()).isInstanceOf(Outcome.Exit.class);
        return (Outcome.Exit) outcome;
    }

    /** The report of a faulty configuration. */
    static String faults(List<String> args, Map<String, String> env) {
        Outcome.Exit exit = exit(args, env);
        assertThat(exit.code()).isEqualTo(ExitCode.USAGE);
        assertThat(exit.toStderr()).isTrue();
        return exit.text();
    }

    static String faults(String... args) {
        return faults(List.of(args), Map.of());
    }

    static ResolvedValue<?> value(Resolved resolved, Option<?> option) {
        return resolved.config().resolved().stream()
                .filter(value -> value.option() == option)
                .findFirst()
                .orElseThrow();
    }
}
