package io.merlinadapter.cli.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import io.merlinadapter.http.exchange.AccessLog;
import io.merlinadapter.text.Texts;
import java.nio.charset.StandardCharsets;

/** Lines of the access log as they are, and all others in the format that was chosen, one behind the other. */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
    private final Encoder<ILoggingEvent> others;

    LineEncoder(Encoder<ILoggingEvent> others) {
        this.others = others;
    }

    @Override
    public byte[] headerBytes() {
        return others.headerBytes();
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return event.getLoggerName().equals(AccessLog.LOGGER)
                // In JSON the escapes stand for what they replace.
                ? (Texts.printable(event.getMessage()) + "\n").getBytes(StandardCharsets.UTF_8)
                : others.encode(event);
    }

    @Override
    public byte[] footerBytes() {
        return others.footerBytes();
    }
}
