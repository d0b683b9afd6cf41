package io.merlinadapter.http.exchange;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The Content-Encodings of request bodies that we can undo.
 *
 * <p>Vert.x could do it while the body arrives, but then not for the request of an h2c upgrade, for algorithms that we
 * never promised (snappy), with a broken connection for bad data, and with as much memory as one network read can
 * unfold to (a thousandfold). Here the compressed bytes are complete, and unfold into paid memory only.
 */
public enum BodyEncoding {
    IDENTITY,
    GZIP,
    DEFLATE;

    private static final int STEP = 16 * 1024;

    /** The encoding that a header names, or null for one that we don't know. */
    public static @Nullable BodyEncoding of(@Nullable String header) {
        if (header == null) {
            return IDENTITY;
        }
        return switch (header.trim().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> IDENTITY;
            case "gzip", "x-gzip" -> GZIP;
            case "deflate" -> DEFLATE;
            default -> null;
        };
    }

    /**
     * Undoes the encoding. To be called off the event loops: the work grows with what comes out.
     *
     * @param encoded is released, whatever the outcome
     * @throws PredictException for data that is broken, too much, or more than the budget has left
     */
    public Body decode(Body encoded, int limit, MemoryBudget budget) {
        BodyCollector decoded = new BodyCollector(budget, limit, -1);
        try (InputStream in = open(encoded)) {
            byte[] step = new byte[STEP];
            for (int count = in.read(step); count >= 0; count = in.read(step)) {
                decoded.add(step, count);
            }
            return decoded.take();
        } catch (StackOverflowError e) {
            // Java reads one gzip member within another's reading.
            throw PredictException.of(
                    FailureKind.INVALID_REQUEST, "the request body has too many " + label() + " parts in a row");
        } catch (IOException e) {
            throw PredictException.of(
                    FailureKind.INVALID_REQUEST, "the request body is not valid " + label() + ": " + e.getMessage());
        } finally {
            decoded.release();
            encoded.release();
        }
    }

    private InputStream open(Body encoded) throws IOException {
        InputStream raw = new ByteArrayInputStream(encoded.bytes(), encoded.offset(), encoded.length());
        return switch (this) {
            case IDENTITY -> raw;
            case GZIP -> new GZIPInputStream(raw, STEP);
            case DEFLATE ->
                new InflaterInputStream(raw, new Inflater(!hasZlibHeader(encoded)), STEP) {
                    @Override
                    public void close() throws IOException {
                        super.close();
                        inf.end(); // an inflater that was handed in is not ended by the stream
                    }
                };
        };
    }

    /** The standard says zlib; some senders have always left its header out. */
    private static boolean hasZlibHeader(Body encoded) {
        if (encoded.length() < 2) {
            return true;
        }
        int first = encoded.bytes()[encoded.offset()] & 0xff;
        int second = encoded.bytes()[encoded.offset() + 1] & 0xff;
        return (first & 0x0f) == 8 && (first << 8 | second) % 31 == 0;
    }

    private String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
