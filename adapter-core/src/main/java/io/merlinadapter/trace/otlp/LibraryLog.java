package io.merlinadapter.trace.otlp;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What OpenTelemetry writes to Java's own log, which would be on stderr in a form of its own. {@link Delivery} says what is
 * worth saying, so it is for debugging only.
 */
final class LibraryLog extends Handler {
    private static final Logger LOG = LoggerFactory.getLogger(LibraryLog.class);
    /** Held: Java's log forgets loggers that nobody holds, with what was set. */
    private static final java.util.logging.Logger LIBRARY = java.util.logging.Logger.getLogger("io.opentelemetry");

    private final SimpleFormatter formatter = new SimpleFormatter();

    private LibraryLog() {}

    static synchronized void toOurs() {
        if (LIBRARY.getUseParentHandlers()) {
            LIBRARY.setUseParentHandlers(false);
            LIBRARY.addHandler(new LibraryLog());
        }
    }

    @Override
    public void publish(LogRecord line) {
        LOG.debug("{}", formatter.formatMessage(line), line.getThrown());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
