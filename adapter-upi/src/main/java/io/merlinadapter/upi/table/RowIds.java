package io.merlinadapter.upi.table;

import caraml.upi.v1.TableOuterClass.Row;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.text.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gives each row of a response its id: the one that the program says, else the one that the row of the request has, else its
 * number. Notices ids that the request does not have; another order is none of these. For one thread.
 */
final class RowIds {
    /** What a message calls them. */
    static final String CALLED = "prediction_result_table.row_ids";

    private static final int LONGEST_SHOWN = 100;

    private final Echo echo;
    private final byte[] json;
    private final @Nullable JsonScanner said;
    private final boolean asked;
    private int askedAt;
    private int saidCount;
    private boolean saidAll;
    /** Hashes of the ids that were said, less those that were asked for: no memory, and no id has to be found among others. */
    private long difference;

    private @Nullable String firstOther;

    /** @param said the list of ids in the reply, which has just begun; null if there is none */
    RowIds(Echo echo, byte[] json, @Nullable JsonScanner said) {
        this.echo = echo;
        this.json = json;
        this.said = said;
        this.asked = echo.rows() != Echo.ANY_NUMBER;
        this.askedAt = echo.nameEnd();
    }

    /** Writes the id of the next row. */
    void write(int row, ProtoOutput out) throws IOException, JsonException {
        int from = askedAt;
        int end = asked ? echo.endOfId(from) : from;
        askedAt = end + 1;
        if (said != null) {
            writeSaid(said, from, end, out);
        } else if (asked) {
            out.text(Row.ROW_ID_FIELD_NUMBER, echo.bytes(), from, end);
        } else {
            out.text(Row.ROW_ID_FIELD_NUMBER, Integer.toString(row).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void writeSaid(JsonScanner in, int askedFrom, int askedEnd, ProtoOutput out)
            throws IOException, JsonException {
        if (!next(in)) {
            return;
        }
        int size = in.textSize();
        out.text(Row.ROW_ID_FIELD_NUMBER, in, json, size);
        int from = out.at() - size;
        if (!asked || Arrays.equals(out.bytes(), from, from + size, echo.bytes(), askedFrom, askedEnd)) {
            return;
        }
        difference += hash(out.bytes(), from, from + size) - hash(echo.bytes(), askedFrom, askedEnd);
        if (firstOther == null) {
            firstOther = shown(out.bytes(), from, from + size) + " where the request has "
                    + shown(echo.bytes(), askedFrom, askedEnd);
        }
    }

    private boolean next(JsonScanner in) throws JsonException {
        if (saidAll || in.next() == Token.END_ARRAY) {
            saidAll = true;
            return false;
        }
        Reply.expect(in, Token.STRING, CALLED + "[" + saidCount + "]", "a text");
        saidCount++;
        return true;
    }

    /** Throws unless the program has said as many ids as there are rows. */
    void checkCount(int rows) throws JsonException {
        if (said == null) {
            return;
        }
        while (next(said)) {
            // Only to count them.
        }
        if (saidCount != rows) {
            throw Reply.fault(CALLED + " has " + saidCount + " ids (expected: " + rows
                    + ", as many as there are rows; or leave them out)");
        }
    }

    /** The first id that is not where the request has it, if there are ids that the request has nowhere; null otherwise. */
    @Nullable
    String foreign() {
        return difference == 0 ? null : firstOther;
    }

    /** FNV-1a, with its bits mixed once more because sums of it are compared. */
    private static long hash(byte[] bytes, int from, int to) {
        long hash = 0xcbf29ce484222325L;
        for (int i = from; i < to; i++) {
            hash = (hash ^ (bytes[i] & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
        return hash ^ (hash >>> 29);
    }

    private static String shown(byte[] utf8, int from, int to) {
        return '"' + Texts.shorten(utf8, from, to - from, LONGEST_SHOWN) + '"';
    }
}
