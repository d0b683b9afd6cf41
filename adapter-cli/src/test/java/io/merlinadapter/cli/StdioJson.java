package io.merlinadapter.cli;

import java.util.List;

/** Over stdin and stdout, with bare JSON lines. */
interface StdioJson extends Supervision {
    @Override
    default List<String> child(String... vices) {
        return Children.scripted(vices);
    }

    @Override
    default List<String> options() {
        return List.of();
    }
}
