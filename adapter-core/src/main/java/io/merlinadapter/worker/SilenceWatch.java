package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.protocol.Flaw;
import io.merlinadapter.transport.ReplyReader;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks each second at a child that owes an answer and has written nothing since the look before: it may have left a line
 * without its end, or not read at all. Event loop only.
 */
final class SilenceWatch {
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final ReplyReader replies;
    private final BooleanSupplier owes;
    private final Consumer<Flaw> unfinished;
    private final Runnable silent;
    private EventLoop.@Nullable Timer nextLook;
    private long seenBefore;
    private long judgedAt = -1;
    private int silentLooks;

    /**
     * @param owes true while the child owes an answer
     * @param unfinished told of the flaw of a line without its end, once for each such line
     * @param silent called more and more seldom while the child writes nothing
     */
    SilenceWatch(
            EventLoop loop, ReplyReader replies, BooleanSupplier owes, Consumer<Flaw> unfinished, Runnable silent) {
        this.loop = loop;
        this.replies = replies;
        this.owes = owes;
        this.unfinished = unfinished;
        this.silent = silent;
    }

    /** The child owes an answer. Has no effect while it is being watched. */
    void watch() {
        if (nextLook == null) {
            begin();
        }
    }

    private void begin() {
        seenBefore = replies.seen();
        nextLook = loop.after(INTERVAL, this::look);
    }

    private void look() {
        nextLook = null;
        if (!owes.getAsBoolean()) {
            return;
        }
        long seen = replies.seen();
        silentLooks = seen == seenBefore ? silentLooks + 1 : 0;
        // After 2, 4, 8 … seconds.
        if (silentLooks > 1 && Integer.bitCount(silentLooks) == 1) {
            silent.run();
        }
        if (silentLooks > 0 && seen != judgedAt) {
            Flaw flaw = replies.judgeUnfinished();
            if (flaw != null) {
                judgedAt = seen;
                unfinished.accept(flaw);
            }
        }
        begin();
    }

    /** Watches nothing any more, for good. */
    void stop() {
        if (nextLook != null) {
            nextLook.stop();
        }
    }
}
