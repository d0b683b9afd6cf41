package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.merlinadapter.metrics.AdapterMetrics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@Isolated("listens to a logger that others write to")
class ChildLogTest {
    private static final int PER_SECOND = ChildLog.LINES_PER_SECOND;

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.merlinadapter.child");
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger dropped = new AtomicInteger();
    private final AdapterMetrics metrics = new AdapterMetrics() {
        @Override
        public void logLinesDropped(int lines) {
            dropped.addAndGet(lines);
        }
    };
    private final ChildLog log = new ChildLog(3, metrics, clock::get);
    private final ChildLog.Sink sink = log.sink(ChildLog.STDERR);

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        written.start();
        logger.addAppender(written);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(written);
        logger.setAdditive(true);
    }

    private void write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sink.bytes(bytes, bytes.length);
    }

    private List<String> lines() {
        return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void linesCarryTheWorkersNumberHoweverTheyArrive() {
        write("fir");
        write("st\nsecond\r\n\nthi");
        write("rd");
        sink.end();
        assertThat(lines())
                .containsExactly("worker 3 stderr: first", "worker 3 stderr: second", "worker 3 stderr: third");
    }

    @Test
    void aLineThatNeverEndsIsSplitAndNotWaitedFor() {
        write("x".repeat(3 * ChildLog.PIECE + 5));
        assertThat(lines()).hasSize(3);
        write("\n");
        assertThat(lines()).hasSize(4).last().isEqualTo("worker 3 stderr: xxxxx");
    }

    @Test
    void noCharacterIsCutInHalf() {
        String euros = "x" + "€".repeat(2 * ChildLog.PIECE / 3);
        write(euros + "\n");
        byte[] bytes = euros.getBytes(StandardCharsets.UTF_8);
        log.line(ChildLog.STDOUT, bytes, 0, bytes.length);
        log.say(org.slf4j.event.Level.INFO, "x".repeat(ChildLog.PIECE - 1) + "😀😀");
        assertThat(lines()).hasSizeGreaterThan(4).noneMatch(line -> line.contains("\ufffd"));
        assertThat(String.join("", lines().subList(0, lines().size() - 1)).replaceAll("worker 3 std(err|out): ", ""))
                .isEqualTo(euros + euros);
        assertThat(lines()).last().asString().endsWith("x…");
        assertThat(log.lastWords().get(0)).isEqualTo(euros.substring(0, 167));
    }

    @Test
    void bytesThatAreNoTextAreSplitAllTheSame() {
        byte[] bytes = new byte[2 * ChildLog.PIECE];
        Arrays.fill(bytes, (byte) 0x80);
        sink.bytes(bytes, bytes.length);
        sink.end();
        assertThat(lines()).hasSize(2);
    }

    @Test
    void theLastLinesOfStderrAreKept() {
        for (int i = 0; i < 30; i++) {
            write("line " + i + "\r\n");
        }
        assertThat(log.lastWords()).hasSize(20).startsWith("line 10").endsWith("line 29");
    }

    @Test
    void lastWordsAreInSightUntilTooMuchWasLoggedSince() {
        write("a\nb\n");
        for (int i = 0; i < ChildLog.LINES_IN_SIGHT; i++) {
            assertThat(log.areLastWordsInSight()).isTrue();
            log.line(ChildLog.STDOUT, "x".getBytes(StandardCharsets.UTF_8), 0, 1);
        }
        new ChildLog(4, metrics, clock::get).say(org.slf4j.event.Level.INFO, "another worker");
        assertThat(log.areLastWordsInSight()).isFalse();
        write("c\n");
        assertThat(log.areLastWordsInSight()).isTrue();
    }

    @Test
    void whatWasDroppedOrIsBelowTheLevelIsNotInSight() {
        write("noise\n".repeat(2 * PER_SECOND + 1));
        assertThat(log.areLastWordsInSight()).isFalse();
        clock.addAndGet(1_000_000_000L);
        write("line\n".repeat(19));
        assertThat(log.areLastWordsInSight()).isFalse();
        write("line\n");
        assertThat(log.areLastWordsInSight()).isTrue();

        logger.setLevel(Level.WARN);
        write("quiet\n");
        assertThat(log.areLastWordsInSight()).isFalse();
        assertThat(log.lastWords()).endsWith("quiet");
    }

    @Test
    void controlCharactersCanNotForgeTheLog() {
        write("a\rb\u001b[31mred\tok\n");
        assertThat(lines()).containsExactly("worker 3 stderr: a\u240db\u241b[31mred\tok");
    }

    @Test
    void aFloodIsDroppedCountedAndReported() {
        write("noise\n".repeat(3 * PER_SECOND));
        assertThat(lines()).hasSize(2 * PER_SECOND);
        assertThat(dropped).hasValue(PER_SECOND);
        clock.addAndGet(1_000_000_000L);
        write("calm\n");
        assertThat(lines())
                .contains("worker 3: " + PER_SECOND + " lines of its output were dropped (more than " + PER_SECOND
                        + " a second)")
                .last()
                .isEqualTo("worker 3 stderr: calm");
    }
}
