package io.merlinadapter.cli.it.support;

import java.util.List;

/** What a format means for those who look from outside. */
public interface Wording {
    /** The options that choose it; none for the default. */
    List<String> formatOptions();

    /** The arguments that have a child of ours speak it. */
    List<String> childWords();

    /** A reply line that gives this JSON to the request that the child is at; for the step {@code write}. */
    String reply(String json);

    /** How many requests a busy child of ours holds at a time, if it may. */
    int concurrency();

    /** How many requests a child of ours gets on one line at most: those die together. */
    default int mostOnALine() {
        return 1;
    }

    /** What a caller sends who asks for this: one value, or several where {@link #takesSeveral}. */
    default String question(String... values) {
        return values[0];
    }

    /** What a caller is answered who has sent a {@link #question}, and each of its values has this answer. */
    default String answered(String... values) {
        return values[0];
    }

    /** True if a caller may ask for several values at once. */
    default boolean takesSeveral() {
        return false;
    }

    /** What is told to callers whose requests were on one line with that of which the program died. */
    default String lostTogether() {
        return "one of a batch of";
    }

    /** What has become of a worker that gave two answers to one request, after the adapter had time to see it. */
    void checkAnsweredTwice(Supervised adapter, Told told, long child);
}
