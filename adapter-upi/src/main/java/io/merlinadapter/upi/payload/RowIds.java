package io.merlinadapter.upi.payload;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Gives each row of a response its id. For one thread. */
final class RowIds {
    private final @Nullable Texts ids;

    /** @param ids those of the rows in order, or null if they are to be counted */
    private RowIds(@Nullable Texts ids) {
        this.ids = ids;
    }

    /** What the program said, which must be the caller's ids, if in another order; null if it said nothing. */
    static RowIds of(@Nullable Texts said, int rows, UpiRequest.Kept kept, Purse purse) {
        if (said == null) {
            return new RowIds(kept.rows() == UpiRequest.ANY_NUMBER ? null : kept.rowIds());
        }
        if (said.count() != rows) {
            throw Reply.fault("prediction_result_table.row_ids has " + said.count() + " ids (expected: " + rows
                    + ", as many as there are rows; or leave them out)");
        }
        if (kept.rows() != UpiRequest.ANY_NUMBER) {
            check(said, kept.rowIds(), purse);
        }
        return new RowIds(said);
    }

    private static void check(Texts said, Texts asked, Purse purse) {
        int same = 0;
        while (same < said.count() && said.equal(same, asked, same)) {
            same++;
        }
        if (same == said.count()) {
            return;
        }
        SortedTexts saidSorted = new SortedTexts(said, purse);
        SortedTexts askedSorted = new SortedTexts(asked, purse);
        for (int rank = 0; rank < said.count(); rank++) {
            int sign = said.compare(saidSorted.at(rank), asked, askedSorted.at(rank));
            if (sign != 0) {
                throw Reply.fault("prediction_result_table.row_ids has "
                        + (sign < 0
                                ? said.get(saidSorted.at(rank)) + " more often than the request"
                                : asked.get(askedSorted.at(rank)) + " less often than the request")
                        + " (expected: the ids of the request's rows, in any order; or leave them out)");
            }
        }
    }

    /** How many bytes they have, together. */
    int size() {
        return ids == null ? 0 : ids.open().length();
    }

    void write(int row, PaidBytes out) {
        if (ids == null) {
            out.field(Tags.ROW_ID, Integer.toString(row).getBytes(StandardCharsets.US_ASCII));
        } else if (ids.from(row) < ids.to(row)) {
            out.field(Tags.ROW_ID, ids.bytes(), ids.from(row), ids.to(row));
        }
    }
}
