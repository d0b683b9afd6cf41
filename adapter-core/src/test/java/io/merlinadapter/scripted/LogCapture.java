package io.merlinadapter.scripted;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Keeps what one class logs, until it is closed. */
public final class LogCapture implements AutoCloseable {
    private final Logger logger;
    private final @Nullable Level level;
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    public LogCapture(Class<?> of) {
        this(of.getName());
    }

    /** Of the logger with this name. */
    public LogCapture(String of) {
        org.slf4j.Logger found = LoggerFactory.getLogger(of);
        while (!(found instanceof Logger)) {
            // Another thread is just making the first logger there is.
            Thread.onSpinWait();
            found = LoggerFactory.getLogger(of);
        }
        logger = (Logger) found;
        level = logger.getLevel();
        // Tests that run beside this one log, too.
        events.list = new CopyOnWriteArrayList<>();
        events.start();
        logger.addAppender(events);
    }

    /** One that sees lines of level INFO, too. */
    public static LogCapture ofInfo(Class<?> of) {
        return ofInfo(of.getName());
    }

    /** As {@link #ofInfo(Class)}, of the logger with this name. */
    public static LogCapture ofInfo(String of) {
        LogCapture capture = new LogCapture(of);
        capture.logger.setLevel(Level.INFO);
        return capture;
    }

    /** What was logged so far. */
    public List<String> messages() {
        return events.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Override
    public void close() {
        logger.detachAppender(events);
        logger.setLevel(level);
    }
}
