package io.merlinadapter.cli;

import java.util.List;

/** Stdin and stdout. */
interface Stdio extends Carrier {
    @Override
    default List<String> channelOptions() {
        return List.of();
    }

    @Override
    default String replyStream() {
        return "stdout";
    }
}
