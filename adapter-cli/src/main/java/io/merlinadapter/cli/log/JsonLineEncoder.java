package io.merlinadapter.cli.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.merlinadapter.os.ChildLog;
import io.merlinadapter.text.Texts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One event for machines: a JSON object on one line, with the members that Cloud Logging understands. Lines of the access
 * log, which are JSON in any format, have the same, and more. docs/log.md tells what each member means.
 */
final class JsonLineEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = {};
    /** How every message about a worker begins. No program writes that part. */
    private static final Pattern ABOUT = Pattern.compile("worker (\\d{1,9})(?: (stdout|stderr))?: ");

    private final JsonFactory json = new JsonFactory();

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        try (JsonGenerator generator = json.createGenerator(line)) {
            generator.writeStartObject();
            generator.writeStringField("time", TextEncoder.TIME.format(event.getInstant()));
            generator.writeStringField("severity", severity(event.getLevel()));
            writeMessage(generator, event);
            if (event.getThrowableProxy() != null) {
                generator.writeStringField(
                        "stack_trace", Texts.printableLines(ThrowableProxyUtil.asString(event.getThrowableProxy())));
            }
            generator.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        line.write('\n');
        return line.toByteArray();
    }

    /** A child's words stand alone, as whoever searches for them or reads them by machine needs them. */
    private static void writeMessage(JsonGenerator json, ILoggingEvent event) throws IOException {
        String message = event.getFormattedMessage();
        boolean isChild = event.getLoggerName().equals(ChildLog.LOGGER);
        json.writeStringField("type", isChild ? "child" : "adapter");
        Matcher about = ABOUT.matcher(message);
        boolean isAboutWorker = about.lookingAt();
        if (isAboutWorker) {
            json.writeNumberField("worker", Integer.parseInt(about.group(1)));
            if (isChild && about.group(2) != null) {
                json.writeStringField("stream", about.group(2));
            }
        }
        String said = isChild && isAboutWorker ? message.substring(about.end()) : message;
        json.writeStringField("message", Texts.printableLines(said));
    }

    private static String severity(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> "ERROR";
            case Level.WARN_INT -> "WARNING";
            case Level.INFO_INT -> "INFO";
            default -> "DEBUG";
        };
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
