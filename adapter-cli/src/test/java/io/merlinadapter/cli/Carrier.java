package io.merlinadapter.cli;

import java.util.List;

/** What a channel means for those who look from outside. */
interface Carrier {
    /** The options that choose it; none for the default. */
    List<String> channelOptions();

    /** What logs and errors call that which replies come from. */
    String replyStream();

    /** What a program may write there before it has read anything, without being taken to have answered. */
    String earlyWords();
}
