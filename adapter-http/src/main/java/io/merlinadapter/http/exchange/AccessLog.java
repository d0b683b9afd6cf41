package io.merlinadapter.http.exchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.merlinadapter.text.LogLength;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where predictions are told of, one JSON object a line. On if {@link #LOGGER} logs at INFO. Any thread. */
public final class AccessLog {
    /** The logger whose messages the lines are. Each is to be written as it is. */
    public static final String LOGGER = "access";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
    private static final int USUAL_LENGTH = 512;
    /** ASCII alone, because some readers end a line at more than a line feed. */
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private AccessLog() {}

    /** What a line is made of. */
    interface Members {
        void writeTo(JsonGenerator json) throws IOException;
    }

    static boolean isOn() {
        return LOG.isInfoEnabled();
    }

    static void write(Members members) {
        StringWriter line = new StringWriter(USUAL_LENGTH);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            members.writeTo(json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        LOG.info(line.toString());
        LogLength.grow();
    }
}
