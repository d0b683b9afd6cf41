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

    /** What has become of a worker that gave two answers to one request, after the adapter had time to see it. */
    void checkAnsweredTwice(Supervised adapter, Told told, long child);
}
