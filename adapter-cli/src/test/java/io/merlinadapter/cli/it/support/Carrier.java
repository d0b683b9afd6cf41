package io.merlinadapter.cli.it.support;

import java.util.List;

/** What a channel means for those who look from outside. */
public interface Carrier {
    /** The options that choose it; none for the default. */
    List<String> channelOptions();

    /** What logs and errors call that which replies come from. */
    String replyStream();

    /**
     * Whether the kernel tells which requests a program has not read when it ends. Where it does not, a request that was
     * written to a program about to end is lost, as nobody knows that it was not seen.
     */
    boolean tellsWhatIsUnread();

    /** What a program may write there before it has read anything, without being taken to have answered. */
    String earlyWords();
}
