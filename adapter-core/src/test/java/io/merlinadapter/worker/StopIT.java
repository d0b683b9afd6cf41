package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.merlinadapter.CoreHarness;
import io.merlinadapter.predict.FailureKind;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** How workers are ended, and what must not be. */
@Isolated("listens to a logger that others write to")
class StopIT {
    private final CoreHarness.Options options = new CoreHarness.Options();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Termination.class);
    private final ListAppender<ILoggingEvent> steps = new ListAppender<>();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        steps.start();
        logger.addAppender(steps);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(steps);
        logger.setAdditive(true);
    }

    @Test
    void aChildThatHasEndedIsSentNoSignalForItsNumberMayBeAnothersByThen() {
        CoreHarness rig = options.serve();
        rig.await(rig.onLoop(rig.pool::stop).compose(stopped -> stopped));
        assertThat(steps.list).hasSize(1);
        rig.await(rig.onLoop(() -> {
            rig.pool.hurry();
            return true;
        }));
        assertThat(steps.list).hasSize(1);
        rig.close();
    }

    @Test
    void aWorkerThatDrainsEndsWhenTheLastRequestIsTakenBack() {
        options.command = CoreHarness.scripted("deaf");
        options.maxInFlight = 2;
        try (CoreHarness rig = options.serve()) {
            // The first is too large for the pipe, so the second never begins.
            Future<String> large =
                    rig.predict("{\"filler\":\"" + "x".repeat(1_000_000) + "\"}", Duration.ofMillis(500));
            rig.until(() -> rig.pool.stats().inFlight() == 1);
            Future<String> behind = rig.predict("{}", Duration.ofSeconds(1));
            Future<Void> stopped = rig.onLoop(rig.pool::stop).compose(done -> done);
            assertThat(rig.failure(large).kind()).isEqualTo(FailureKind.DEADLINE);
            assertThat(rig.failure(behind).kind()).isEqualTo(FailureKind.DEADLINE);
            rig.await(stopped);
        }
    }
}
