package io.merlinadapter.worker;

import io.merlinadapter.loop.Loop;
import io.merlinadapter.process.Child;
import java.util.function.Consumer;

/**
 * A stream to or from a child has ended. Of a child that has ended, too, that is heard within moments, with the true reason;
 * one that lives on without it is of no use. For the loop.
 */
final class LostStream {
    /** Looks at a child that has ended, as it seems, before its end need no longer be waited for. */
    private static final int LOOKS = 20;

    private final Loop loop;
    private final LifeSigns signs;
    private final Consumer<String> livesOn;

    /** {@code livesOn} is told why a child that lives on is of no use; also, to no effect, of one that is over. */
    LostStream(Loop loop, LifeSigns signs, Consumer<String> livesOn) {
        this.loop = loop;
        this.signs = signs;
        this.livesOn = livesOn;
    }

    void confirm(String why) {
        look(why, LOOKS);
    }

    private void look(String why, int looksLeft) {
        loop.after(Readiness.GRACE, () -> {
            Child child = signs.child();
            if (looksLeft > 0 && child != null && child.hasEnded()) {
                look(why, looksLeft - 1);
            } else {
                livesOn.accept(why);
            }
        });
    }
}
