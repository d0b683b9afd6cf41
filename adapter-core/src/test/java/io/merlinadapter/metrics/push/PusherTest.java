package io.merlinadapter.metrics.push;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.merlinadapter.metrics.PrometheusMetrics;
import io.merlinadapter.metrics.push.StandIn.Came;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

@Timeout(60)
@Isolated("listens to a logger that others write to")
class PusherTest {
    private static final Duration SOON = Duration.ofMillis(30);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final String WORKED = "success";
    private static final String FAILED = "failure";

    private final Logger logger = (Logger) LoggerFactory.getLogger(PushLog.class);
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
                logged.add(event.getLevel() + " " + event.getFormattedMessage());
            }
        }
    };
    private final PrometheusMetrics metrics = new PrometheusMetrics(
            new PrometheusMetrics.Settings("m", "7", 1, Duration.ofSeconds(30), Duration.ofMinutes(5), 0));

    @BeforeEach
    void listen() {
        metrics.showOwnProcess();
        appender.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(appender);
    }

    @AfterEach
    void forget() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }

    private Pusher start(String url, Duration interval) {
        return start(url, interval, Duration.ofSeconds(20));
    }

    private Pusher start(String url, Duration interval, Duration limit) {
        return Pusher.start(new Pusher.Target(GatewayUrl.parse(url), "j", "m", "7"), interval, limit, metrics);
    }

    private static void finish(Pusher pusher, boolean delete) throws Exception {
        pusher.finish(delete).get(20, TimeUnit.SECONDS);
    }

    private int count(String outcome) {
        Matcher line = Pattern.compile("adapter_pushes_total\\{[^}]*outcome=\"" + outcome + "\"[^}]*} (\\d+)")
                .matcher(metrics.render(null).text());
        return line.find() ? Integer.parseInt(line.group(1)) : -1;
    }

    @Test
    void theWholePageIsPutAtOnceUnderTheGroupingKey() throws Exception {
        try (StandIn gateway = new StandIn()) {
            Pusher pusher = start(gateway.address() + "/prefix/", NEVER);
            Came push = gateway.next();
            finish(pusher, false);
            assertThat(push.method()).isEqualTo("PUT");
            assertThat(push.path())
                    .startsWith("/prefix/metrics/job/j/merlin_model_name/m/merlin_model_version/7/host/")
                    .doesNotEndWith("/");
            assertThat(push.contentType()).startsWith("text/plain; version=0.0.4");
            assertThat(push.authorization()).isEqualTo("null");
            assertThat(push.body())
                    .contains(
                            "adapter_abandoned_total{model_name=\"m\",model_version=\"7\"} 0.0\n",
                            "jvm_",
                            "adapter_pushes_total{model_name=\"m\",model_version=\"7\",outcome=\"success\"} 0.0\n",
                            "adapter_pushes_total{model_name=\"m\",model_version=\"7\",outcome=\"failure\"} 0.0\n",
                            "# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.\n");
            assertThat(logged).singleElement().asString().startsWith("INFO metrics are pushed to http://127.0.0.1:");
        }
    }

    @Test
    void withoutAPusherNoPushesAreCounted() {
        assertThat(metrics.render(null).text()).doesNotContain("adapter_pushes");
    }

    @ParameterizedTest
    @CsvSource({
        "500, out of\\nmemory, 'status 500 (out of); see the gateway''s log'",
        "400, inconsistent, 'status 400 (inconsistent); the gateway refuses the figures'",
        "401, Unauthorized, 'have --pushgateway-url hold the user and the password'",
        "404, , 'status 404; --pushgateway-url must name a Pushgateway, with its path prefix'",
        "307, , 'status 307; it redirects to http://elsewhere.invalid/, which is not followed; set --pushgateway-url'",
    })
    void aRefusalIsLoggedOnceAndCountedAndTriedAgainUntilItWorks(int status, String body, String why) throws Exception {
        try (StandIn gateway = new StandIn()) {
            gateway.answers(status, body == null ? "" : body.replace("\\n", "\n"));
            Pusher pusher = start(gateway.address(), SOON);
            for (int pushes = 0; pushes < 4; pushes++) {
                assertThat(gateway.next().method()).isEqualTo("PUT");
            }
            assertThat(count(FAILED)).isGreaterThanOrEqualTo(3);
            gateway.answers(200, "");
            while (count(WORKED) < 2) {
                gateway.next();
            }
            finish(pusher, false);
            assertThat(logged).hasSize(2);
            assertThat(logged.get(0))
                    .startsWith("WARN pushing metrics to http://" + gateway.address() + " fails: status " + status)
                    .contains(why)
                    .endsWith("; it is tried every 30 ms and counted in adapter_pushes_total, and logged again when it"
                            + " works");
            assertThat(logged.get(1)).isEqualTo("INFO pushing metrics to http://" + gateway.address() + " works again");
        }
    }

    @Test
    void aLoginIsSentAndNeverLogged() throws Exception {
        try (StandIn gateway = new StandIn()) {
            gateway.answers(403, "no");
            Pusher pusher = start("http://user:secret@" + gateway.address(), NEVER);
            assertThat(gateway.next().authorization()).isEqualTo("Basic dXNlcjpzZWNyZXQ=");
            finish(pusher, true);
            assertThat(logged)
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allSatisfy(line ->
                            assertThat(line).doesNotContain("secret", "dXNl").contains("http://***@127.0.0.1:"));
        }
    }

    @Test
    void theLastFiguresArePushedInTheEndAndThenDeletedIfThatIsAskedFor() throws Exception {
        for (boolean delete : List.of(false, true)) {
            try (StandIn gateway = new StandIn()) {
                Pusher pusher = start(gateway.address(), NEVER);
                String path = gateway.next().path();
                metrics.abandoned();
                finish(pusher, delete);
                assertThat(gateway.next().body())
                        .contains("adapter_abandoned_total{model_name=\"m\",model_version=\"7\"} " + (delete ? 2 : 1));
                if (delete) {
                    Came last = gateway.next();
                    assertThat(last.method()).isEqualTo("DELETE");
                    assertThat(last.path()).isEqualTo(path);
                }
                assertThat(logged.stream().filter(line -> line.contains("are deleted")))
                        .hasSize(delete ? 1 : 0);
            }
        }
    }

    @Test
    void aGatewayThatNeverAnswersIsGivenUpPushAfterPush() throws Exception {
        try (ServerSocket silent = StandIn.silent()) {
            Pusher pusher = start("127.0.0.1:" + silent.getLocalPort(), SOON, Duration.ofMillis(50));
            while (count(FAILED) < 3) {
                silent.accept();
            }
            finish(pusher, false);
            assertThat(logged).singleElement().asString().contains("no answer within 50 ms; see whether the gateway");
        }
    }

    @Test
    void aGatewayThatIsNotThereIsNamedAndNotAskedToDelete() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        finish(start("127.0.0.1:" + port, NEVER), true);
        assertThat(count(FAILED)).isPositive();
        assertThat(logged)
                .singleElement()
                .asString()
                .containsIgnoringCase("connection refused")
                .contains("see whether the gateway runs, and is what --pushgateway-url names");
    }

    @Test
    void aHostThatIsUnknownIsNamed() throws Exception {
        finish(start("no-such-host.invalid:9091", NEVER), false);
        assertThat(logged)
                .singleElement()
                .asString()
                .contains("the host of --pushgateway-url is unknown (no-such-host.invalid");
    }
}
