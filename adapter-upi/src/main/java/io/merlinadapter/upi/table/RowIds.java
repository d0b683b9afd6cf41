package io.merlinadapter.upi.table;

import caraml.upi.v1.TableOuterClass.Row;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import org.jspecify.annotations.Nullable;

/**
 * Gives each row of a response its id: the one that the program says, else the one that the row of the request has, else its
 * number. Notices ids that the request does not have; another order is none of these. For one thread.
 */
final class RowIds {
    private static final String CALLED = "prediction_result_table.row_ids";

    private final UpiRequest request;
    private final Reply reply;
    private final @Nullable JsonScanner said;
    private final boolean asked;
    private int askedAt;
    private int saidCount;
    private boolean saidAll;
    /** Hashes of the ids that were said, less those that were asked for: no memory, and no id has to be found among others. */
    private long difference;

    private @Nullable String firstOther;

    /** @param said where the list of ids is in the reply, if it has one */
    RowIds(UpiRequest request, Reply reply, int said) throws JsonException {
        this.request = request;
        this.reply = reply;
        this.said = said == Reply.ABSENT ? null : reply.list(said, CALLED);
        this.asked = request.rows() != UpiRequest.ANY_NUMBER;
        this.askedAt = request.tableName().to;
    }

    /** Writes the id of the next row. */
    void write(int row, Output out) throws JsonException {
        Slice wanted = asked ? request.rowIdAt(askedAt) : Slice.of(Integer.toString(row));
        askedAt = wanted.to + 1;
        if (said == null) {
            out.fieldUnlessDefault(Row.ROW_ID_FIELD_NUMBER, wanted);
        } else if (next(said)) {
            Slice id = reply.text(said);
            out.fieldUnlessDefault(Row.ROW_ID_FIELD_NUMBER, id);
            if (asked && !id.is(wanted)) {
                notice(id, wanted);
            }
        }
    }

    private void notice(Slice id, Slice wanted) {
        difference += hash(id) - hash(wanted);
        if (firstOther == null) {
            firstOther = id.shown() + " where the request has " + wanted.shown();
        }
    }

    private boolean next(JsonScanner in) throws JsonException {
        if (saidAll || in.next() == Token.END_ARRAY) {
            saidAll = true;
            return false;
        }
        if (in.token() != Token.STRING) {
            throw Reply.unfit(in, CALLED + "[" + saidCount + "]", "a text");
        }
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
    private static long hash(Slice id) {
        long hash = 0xcbf29ce484222325L;
        for (int i = id.from; i < id.to; i++) {
            hash = (hash ^ (id.bytes[i] & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
        return hash ^ (hash >>> 29);
    }
}
