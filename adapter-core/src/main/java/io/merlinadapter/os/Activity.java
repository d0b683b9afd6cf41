package io.merlinadapter.os;

/**
 * What a child and all that it has started were seen to do at one moment.
 *
 * @param doing what tells most about whether the child waits for its input
 * @param cpuNanos how long they have computed since their start, as far as that is known
 * @param residentBytes memory they hold; what they share counts for each of them
 */
public record Activity(Doing doing, long cpuNanos, long residentBytes) {
    /** In the order of what counts more: one thread that reads is enough, and one that works outweighs any that wait. */
    public enum Doing {
        /**
         * A thread waits for bytes of the child's stdin, in a read of it or in a poll for nothing else: the program has come
         * as far as to ask for a line. What other threads still load, or what stands behind a {@code tee} that reads for the
         * program, can't be told.
         */
        READS,
        /** A thread computes, waits for the processor, or for a file. */
        WORKS,
        /**
         * An event loop waits for many things, of which the child's stdin is one, and all other threads wait, too. Whether a
         * timer or an answer from the network must come before a line would be read can't be told.
         */
        WATCHES,
        /** All wait, but of at least one thread it can't be seen for what: no leave to look, or a call that doesn't say. */
        UNKNOWN,
        /** All wait, and none for the child's stdin: they sleep, or wait for the network, for each other, for a child. */
        ELSEWHERE;

        Doing or(Doing other) {
            return compareTo(other) <= 0 ? this : other;
        }
    }
}
