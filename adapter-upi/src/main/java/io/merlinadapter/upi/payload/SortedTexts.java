package io.merlinadapter.upi.payload;

import java.util.Arrays;

/** The order of some texts: finds one among them, in a time that no choice of texts makes long. For one thread. */
final class SortedTexts {
    private final Texts texts;
    private final PaidInts order;

    SortedTexts(Texts texts, Purse purse) {
        this.texts = texts;
        order = new PaidInts(purse);
        for (int i = 0; i < texts.count(); i++) {
            order.add(i);
        }
        sort();
    }

    /** The index of the text that has {@code rank} others before it. */
    int at(int rank) {
        return order.get(rank);
    }

    /** The index of a text that comes twice, or -1. */
    int repeated() {
        for (int rank = 1; rank < order.count(); rank++) {
            if (texts.equal(at(rank), texts, at(rank - 1))) {
                return at(rank);
            }
        }
        return -1;
    }

    /** The index of a text, or -1. */
    int find(byte[] utf8, int from, int to) {
        int low = 0;
        int high = order.count() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int index = at(middle);
            int sign = Arrays.compare(texts.bytes(), texts.from(index), texts.to(index), utf8, from, to);
            if (sign == 0) {
                return index;
            } else if (sign < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** Heapsort: in place, and never slow. */
    private void sort() {
        int count = order.count();
        for (int i = count / 2 - 1; i >= 0; i--) {
            sink(i, count);
        }
        for (int end = count - 1; end > 0; end--) {
            order.swap(0, end);
            sink(0, end);
        }
    }

    private void sink(int start, int end) {
        int parent = start;
        for (int child = 2 * parent + 1; child < end; child = 2 * parent + 1) {
            if (child + 1 < end && before(child, child + 1)) {
                child++;
            }
            if (!before(parent, child)) {
                return;
            }
            order.swap(parent, child);
            parent = child;
        }
    }

    private boolean before(int rank, int other) {
        return texts.compare(at(rank), texts, at(other)) < 0;
    }
}
