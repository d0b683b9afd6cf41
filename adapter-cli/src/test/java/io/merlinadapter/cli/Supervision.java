package io.merlinadapter.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A way to children, over which a contract holds. */
interface Supervision {
    /** A program that says it is ready by answering; the start of a child that has this option is proven. */
    String WARMUP = "--warmup={\"token\":\"warm\"}";

    /** The command line of a child with these vices, which are arguments of the scripted child. */
    List<String> child(String... vices);

    /** What the adapter has to be told about this way. */
    List<String> options();

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
        List<String> command = new ArrayList<>(prefix);
        command.add(AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString());
        command.add("--settle=0.1s");
        command.addAll(options());
        command.addAll(options);
        command.add("--");
        List<String> arguments = new ArrayList<>(List.of("stderr=\"" + Told.WHISPER + "\\n\""));
        arguments.addAll(Arrays.asList(vices));
        command.addAll(child(arguments.toArray(String[]::new)));
        return new Supervised(command);
    }
}
