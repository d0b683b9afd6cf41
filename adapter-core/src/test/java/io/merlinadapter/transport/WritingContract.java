package io.merlinadapter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.loop.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What is true of writing to a child, however its channel came about. */
abstract class WritingContract {
    private static final String BIG = "x".repeat(1 << 20);

    /** The child reads from {@code r} and writes to {@code w}. */
    abstract String prelude();

    abstract Transport maker(EventLoop loop);

    /** Has the child read nothing more, although it lives. */
    abstract String deafen();

    Ends child(String program) throws IOException {
        Function<EventLoop, Transport> maker = this::maker;
        return new Ends(maker).start(prelude() + ChildCode.LIBRARY + program);
    }

    @Test
    void linesOfOneTurnAreReadAtOnce() throws IOException {
        String sizes = "say('here')\nwhile True:\n  b = os.read(r, 1 << 20)\n  say('<%d>' % len(b))\n";
        try (Ends ends = child(sizes)) {
            ends.untilReplied("here");
            ends.send("a", "bc", "def");
            ends.untilReplied("<9>");
            ends.send("x".repeat(3000), "y".repeat(3000), "z".repeat(3000));
            ends.untilReplied("<9003>");
        }
    }

    @Test
    void linesOfOneTurnAreReadAtOnceThoughTheLoopCatchesUpBetweenThem() throws IOException {
        String sizes = "say('here')\nwhile True:\n  b = os.read(r, 1 << 20)\n  say('<%d>' % len(b))\n";
        try (Ends ends = child(sizes)) {
            ends.untilReplied("here");
            Channel channel = ends.channel();
            ends.vertxTurn(() -> {
                channel.write(ends.line("a"));
                ends.loop.catchUp();
                channel.write(ends.line("bc"));
                ends.loop.catchUp();
                channel.write(ends.line("def"));
            });
            ends.untilReplied("<9>");
        }
    }

    @Test
    void whatSteersOvertakesWhatHasNotBegun() throws IOException {
        try (Ends ends = child("wait()\n" + ChildCode.REPEAT)) {
            Line big = ends.send(BIG).get(0);
            Ends.until(() -> !ends.isUnbegun(big));
            ends.onLoop(() -> {
                Channel channel = ends.channel();
                return channel.write(ends.line("a"))
                        && channel.writeFirst(ends.line("1"))
                        && channel.write(ends.line("b"))
                        && channel.writeFirst(ends.line("2"));
            });
            ends.openGate();
            ends.untilReplied("<b>");
            assertThat(ends.replies.text()).isEqualTo("<1048576>\n<1>\n<2>\n<a>\n<b>\n");
        }
    }

    @Test
    void whatSteersGoesFirstWithinATurn() throws IOException {
        try (Ends ends = child(ChildCode.REPEAT)) {
            ends.onLoop(
                    () -> ends.channel().write(ends.line("a")) && ends.channel().writeFirst(ends.line("1")));
            ends.untilReplied("<1>\n<a>");
        }
    }

    @Test
    void aLineThatHasBegunIsFinishedWhoeverLeaves() throws IOException {
        try (Ends ends = child("wait()\n" + ChildCode.REPEAT)) {
            Line big = ends.send(BIG).get(0);
            Ends.until(() -> !ends.isUnbegun(big));
            assertThat(ends.onLoop(() -> ends.channel().withdraw(big))).isFalse();
            assertThat(ends.isUntouched(big)).isFalse();
            assertThat(ends.written).hasValue(0);
            ends.openGate();
            ends.untilReplied("<1048576>");
            Ends.until(() -> ends.written.get() == 1);
        }
    }

