package io.merlinadapter.cli.it.support;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A way to children, over which a contract holds: a {@link Wording} on a {@link Carrier}. What holds differently over one
 * of them is a question to it.
 */
public interface Supervision extends Wording, Carrier {
    /** A program that says it is ready by answering; the start of a child that has this option is proven. */
    String WARMUP = "--warmup={\"token\":\"warm\"}";

    /** What a contract's adapter gets; empty to run it as users do. */
    default String javaOptions() {
        return QuickStart.options();
    }

    /** Starts an adapter without waiting for it. */
    default Supervised launch(List<String> options, String... vices) {
        return launchBehind(List.of(), options, vices);
    }

    /** Starts an adapter and waits until its port is open. */
    default Supervised serve(List<String> options, String... vices) {
        Supervised adapter = launch(options, vices);
        adapter.awaitPort();
        return adapter;
    }

    /** Starts an adapter by a command that runs the command that follows it. */
    default Supervised launchBehind(List<String> prefix, List<String> options, String... vices) {
        List<String> arguments = new ArrayList<>(List.of("stderr=\"" + Told.WHISPER + "\\n\""));
        arguments.addAll(Arrays.asList(vices));
        return launchProgram(prefix, options, "scripted", arguments);
    }

    /** Starts an adapter with one of the programs that are there for tests. */
    default Supervised launchProgram(
            List<String> prefix, List<String> options, String program, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString());
        command.add("--settle=0.1s");
        command.addAll(formatOptions());
        command.addAll(channelOptions());
        command.addAll(options);
        command.add("--");
        List<String> words = new ArrayList<>(childWords());
        words.addAll(arguments);
        command.addAll(Children.command(program, words));
        return new Supervised(command, javaOptions(), this::question);
    }
}
