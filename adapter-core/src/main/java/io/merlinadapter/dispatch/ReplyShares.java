package io.merlinadapter.dispatch;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.MemoryBudget;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The memory of the replies that are to come. A small reply is taken in whatever memory is left, because its program has
 * done the work; so a request is only handed out when its reply has been paid for. Where replies that nobody reads fill
 * the budget, requests wait in the queue, and no program works for them in vain. Event loop only.
 */
final class ReplyShares {
    /** The most that a reply may take without asking. */
    static final int SHARE = MemoryBudget.SMALL;

    private static final Duration AGAIN = Duration.ofMillis(10);

    private final EventLoop loop;
    private final MemoryBudget budget;
    private final Runnable hasRoom;
    private MemoryBudget.@Nullable Claim waiting;

    /** @param hasRoom called when there may be memory again, after {@link #take} has said that there is none */
    ReplyShares(EventLoop loop, MemoryBudget budget, Runnable hasRoom) {
        this.loop = loop;
        this.budget = budget;
        this.hasRoom = hasRoom;
    }

    /** Pays for one reply. Returns false if there is no memory for it now. */
    boolean take() {
        if (waiting != null) {
            return false;
        }
        if (budget.tryReserve(SHARE)) {
            return true;
        }
        MemoryBudget.Claim claim = new MemoryBudget.Claim(SHARE, 0) {
            @Override
            protected void granted() {
                // Whoever is first in the queue by then takes it.
                loop.later(() -> {
                    waiting = null;
                    budget.release(SHARE);
                    hasRoom.run();
                });
            }

            @Override
            protected void refused() {
                loop.later(() -> loop.after(AGAIN, () -> {
                    waiting = null;
                    hasRoom.run();
                }));
            }
        };
        waiting = claim;
        budget.claim(claim);
        return false;
    }

    /** The reply has come, and is paid for itself; or none will come. */
    void giveBack() {
        budget.release(SHARE);
    }
}