    @Test
    void aLineThatHasNotBegunIsTakenBackAndNeverSeen() throws IOException {
        try (Ends ends = child("wait()\n" + ChildCode.REPEAT)) {
            Line gathered = ends.line("gathered");
            assertThat(ends.onLoop(() -> ends.channel().write(gathered)
                            && ends.channel().isUntouched(gathered)
                            && ends.channel().isUnbegun(gathered)
                            && ends.channel().withdraw(gathered)))
                    .isTrue();
            Line big = ends.send(BIG).get(0);
            Ends.until(() -> !ends.isUnbegun(big));
            List<Line> queued = ends.send("queued", "kept");
            assertThat(ends.isUnbegun(queued.get(0))).isTrue();
            assertThat(ends.onLoop(() -> ends.channel().withdraw(queued.get(0))))
                    .isTrue();
            assertThat(ends.onLoop(() -> ends.channel().withdraw(queued.get(0))))
                    .isFalse();
            ends.openGate();
            ends.untilReplied("<kept>");
            assertThat(ends.replies.text()).isEqualTo("<1048576>\n<kept>\n");
            Ends.until(() -> {
                ends.onLoop(() -> ends.channel().isUntouched(queued.get(1)));
                return ends.written.get() == 2;
            });
        }
    }

    @Test
    void whatHasNotBegunComesBackInOrderFromADeadChild() throws IOException {
        try (Ends ends = child("wait()\n")) {
            Line big = ends.send(BIG).get(0);
            Ends.until(() -> !ends.isUnbegun(big));
            List<Line> queued = ends.send("a", "b");
            ends.onLoop(() -> ends.channel().writeFirst(ends.line("steers")));
            ends.kill();
            assertThat(ends.onLoop(() -> ends.channel().halt())).isEqualTo(queued);
            assertThat(ends.onLoop(() -> ends.channel().write(ends.line("late"))))
                    .isFalse();
            assertThat(ends.written).hasValue(0);
        }
    }

    @Test
    void aSlowReaderHasRoomAgainAndAgain() throws IOException {
        String slow = "n = 0\nwhile n < 3003000:\n  n += len(os.read(r, 3000))\nsay('all')\ntime.sleep(99)\n";
        try (Ends ends = child("wait()\n" + slow)) {
            AtomicInteger sent = new AtomicInteger();
            Runnable fill = () -> {
                while (sent.get() < 3000 && !ends.channel().isCongested()) {
                    ends.channel().write(ends.line("z".repeat(1000)));
                    sent.incrementAndGet();
                }
            };
            ends.onLoop(() -> {
                fill.run();
                return null;
            });
            AtomicInteger seen = new AtomicInteger();
            int first = sent.get();
            assertThat(first).isBetween(10, 1000);
            ends.openGate();
            Ends.until(() -> {
                if (ends.rooms.get() > seen.get()) {
                    seen.set(ends.rooms.get());
                    ends.loop.later(fill);
                }
                return ends.replies.text().contains("all");
            });
            assertThat(ends.rooms).hasValueLessThan(100);
        }
    }

    @Test
    void aLineTakenBackMakesRoom() throws IOException {
        try (Ends ends = child("wait()\n")) {
            ends.channel();
            Line big = ends.line(BIG);
            ends.onLoop(() -> {
                assertThat(ends.channel().write(big)).isTrue();
                assertThat(ends.channel().isCongested()).isTrue();
                assertThat(ends.channel().withdraw(big)).isTrue();
                assertThat(ends.channel().isCongested()).isFalse();
                return null;
            });
            assertThat(ends.rooms).hasValue(1);
        }
    }

