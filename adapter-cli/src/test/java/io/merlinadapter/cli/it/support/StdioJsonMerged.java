package io.merlinadapter.cli.it.support;

import java.util.List;

/** Over stdin and stdout, with bare JSON lines that have the instances of several callers. */
public interface StdioJsonMerged extends StdioJson {
    @Override
    default List<String> formatOptions() {
        return List.of("--batch=instances", "--batch-max-size=" + mostOnALine());
    }

    @Override
    default List<String> childWords() {
        return List.of("instances");
    }

    @Override
    default int mostOnALine() {
        return 8;
    }

    @Override
    default String question(String... values) {
        return "{\"instances\":[" + String.join(",", values) + "]}";
    }

    @Override
    default String answered(String... values) {
        return "{\"predictions\":[" + String.join(",", values) + "]}";
    }

    @Override
    default String reply(String json) {
        return answered(json);
    }

    @Override
    default boolean takesSeveral() {
        return true;
    }

    @Override
    default String lostTogether() {
        return " calls went to it as one, --batch=instances";
    }
}
