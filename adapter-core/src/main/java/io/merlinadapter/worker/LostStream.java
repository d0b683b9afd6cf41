package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.os.Child;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream to or from a child has ended. Of a child that has ended, too, that is heard within moments, with the true reason;
 * one that lives on without it is of no use. For the loop.
 */
final class LostStream {
    /** Looks at a child that has ended, as it seems, before its end need no longer be waited for. */
    private static final int LOOKS = 20;

    private final EventLoop loop;
    private final Supplier<@Nullable Child> child;
    private final Consumer<String> livesOn;

    /** {@code livesOn} is told why a child that lives on is of no use; also, to no effect, of one that is over. */
    LostStream(EventLoop loop, Supplier<@Nullable Child> child, Consumer<String> livesOn) {
        this.loop = loop;
        this.child = child;
        this.livesOn = livesOn;
    }

    void confirm(String why) {
        look(why, LOOKS);
    }

    private void look(String why, int looksLeft) {
        loop.after(Readiness.GRACE, () -> {
            Child lost = child.get();
            if (looksLeft > 0 && lost != null && lost.hasEnded()) {
                look(why, looksLeft - 1);
            } else {
                livesOn.accept(why);
            }
        });
    }
}
