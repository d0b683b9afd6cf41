package io.merlinadapter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.metrics.child.ChildReports.Drop;
import io.merlinadapter.os.ChildLog;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** A program that goes on reporting what can't be used is told so, and does not fill the log. */
@Isolated("listens to a logger that others write to")
class DroppedMetricLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.merlinadapter.child");
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private final AtomicLong clock = new AtomicLong();
    private final DroppedMetricLog complaints =
            new DroppedMetricLog(new ChildLog(3, AdapterMetrics.NONE, clock::get), clock::get);

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

    private List<String> lines() {
        return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void eachMetricIsComplainedOfOnceForEachReason() {
        for (int i = 0; i < 1000; i++) {
            complaints.dropped(Drop.INVALID, "a", "it is bad");
            complaints.dropped(Drop.CLASH, "a", "it is taken");
            complaints.dropped(Drop.INVALID, "", "it has no \"name\"");
        }
        assertThat(lines())
                .containsExactly(
                        "worker 3: the program's metric \"a\" was dropped: it is bad",
                        "worker 3: the program's metric \"a\" was dropped: it is taken",
                        "worker 3: one of the program's own metrics was dropped: it has no \"name\"");
        assertThat(written.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.WARN);
    }

    @Test
    void whoeverInventsNamesIsComplainedOfOnceAMinute() {
        for (int i = 0; i < 100_000; i++) {
            complaints.dropped(Drop.SERIES, "n" + i, "it is one too many");
        }
        assertThat(lines()).hasSize(DroppedMetricLog.KEPT);
        clock.addAndGet(DroppedMetricLog.PAUSE.toNanos());
        complaints.dropped(Drop.SERIES, "next", "it is one too many");
        complaints.dropped(Drop.SERIES, "last", "it is one too many");
        assertThat(lines())
                .hasSize(DroppedMetricLog.KEPT + 1)
                .last()
                .asString()
                .contains("\"next\"", 100_000 - DroppedMetricLog.KEPT + " others");
    }

    @Test
    void aNameCanNotForgeALine() {
        complaints.dropped(Drop.INVALID, "a\nERROR b", "it is bad\r");
        assertThat(lines()).hasSize(1).first().asString().doesNotContain("\n", "\r");
    }
}
