package io.merlinadapter.cli.it.support;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Adapters whose program predicts a request's own rows, in any order, and holds a request for as long as its rows say. */
public final class Mirror {
    private static final Supervision OVER = new StdioJsonRpc() {};

    private Mirror() {}

    /** Starts one and waits until its ports are open. */
    public static Supervised serve(String... options) {
        return serveWith(List.of(), options);
    }

    /** Starts one whose program has some vice. */
    public static Supervised serveWith(List<String> vices, String... options) {
        List<String> all = new ArrayList<>(List.of("--upi-payload=instances"));
        all.addAll(Arrays.asList(options));
        List<String> arguments = new ArrayList<>(List.of("concurrency=64", "instances"));
        arguments.addAll(vices);
        Supervised adapter = OVER.launchProgram(List.of(), all, "crossed", arguments);
        adapter.awaitPort();
        return adapter;
    }

    /** Where its UPI_V1 front is. */
    public static String address(Supervised adapter) {
        return "127.0.0.1:" + adapter.process().grpcPort();
    }
}
