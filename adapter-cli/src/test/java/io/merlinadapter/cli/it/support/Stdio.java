package io.merlinadapter.cli.it.support;

import java.util.List;

/** Stdin and stdout. */
public interface Stdio extends Carrier {
    @Override
    default List<String> channelOptions() {
        return List.of();
    }

    @Override
    default String replyStream() {
        return "stdout";
    }

    @Override
    default boolean tellsWhatIsUnread() {
        return true;
    }

    /** The kernel tells how much of the first line lies unread: whatever comes before is no answer to it. */
    @Override
    default String earlyWords() {
        return "{\"event\":\"loading\"}";
    }
}