    @Test
    void aChildThatNeverReadsHoldsUpNobodyElse() throws IOException {
        try (Ends ends = child("wait()\n")) {
            ends.channel();
            long longest = 0;
            for (int i = 0; i < 200; i++) {
                long before = System.nanoTime();
                ends.send("x".repeat(i * 1000), "y");
                longest = Math.max(longest, System.nanoTime() - before);
            }
            assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofSeconds(2));
            ends.onLoop(() -> {
                ends.channel().close();
                return ends.channel().halt();
            });
        }
    }

    @Test
    void aChildThatLivesButReadsNoMoreIsNoticed() throws IOException {
        try (Ends ends = child(deafen() + "\nsay('deaf')\nwait()\n")) {
            ends.untilReplied("deaf");
            List<Line> lines = ends.send("a", "b");
            Ends.until(() -> ends.breaks.get() == 1);
            assertThat(ends.onLoop(() -> ends.channel().write(ends.line("c")))).isFalse();
            assertThat(ends.onLoop(() -> ends.channel().isUntouched(lines.get(0))))
                    .isTrue();
            assertThat(ends.onLoop(() -> ends.channel().halt())).isEqualTo(lines);
            assertThat(ends.written).hasValue(0);
            assertThat(ends.breaks).hasValue(1);
        }
    }

    @Test
    void aChildThatStopsReadingInTheMiddleOfALineIsNoticed() throws IOException {
        try (Ends ends = child("os.read(r, 1000)\nwait()\n" + deafen() + "\ntime.sleep(99)\n")) {
            List<Line> lines = ends.send(BIG);
            Ends.until(() -> !ends.isUnbegun(lines.get(0)));
            List<Line> waiting = ends.send("a", "b");
            assertThat(ends.onLoop(() -> ends.channel().isCongested())).isTrue();
            ends.openGate();
            Ends.until(() -> ends.breaks.get() == 1 && ends.rooms.get() == 1);
            assertThat(ends.onLoop(() -> ends.channel().halt())).isEqualTo(waiting);
        }
    }

    @Test
    void closingFinishesWhatHasBegunAndBeginsNothing() throws IOException {
        try (Ends ends = child("wait()\n" + ChildCode.REPEAT)) {
            Line big = ends.send(BIG).get(0);
            Ends.until(() -> !ends.isUnbegun(big));
            List<Line> waiting = ends.send("waits");
            ends.onLoop(() -> {
                ends.channel().close();
                return ends.channel().write(ends.line("late"));
            });
            ends.openGate();
            ends.untilReplied("END");
            assertThat(ends.replies.text()).isEqualTo("<1048576>\nEND\n");
            ends.kill();
            assertThat(ends.onLoop(() -> ends.channel().halt())).isEqualTo(waiting);
            assertThat(ends.breaks).hasValue(0);
        }
    }

    @Test
    void anIdleChildIsToldThatThereIsNoMore() throws IOException {
        try (Ends ends = child(ChildCode.REPEAT)) {
            ends.send("a");
            ends.untilReplied("<a>");
            ends.onLoop(() -> {
                ends.channel().close();
                return null;
            });
            ends.untilReplied("END");
            assertThat(ends.written).hasValue(1);
        }
    }

    @Test
    void allThatAChildWroteBeforeItsDeathIsHandedOverThoughItEndsWithHalfALine() throws IOException {
        try (Ends ends = child("for i in range(100): os.write(w, b'z' * 999 + b'\\n')\nos.write(w, b'half')")) {
            Ends.get(ends.exit);
            assertThat(ends.replies.size()).isEqualTo(100_004);
            Ends.until(() -> ends.replies.ends.get() == 1);
            ends.pending().close();
            assertThat(ends.replies.ends).hasValue(1);
        }
    }

    @Test
    void everyLineOfManyTurnsArrivesWholeAndInOrder() throws IOException {
        int turns = 3000;
        String check = """
                i = 0
                for l in os.fdopen(r, closefd=False):
                  n, _, rest = l.partition(' ')
                  if int(n) != i or len(rest) != i % 5000 + 1: say('WRONG at %d: %s' % (i, l[:50]))
                  i += 1
                  if i == 3000: say('all')
                """;
        try (Ends ends = child(check)) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            AtomicInteger next = new AtomicInteger();
            Runnable[] turn = new Runnable[1];
            turn[0] = () -> {
                for (int i = 0; i < 3 && next.get() < turns && !ends.channel().isCongested(); i++) {
                    int n = next.getAndIncrement();
                    ends.channel().write(ends.line(n + " " + "x".repeat(n % 5000)));
                }
                if (next.get() < turns) {
                    ends.loop.later(turn[0]);
                } else {
                    done.complete(null);
                }
            };
            ends.channel();
            ends.loop.later(turn[0]);
            Ends.get(done);
            Ends.until(() -> ends.replies.size() > 0);
            assertThat(ends.replies.text()).isEqualTo("all\n");
        }
    }
}
