package io.merlinadapter.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Adapters whose program predicts a request's own rows, in any order, and holds a request for as long as its rows say. */
final class Mirror {
    private static final Supervision OVER = new StdioJsonRpc() {};

    private Mirror() {}

    /** Starts one and waits until its ports are open. */
    static Supervised serve(String... options) {
        List<String> all = new ArrayList<>(List.of("--upi-payload=instances"));
        all.addAll(Arrays.asList(options));
        Supervised adapter = OVER.launchProgram(List.of(), all, "crossed", List.of("concurrency=64", "instances"));
        adapter.awaitPort();
        return adapter;
    }

    /** Where its UPI_V1 front is. */
    static String address(Supervised adapter) {
        return "127.0.0.1:" + adapter.process().grpcPort();
    }
}
