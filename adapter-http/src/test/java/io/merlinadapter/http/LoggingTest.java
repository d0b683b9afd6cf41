package io.merlinadapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@Isolated("the log is everybody's")
class LoggingTest {
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final TestFront front = TestFront.start();

    @BeforeEach
    void listen() {
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void stop() {
        root.detachAppender(log);
        front.close();
    }

    @Test
    void aFaultOfOursIsLoggedOnceWithItsStack() throws Exception {
        front.predictor.fault = new IllegalStateException("planted by a test");
        front.post(TestFront.PREDICT, "{}");

        assertThat(aboveDebug()).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.ERROR);
            assertThat(event.getThrowableProxy().getMessage()).isEqualTo("planted by a test");
            assertThat(event.getThrowableProxy().getStackTraceElementProxyArray())
                    .isNotEmpty();
        });
    }

    @Test
    void callersWhoLeaveOrTalkNonsenseAreNotLogged() throws Exception {
        front.predictor.holds = true;
        try (RawCaller caller = front.raw()) {
            caller.post("", "{}");
            front.heldCall(0);
        }
        TestFront.until(() -> front.predictor.held.get(0).gone);
        try (RawCaller caller = front.raw()) {
            caller.send("nonsense nonsense nonsense\r\n\r\n").response();
        }
        front.heldCall(0).answer("too late");
        front.budgetComesBack();

        assertThat(aboveDebug()).isEmpty();
    }

    private List<ILoggingEvent> aboveDebug() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .toList();
    }
}
