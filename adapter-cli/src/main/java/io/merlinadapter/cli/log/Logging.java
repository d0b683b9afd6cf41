package io.merlinadapter.cli.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.merlinadapter.cli.config.LogFormat;
import io.merlinadapter.http.exchange.AccessLog;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Sends the logs of everything in this process to one stream. Whoever logs only puts the event into a queue: when the
 * reader of the stream stalls, events are dropped (those below warn first) and nobody ever waits. Closing writes out what
 * is queued, for a second at most.
 */
public final class Logging implements AutoCloseable {

    /**
     * What is logged, and how.
     *
     * @param access whether each prediction has a line, whatever the level
     */
    public record Settings(org.slf4j.event.Level level, LogFormat format, boolean access) {}

    private static final int QUEUED_EVENTS = 2048;
    private static final int FLUSH_MILLIS = 1000;

    private final LoggerContext context;

    private Logging(LoggerContext context) {
        this.context = context;
    }

    /**
     * Replaces whatever logging there was.
     *
     * @param stream best not {@code System.err}: printing to that could then wait for a stalled reader
     */
    public static Logging start(Settings settings, OutputStream stream) {
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        context.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.valueOf(settings.level().name()));
        root.addAppender(queue(context, writer(context, encoder(settings.format()), stream)));
        Logging logging = new Logging(context);
        logging.access(settings.access());
        // What they say below that is about their own insides, several lines for each request; of Netty's even at INFO:
        // a caller who goes on sending what nobody wants any more would get a line for each frame.
        quieten(context, "io.netty", root.getLevel(), Level.WARN);
        quieten(context, "io.vertx", root.getLevel(), Level.INFO);
        // A caller who leaves while trailers wait makes Vert.x fail in Netty's listener, one stack trace each, to no
        // effect.
        context.getLogger("io.netty.handler.codec.http2.DefaultHttp2Connection").setLevel(Level.OFF);
        // What callers send before their first HTTP/2 settings, when nobody can have asked Vert.x for its faults yet.
        // Later
        // faults of connections are told to our handlers.
        context.getLogger("io.vertx.core.net.impl.ConnectionBase").setLevel(Level.OFF);
        return logging;
    }

    /** Turns the access log on or off, whatever the level of the others. */
    public void access(boolean on) {
        context.getLogger(AccessLog.LOGGER).setLevel(on ? Level.INFO : Level.OFF);
    }

    private static void quieten(LoggerContext context, String name, Level rootLevel, Level least) {
        context.getLogger(name).setLevel(rootLevel.isGreaterOrEqual(least) ? rootLevel : least);
    }

    private static Encoder<ILoggingEvent> encoder(LogFormat format) {
        return new LineEncoder(
                switch (format) {
                    case TEXT -> new TextEncoder();
                    case JSON -> new JsonLineEncoder();
                });
    }

    private static OutputStreamAppender<ILoggingEvent> writer(
            LoggerContext context, Encoder<ILoggingEvent> encoder, OutputStream stream) {
        encoder.setContext(context);
        encoder.start();
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        appender.setContext(context);
        appender.setName("stream");
        appender.setEncoder(encoder);
        appender.setOutputStream(stream);
        appender.start();
        return appender;
    }

    private static AsyncAppender queue(LoggerContext context, OutputStreamAppender<ILoggingEvent> writer) {
        AsyncAppender queue = new AsyncAppender();
        queue.setContext(context);
        queue.setName("queue");
        queue.setQueueSize(QUEUED_EVENTS);
        queue.setNeverBlock(true);
        queue.setMaxFlushTime(FLUSH_MILLIS);
        queue.addAppender(writer);
        queue.start();
        return queue;
    }

    /** Has {@code reader} given each event, too, as JSON on one line; on the thread that logs, so it must not wait. */
    public void copyTo(Consumer<String> reader) {
        LineEncoder encoder = new LineEncoder(new JsonLineEncoder());
        AppenderBase<ILoggingEvent> copy = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                reader.accept(new String(encoder.encode(event), StandardCharsets.UTF_8).strip());
            }
        };
        copy.setContext(context);
        copy.setName("copy");
        copy.start();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(copy);
    }

    @Override
    public void close() {
        context.stop();
    }
}
