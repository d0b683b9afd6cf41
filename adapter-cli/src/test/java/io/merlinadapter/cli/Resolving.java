package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.config.Machine;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.ResolvedValue;
import io.merlinadapter.cli.run.ExitCode;
import java.util.List;
import java.util.Map;

/** Short forms for the tests that resolve a configuration. */
public final class Resolving {

    static final Machine MACHINE = new Machine(124L << 20, 1024, false, 0);

    private Resolving() {}

    public static Resolved run(List<String> args, Map<String, String> env) {
        return run(args, env, MACHINE);
    }

    public static Resolved run(List<String> args, Map<String, String> env, Machine machine) {
        Outcome outcome = Configuration.resolve(args, env, machine);
        assertThat(outcome).as(outcome.toString()).isInstanceOf(Outcome.Run.class);
        return ((Outcome.Run) outcome).resolved();
    }

    public static Resolved run(String... args) {
        return run(List.of(args), Map.of());
    }

    static Outcome.Exit exit(List<String> args, Map<String, String> env) {
        Outcome outcome = Configuration.resolve(args, env, MACHINE);
        assertThat(outcome).as(outcome.toString()).isInstanceOf(Outcome.Exit.class);
        return (Outcome.Exit) outcome;
    }

    /** The report of a faulty configuration. */
    public static String faults(List<String> args, Map<String, String> env) {
        Outcome.Exit exit = exit(args, env);
        assertThat(exit.code()).isEqualTo(ExitCode.USAGE);
        assertThat(exit.toStderr()).isTrue();
        return exit.text();
    }

    public static String faults(String... args) {
        return faults(List.of(args), Map.of());
    }

    public static ResolvedValue<?> value(Resolved resolved, Option<?> option) {
        return resolved.config().resolved().stream()
                .filter(value -> value.option() == option)
                .findFirst()
                .orElseThrow();
    }
}
