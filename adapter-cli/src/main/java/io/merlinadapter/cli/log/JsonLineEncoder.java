package io.merlinadapter.cli.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.merlinadapter.text.Texts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * One event for machines: a JSON object on one line. Logback's own JSON encoder has other field names, and times in
 * milliseconds only.
 */
final class JsonLineEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = {};

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
            generator.writeStringField("timestamp", TextEncoder.TIME.format(event.getInstant()));
            generator.writeStringField("level", event.getLevel().levelStr);
            generator.writeStringField("logger", event.getLoggerName());
            generator.writeStringField("message", Texts.printableLines(event.getFormattedMessage()));
            generator.writeStringField("thread", event.getThreadName());
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

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
