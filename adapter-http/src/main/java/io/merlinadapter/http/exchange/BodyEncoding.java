package io.merlinadapter.http.exchange;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.BudgetedBuffer;
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
    /** What compressed tables unfold to, as a guess. */
    private static final double UNFOLDS = 4;

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
     * How many bytes of memory decoding takes for each byte that came, in addition to that.
     *
     * @param plain the same of what is not compressed
     */
    public double growth(double plain) {
        return this == IDENTITY ? plain : UNFOLDS * (1 + plain);
    }

    /**
     * What bodies may become.
     *
     * @param most the most bytes of one
     * @param budget pays for them
     */
    public record Limits(int most, MemoryBudget budget) {}

    /**
     * Undoes the encoding. To be called off the event loops, unless there is none: the work grows with what comes out.
     *
     * @param encoded is released, whatever the outcome, or returned
     * @throws PredictException for data that is broken, too much, or more than the budget has left
     */
    public Body decode(Body encoded, Limits limits) {
        if (this == IDENTITY) {
            return encoded;
        }
        BudgetedBuffer decoded = new BudgetedBuffer(limits.budget(), STEP, limits.most(), 0);
        try (InputStream in = open(encoded)) {
            byte[] step = new byte[STEP];
            for (int count = in.read(step); count >= 0; count = in.read(step)) {
                add(decoded, step, count, limits);
            }
            return decoded.take();
        } catch (StackOverflowError e) {
            // Java reads one gzip member within another's reading.
            throw invalid("has too many " + label() + " parts in a row");
        } catch (IOException e) {
            String why = e.getMessage();
            throw invalid("is not valid " + label() + ": " + (why == null ? "it breaks off" : why));
        } finally {
            decoded.clear();
            encoded.release();
        }
    }

    private static void add(BudgetedBuffer decoded, byte[] step, int count, Limits limits) {
        if (count > limits.most() - decoded.length()) {
            throw PredictException.of(
                    FailureKind.TOO_LARGE,
                    "the request body has more than " + limits.most()
                            + " bytes when it is decompressed (expected: at most"
                            + " that; --max-body sets the limit)");
        }
        if (!decoded.add(step, 0, count)) {
            MemoryBudget budget = limits.budget();
            throw PredictException.comeBack(
                    FailureKind.OVERLOADED,
                    "no memory to decompress the request body: " + budget.used() + " of " + budget.limit()
                            + " bytes are in use (--memory-budget sets the limit)",
                    1);
        }
    }

    private static PredictException invalid(String why) {
        return PredictException.of(FailureKind.INVALID_REQUEST, "the request body " + why);
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
