package io.merlinadapter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.scripted.ManualEventLoop;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a channel does in every state of the pipe below it; {@link WritingContract} has the same over real ones. */
class ChannelTest {
    private static final String BIG = "x".repeat(100_000);

    private final ManualEventLoop loop = new ManualEventLoop();
    private final StringBuilder read = new StringBuilder();
    private final InMemoryPipe pipe =
            new InMemoryPipe(loop, bytes -> read.append(new String(bytes, StandardCharsets.US_ASCII)));
    private final List<String> events = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private final Channel channel = pipe.channel(new Channel.Listener() {
        @Override
        public void room() {
            events.add("room");
        }

        @Override
        public void broken() {
            events.add("broken");
        }
    });

    private Line line(String text) {
        return new Line(() -> written.add(text), ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private Line write(String text) {
        Line line = line(text);
        assertThat(channel.write(line)).isTrue();
        return line;
    }

    private Line writeFirst(String text) {
        Line line = line(text);
        assertThat(channel.writeFirst(line)).isTrue();
        return line;
    }

    @Test
    void theLinesOfOneTurnGoOutTogetherAtItsEnd() {
        write("a");
        write("b");
        assertThat(read).isEmpty();
        loop.turn();
        assertThat(read).hasToString("a\nb\n");
    }

    @Test
    void aLineThatNoneFollowsTakesThoseBeforeItAlongAndDoesNotWaitForTheRestOfTheTurn() {
        write("a");
        assertThat(channel.writeLast(line("b"))).isTrue();
        loop.later(() -> events.add(read.toString()));
        loop.turn();
        write("c");
        loop.later(() -> events.add(read.toString()));
        loop.turn();
        assertThat(events).containsExactly("a\nb\n", "a\nb\n");
        assertThat(read).hasToString("a\nb\nc\n");
    }

    @Test
    void linesThatSteerGoBeforeThoseThatHaveNotBegun() {
        pipe.setReading(false);
        write(BIG);
        loop.turn();
        write("a");
        writeFirst("1");
        write("b");
        writeFirst("2");
        loop.turn();
        pipe.setReading(true);
        loop.turn();
        assertThat(read).hasToString(BIG + "\n1\n2\na\nb\n");
    }

    @Test
    void aLineCanBeTakenBackBeforeItsFirstByteOnly() {
        pipe.setReading(false);
        Line gathered = write("gathered");
        assertThat(channel.withdraw(gathered)).isTrue();
        Line begun = write(BIG);
        loop.turn();
        Line waits = write("waits");
        loop.turn();
        assertThat(channel.isUnbegun(begun)).isFalse();
        assertThat(channel.withdraw(begun)).isFalse();
        assertThat(channel.isUntouched(begun)).isFalse();
        assertThat(channel.withdraw(waits)).isTrue();
        assertThat(channel.withdraw(waits)).isFalse();
        pipe.setReading(true);
        loop.turn();
        assertThat(read).hasToString(BIG + "\n");
        assertThat(written).containsExactly(BIG);
    }

    @Test
    void whatThePipeHoldsIsUntouchedUntilItsFirstByteIsRead() {
        pipe.setReading(false);
        Line first = write("first");
        Line second = write("second");
        loop.turn();
        assertThat(channel.isUnbegun(first)).isFalse();
        assertThat(channel.isUntouched(first)).isTrue();
        pipe.read(1);
        assertThat(channel.isUntouched(first)).isFalse();
        assertThat(channel.isUntouched(second)).isTrue();
        assertThat(written).isEmpty();
        pipe.read(100);
        assertThat(channel.isUntouched(second)).isFalse();
        assertThat(written).containsExactly("first", "second");
    }

    @Test
    void whatWasUnreadAtATimeWasUntouchedThenWhateverHasBeenReadSince() {
        pipe.setReading(false);
        Line first = write("first");
        Line second = write("second");
        loop.turn();
        int unread = channel.unread();
        assertThat(unread).isEqualTo(13);
        pipe.read(100);
        assertThat(channel.wasUntouched(first, unread)).isTrue();
        assertThat(channel.wasUntouched(first, unread - 1)).isFalse();
        assertThat(channel.wasUntouched(second, unread - 1)).isTrue();
        assertThat(channel.wasUntouched(second, channel.unread())).isFalse();
        assertThat(channel.wasUntouched(second, ByteWriter.UNKNOWN)).isFalse();
    }

    @Test
    void behindLinesOfTheWriterNothingIsKnown() {
        pipe.setReading(false);
        Line first = write("first");
        loop.turn();
        Line behind = write("behind");
        loop.turn();
        assertThat(pipe.unread()).isEqualTo(13);
        assertThat(channel.isUntouched(first)).isFalse();
        assertThat(channel.isUntouched(behind)).isFalse();
        assertThat(channel.halt()).isEmpty();
    }

    @Test
    void haltGivesBackWhatWasNotRead() {
        pipe.setReading(false);
        write("read");
        Line unread = write("unread");
        writeFirst("steers");
        loop.turn();
        // Lines that steer went out first.
        pipe.read(7 + 5);
        Line waits = write("waits");
        assertThat(channel.halt()).containsExactly(unread, waits);
        loop.turn();
        assertThat(channel.write(line("late"))).isFalse();
        assertThat(read).hasToString("steers\nread\n");
        assertThat(written).containsExactly("steers", "read");
        assertThat(events).isEmpty();
    }

    @Test
    void haltKeepsALineThatHasBegun() {
        pipe.setReading(false);
        write(BIG);
        loop.turn();
        Line waits = write("waits");
        writeFirst("steers");
        loop.turn();
        assertThat(channel.halt()).containsExactly(waits);
        pipe.setReading(true);
        loop.turn();
        assertThat(read).hasToString(BIG.substring(0, InMemoryPipe.CAPACITY));
        assertThat(pipe.isEnded()).isTrue();
        assertThat(written).isEmpty();
    }

    @Test
    void aFullPipeIsCongestionAndItsEndIsToldOnce() {
        pipe.setReading(false);
        assertThat(channel.isCongested()).isFalse();
        write(BIG);
        assertThat(channel.isCongested()).isTrue();
        loop.turn();
        assertThat(channel.isCongested()).isTrue();
        assertThat(events).isEmpty();
        pipe.setReading(true);
        loop.turn();
        assertThat(channel.isCongested()).isFalse();
        assertThat(events).containsExactly("room");
        Line again = write(BIG);
        assertThat(channel.withdraw(again)).isTrue();
        assertThat(events).containsExactly("room", "room");
    }

    @Test
    void aChildThatReadsNoMoreIsToldOnceAndGetsNothing() {
        pipe.breakPipe();
        Line a = write("a");
        Line b = write("b");
        loop.turn();
        assertThat(events).containsExactly("broken");
        assertThat(channel.write(line("c"))).isFalse();
        assertThat(channel.isUntouched(a)).isTrue();
        assertThat(channel.halt()).containsExactly(a, b);
        assertThat(written).isEmpty();
    }

    @Test
    void aPipeThatBreaksUnderTheWriterLosesTheLineThatHadBegun() {
        pipe.setReading(false);
        write(BIG);
        Line waits = write("waits");
        loop.turn();
        pipe.breakPipe();
        loop.turn();
        assertThat(events).containsExactlyInAnyOrder("room", "broken");
        assertThat(pipe.isEnded()).isTrue();
        assertThat(channel.halt()).containsExactly(waits);
    }

    @Test
    void closingFinishesWhatHasBegunAndBeginsNothing() {
        pipe.setReading(false);
        write(BIG);
        loop.turn();
        Line waits = write("waits");
        loop.turn();
        channel.close();
        loop.turn();
        assertThat(channel.write(line("late"))).isFalse();
        assertThat(pipe.isEnded()).isFalse();
        pipe.setReading(true);
        loop.turn();
        assertThat(read).hasToString(BIG + "\n");
        assertThat(pipe.isEnded()).isTrue();
        assertThat(channel.halt()).containsExactly(waits);
        assertThat(events).doesNotContain("broken");
    }

    @Test
    void closingAnIdleChannelEndsItsInputAtOnce() {
        write("a");
        loop.turn();
        channel.close();
        loop.turn();
        assertThat(pipe.isEnded()).isTrue();
        assertThat(written).containsExactly("a");
        assertThat(events).isEmpty();
    }

    @Test
    void afterAnAbortNothingIsWritten() {
        Line a = write("a");
        channel.abort();
        loop.turn();
        assertThat(read).isEmpty();
        assertThat(channel.halt()).containsExactly(a);
        assertThat(events).isEmpty();
    }

    @Test
    void noLineIsLostCrossedOrDoubledWhateverHappens() {
        for (int seed = 0; seed < 100; seed++) {
            new ChannelTest().round(new Random(seed));
        }
    }

    /** A life of a channel by chance: every line is read whole and once, or comes back, or had begun at the end. */
    private void round(Random random) {
        List<String> sent = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        List<String> back = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    int size = random.nextInt(8) == 0 ? random.nextInt(150_000) : random.nextInt(2_000);
                    String text = lines.size() + "-" + "z".repeat(size);
                    lines.add(write(text));
                    sent.add(text);
                }
                case 2 -> pipe.setReading(random.nextBoolean());
                case 3 -> pipe.read(random.nextInt(70_000));
                case 4 -> {
                    int which = lines.isEmpty() ? -1 : random.nextInt(lines.size());
                    if (which >= 0 && channel.withdraw(lines.get(which))) {
                        back.add(sent.get(which));
                    }
                }
                default -> loop.turn();
            }
        }
        boolean readsAll = random.nextBoolean();
        if (readsAll) {
            pipe.setReading(true);
        }
        loop.turn();
        channel.halt().forEach(line -> back.add(sent.get(lines.indexOf(line))));
        List<String> whole = new ArrayList<>(List.of(read.toString().split("\n", -1)));
        String part = whole.remove(whole.size() - 1);
        List<String> all = new ArrayList<>(whole);
        all.addAll(back);
        assertThat(all).doesNotHaveDuplicates();
        assertThat(sent).containsAll(all).containsSubsequence(whole);
        assertThat(back).noneMatch(text -> !part.isEmpty() && text.startsWith(part));
        if (readsAll) {
            assertThat(all).hasSameSizeAs(sent);
            assertThat(part).isEmpty();
        }
    }
}
