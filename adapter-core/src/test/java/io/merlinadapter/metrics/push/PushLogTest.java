package io.merlinadapter.metrics.push;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.merlinadapter.metrics.push.GatewayCall.Answer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@Isolated("listens to a logger that others write to")
class PushLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(PushLog.class);
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private final PushLog log =
            new PushLog(GatewayUrl.parse("u:secret@gw:1"), Duration.ofSeconds(30), Duration.ofMillis(2500));

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        written.start();
        logger.addAppender(written);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(written);
        logger.setLevel(null);
    }

    private List<String> lines() {
        return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void onlyChangesAreLogged() {
        log.worked();
        log.worked();
        log.failed(new IOException("refused"));
        log.failed(new IOException("refused"));
        log.failed(new Answer(500, "", null));
        log.worked();
        assertThat(lines())
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("metrics are pushed to http://***@gw:1 every 30 s"),
                        second -> assertThat(second)
                                .startsWith("pushing metrics to http://***@gw:1 fails: refused; see whether the"),
                        third -> assertThat(third).isEqualTo("pushing metrics to http://***@gw:1 works again"));
    }

    private String why(IOException failure) {
        written.list.clear();
        log.notDeleted(failure);
        return lines().get(0);
    }

    @Test
    void aFailureComesWithAdvice() {
        assertThat(why(new SocketTimeoutException())).contains("no answer within 2.5 s; see whether the gateway");
        assertThat(why(new UnknownHostException("gw"))).contains("is unknown (gw); correct the name");
        assertThat(why(new SSLException("no\nway"))).contains(": no; see whether the gateway speaks TLS");
        assertThat(why(new IOException("x".repeat(300)))).contains("x".repeat(200) + "…; see whether the gateway runs");
    }

    @Test
    void aRefusedDeletionIsAWarning() {
        log.deleted(new Answer(200, "", null));
        log.deleted(new Answer(404, "", null));
        assertThat(written.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.INFO, Level.WARN);
        assertThat(lines().get(1))
                .endsWith("status 404; --pushgateway-url must name a Pushgateway, with its path prefix"
                        + " if it has one");
    }
}
