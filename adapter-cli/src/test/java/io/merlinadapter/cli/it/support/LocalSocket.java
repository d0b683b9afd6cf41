package io.merlinadapter.cli.it.support;

import java.util.List;

/** The socket that the adapter listens on. */
public interface LocalSocket extends Carrier {
    @Override
    default List<String> channelOptions() {
        return List.of("--channel=socket");
    }

    @Override
    default String replyStream() {
        return "socket";
    }

    @Override
    default boolean tellsWhatIsUnread() {
        return false;
    }

    /** Of a socket nobody tells what has been read: an object might be the answer. */
    @Override
    default String earlyWords() {
        return "loading model 1 of 1";
    }
}
