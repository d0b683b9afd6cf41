package io.merlinadapter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineSplitterTest {
    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final List<String> seen = new ArrayList<>();
    private final StringBuilder skipped = new StringBuilder();
    private final List<Body> lines = new ArrayList<>();

    private final LineSplitter.Sink sink = new LineSplitter.Sink() {
        @Override
        public void line(Body line) {
            seen.add(new String(line.bytes(), line.offset(), line.length(), StandardCharsets.ISO_8859_1));
            lines.add(line);
        }

        @Override
        public void skip(byte[] bytes, int offset, int length) {
            skipped.append(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void cut(long total, String limit) {
            assertThat(skipped).hasSize((int) total);
            seen.add("cut " + total + " " + limit.substring(0, 6) + " "
                    + skipped.substring(0, (int) Math.min(4, total)));
            skipped.setLength(0);
        }
    };

    private static void feed(LineSplitter splitter, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        splitter.feed(bytes, bytes.length);
    }

    @Test
    void linesAreTheSameHoweverTheBytesArrive() {
        MemoryBudget ample = new MemoryBudget(64 << 20);
        Random random = new Random(11);
        for (int round = 0; round < 300; round++) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int length = random.nextInt(20) == 0 ? random.nextInt(200_000) : random.nextInt(300);
                expected.add(("" + (char) ('a' + i % 26)).repeat(length));
            }
            byte[] all = (String.join("\n", expected) + "\n").getBytes(StandardCharsets.ISO_8859_1);
            seen.clear();
            LineSplitter splitter = new LineSplitter(250_000, ample, Duration.ZERO, sink);
            for (int at = 0; at < all.length; ) {
                int size = Math.min(all.length - at, 1 + random.nextInt(random.nextBoolean() ? 50 : 65_536));
                byte[] chunk = new byte[size];
                System.arraycopy(all, at, chunk, 0, size);
                splitter.feed(chunk, size);
                at += size;
            }
            assertThat(seen).isEqualTo(expected);
            lines.forEach(Body::release);
            lines.clear();
            assertThat(ample.used()).isZero();
        }
    }

    @Test
    void aNewlineIsFoundAmongAnyBytesAtAnyPlace() {
        for (char other = 0; other < 256; other++) {
            if (other == '\n') {
                continue;
            }
            for (int before = 0; before < 17; before++) {
                LineSplitter splitter = new LineSplitter(100, budget, Duration.ZERO, sink);
                seen.clear();
                String first = "\u000b".repeat(before % 2) + ("" + other).repeat(before);
                String second = ("" + other).repeat(17 - before);
                feed(splitter, first + "\n" + second + "\n" + other);
                assertThat(seen).containsExactly(first, second);
            }
        }
    }

    @Test
    void aLineOverTheLimitIsReportedAndTheNextIsUnharmed() {
        LineSplitter splitter = new LineSplitter(10, budget, Duration.ZERO, sink);
        feed(splitter, "short\n0123456789\n01234567890\nafter\n");
        feed(splitter, "01234");
        feed(splitter, "56789");
        feed(splitter, "abcdef");
        feed(splitter, "\nlast\n");
        assertThat(seen)
                .containsExactly("short", "0123456789", "cut 11 --max- 0123", "after", "cut 16 --max- 0123", "last");
    }

    @Test
    void aLineThatDoesNotFitTheBudgetIsReportedAndPaysBack() {
        LineSplitter splitter = new LineSplitter(10 << 20, budget, Duration.ZERO, sink);
        for (int i = 0; i < 40; i++) {
            feed(splitter, "x".repeat(60_000));
        }
        feed(splitter, "\nafter\n");
        assertThat(seen).containsExactly("cut 2400000 what - xxxx", "after");
        lines.forEach(Body::release);
        assertThat(budget.used()).isZero();
    }

    @Test
    void aLargeLineIsPaidForUntilItsOwnerLetsGo() {
        LineSplitter splitter = new LineSplitter(500_000, budget, Duration.ZERO, sink);
        feed(splitter, "y".repeat(300_000));
        assertThat(budget.used()).isGreaterThanOrEqualTo(300_000);
        feed(splitter, "\n");
        assertThat(budget.used()).isGreaterThanOrEqualTo(300_000);
        lines.get(0).release();
        lines.get(0).release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void anUnfinishedLastLineIsGivenBack() {
        LineSplitter splitter = new LineSplitter(100, budget, Duration.ZERO, sink);
        feed(splitter, "whole\npart");
        assertThat(new String(splitter.end(), StandardCharsets.ISO_8859_1)).isEqualTo("part");
        assertThat(seen).containsExactly("whole");
    }
}
