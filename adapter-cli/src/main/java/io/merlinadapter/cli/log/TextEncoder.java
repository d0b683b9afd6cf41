package io.merlinadapter.cli.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.merlinadapter.text.Texts;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/**
 * One event for people: time in UTC, level, message, stack trace if any. Whoever wrote them, no character of these garbles
 * or forges the log.
 */
final class TextEncoder extends EncoderBase<ILoggingEvent> {

    /** ISO 8601 with milliseconds, the zeros included. */
    static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private static final byte[] NOTHING = {};

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(event.getInstant(), line);
        line.append(' ')
                .append(event.getLevel())
                .append(event.getLevel().levelStr.length() < 5 ? "  " : " ");
        line.append(Texts.printableLines(event.getFormattedMessage())).append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(Texts.printableLines(ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
