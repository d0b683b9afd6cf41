package io.merlinadapter.cli.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.merlinadapter.cli.config.LogFormat;
import io.merlinadapter.os.ChildLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

@Isolated("the log is everybody's")
class LoggingTest {

    private static String logged(Level level, LogFormat format, Consumer<Logger> action) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        Logging logging = Logging.start(new Logging.Settings(level, format, false), stream);
        action.accept(LoggerFactory.getLogger("io.merlinadapter.some.Thing"));
        logging.close();
        return stream.toString(StandardCharsets.UTF_8);
    }

    @Test
    void textHasTimeLevelAndMessageAndNoNameOfAClass() {
        String text = logged(Level.INFO, LogFormat.TEXT, log -> {
            log.info("worker {} is ready: é", 1);
            log.warn("careful");
        });

        assertThat(text.lines()).hasSize(2);
        assertThat(text)
                .containsPattern("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  worker 1 is ready: é\n")
                .containsPattern("\n\\S+ WARN  careful\n$");
    }

    @Test
    void textShowsTheStackTrace() {
        assertThat(logged(Level.INFO, LogFormat.TEXT, log -> log.error("failed", new IOException("disk full"))))
                .contains(" ERROR failed\njava.io.IOException: disk full\n\tat io.merlinadapter.cli.log.LoggingTest");
    }

    @Test
    void jsonIsOneObjectPerLineWhateverTheMessage() throws Exception {
        String text = logged(Level.DEBUG, LogFormat.JSON, log -> {
            log.info("two\nlines \"quoted\" \u0001 é 🚕");
            log.error("failed", new IOException("disk\nfull"));
            log.debug("detail");
        });

        assertThat(text.lines()).hasSize(3);
        Map<String, String> first = fields(text.lines().toList().get(0));
        assertThat(first).containsOnlyKeys("time", "severity", "type", "message");
        assertThat(Instant.parse(first.get("time"))).isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(first)
                .containsEntry("severity", "INFO")
                .containsEntry("type", "adapter")
                .containsEntry("message", "two\nlines \"quoted\" ␁ é 🚕");
        assertThat(fields(text.lines().toList().get(1)).get("stack_trace"))
                .startsWith("java.io.IOException: disk\nfull\n\tat ");
        assertThat(fields(text.lines().toList().get(2))).containsEntry("severity", "DEBUG");
    }

    @Test
    void jsonTellsWhoSaidItAndWhichWorkerItIsAbout() throws Exception {
        String text = logged(Level.INFO, LogFormat.JSON, log -> {
            log.warn("worker {}: it does {}", 12, "something");
            Logger child = LoggerFactory.getLogger(ChildLog.LOGGER);
            child.info("worker 3 stderr: worker 4 stderr: {\"a\":1}");
            child.error("worker 3: out of paper");
            LoggerFactory.getLogger(ChildLog.LOGGER + ".remarks").warn("worker 3: too much");
            log.info("worker bees: 5");
        });

        assertThat(text.lines().map(line -> line.substring(line.indexOf(",\"sev"))))
                .containsExactly(
                        ",\"severity\":\"WARNING\",\"type\":\"adapter\",\"worker\":12,\"message\":\"worker 12: it does something\"}",
                        ",\"severity\":\"INFO\",\"type\":\"child\",\"worker\":3,\"stream\":\"stderr\","
                                + "\"message\":\"worker 4 stderr: {\\\"a\\\":1}\"}",
                        ",\"severity\":\"ERROR\",\"type\":\"child\",\"worker\":3,\"message\":\"out of paper\"}",
                        ",\"severity\":\"WARNING\",\"type\":\"adapter\",\"worker\":3,\"message\":\"worker 3: too much\"}",
                        ",\"severity\":\"INFO\",\"type\":\"adapter\",\"message\":\"worker bees: 5\"}");
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void whateverIsLoggedNothingGarblesOrForgesTheLog(LogFormat format) {
        String evil = "\u009b31m\u0085FORGED\u2028\u2029\u202e\u2066\u200f\u061c\ud83d";
        String text = logged(Level.INFO, format, log -> log.warn("said {}", evil, new IOException("because " + evil)));

        assertThat(text.chars())
                .noneMatch(c -> evil.replaceAll("[31mFORGED]", "").indexOf(c) >= 0);
        assertThat(text)
                .contains("u009b31m", "u0085FORGED", "u2028", "u2029", "u202e", "u2066", "u200f", "u061c", "ud83d")
                .doesNotContain("?");
    }

    @Test
    void aLineOfTheAccessLogStaysOneLine() {
        String text = accessed(new Logging.Settings(Level.ERROR, LogFormat.TEXT, true), "{\"path\":\"/a\u2028b\"}");

        assertThat(text).startsWith("{\"path\":\"/a\\u2028b\"}\n");
    }

    private static Map<String, String> fields(String line) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(line)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                fields.put(parser.currentName(), parser.nextTextValue());
            }
            assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
            assertThat(parser.nextToken()).isNull();
        }
        return fields;
    }

    @ParameterizedTest
    @EnumSource(Level.class)
    void onlyTheLevelAndThoseAboveAreLogged(Level level) {
        String text = logged(level, LogFormat.TEXT, log -> {
            log.trace("at TRACE");
            log.debug("at DEBUG");
            log.info("at INFO");
            log.warn("at WARN");
            log.error("at ERROR");
        });

        for (Level other : Level.values()) {
            assertThat(text.contains("at " + other.name())).isEqualTo(other.toInt() >= level.toInt());
        }
    }

    private static String accessed(Logging.Settings settings, String... messages) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        Logging logging = Logging.start(settings, stream);
        Logger access = LoggerFactory.getLogger("access");
        List.of(messages).forEach(access::info);
        LoggerFactory.getLogger("io.merlinadapter.some.Thing").error("other");
        logging.close();
        return stream.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void linesOfTheAccessLogAreWrittenAsTheyAreWhateverTheFormatAndTheLevel(LogFormat format) {
        String text =
                accessed(new Logging.Settings(Level.ERROR, format, true), "{\"path\":\"/{}\"}", "{\"status\":200}");

        assertThat(text).startsWith("{\"path\":\"/{}\"}\n{\"status\":200}\n");
        assertThat(text.lines()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(Level.class)
    void theAccessLogIsOffWhateverTheLevelUnlessItIsSwitchedOn(Level level) {
        assertThat(accessed(new Logging.Settings(level, LogFormat.TEXT, false), "{}"))
                .doesNotContain("{}")
                .contains("other");
    }

    @Test
    void librariesKeepTheirDebugMessagesToThemselves() {
        String text = logged(Level.TRACE, LogFormat.TEXT, log -> {
            LoggerFactory.getLogger("io.netty.buffer.Pool").debug("netty debug");
            LoggerFactory.getLogger("io.vertx.core.Thing").debug("vertx debug");
            LoggerFactory.getLogger("io.vertx.core.Thing").warn("vertx warn");
        });

        assertThat(text).contains("vertx warn").doesNotContain("debug");
        assertThat(logged(
                        Level.ERROR,
                        LogFormat.TEXT,
                        log -> LoggerFactory.getLogger("io.netty.buffer.Pool").warn("netty warn")))
                .isEmpty();
    }

    @Test
    @Timeout(20)
    void whoeverLogsNeverWaitsForAStalledReader() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        CountDownLatch readAgain = new CountDownLatch(1);
        Logging logging =
                Logging.start(new Logging.Settings(Level.INFO, LogFormat.TEXT, false), stalling(stalled, readAgain));
        Logger log = LoggerFactory.getLogger("x");
        log.info("first");
        assertThat(stalled.await(10, TimeUnit.SECONDS)).isTrue();

        long start = System.nanoTime();
        for (int i = 0; i < 20_000; i++) {
            log.error("more than the queue holds");
        }
        Duration spent = Duration.ofNanos(System.nanoTime() - start);
        readAgain.countDown();

        assertThat(spent).isLessThan(Duration.ofSeconds(10));
        assertThatNoException().isThrownBy(logging::close);
    }

    private static OutputStream stalling(CountDownLatch stalled, CountDownLatch readAgain) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                stalled.countDown();
                try {
                    readAgain.await();
                } catch (InterruptedException interrupted) {
                    throw new IOException(interrupted);
                }
            }
        };
    }
}
