package io.merlinadapter.json;

/** Passes by the numbers of an array, which are most of what models are sent, many times faster than one by one. */
final class NumberRows {
    /** Bytes that are passed by in one go. A number with more digits than allowed is longer: it is never passed by whole. */
    private static final int MOST = 512;

    /** With its e, and a byte behind it. */
    private static final int LONGEST_EXPONENT = 8;

    private static final int VALUE = Automaton.state(1);
    private static final int MINUS = Automaton.state(2);
    private static final int ZERO = Automaton.state(3);
    private static final int DIGITS = Automaton.state(4);
    private static final int POINT = Automaton.state(5);
    private static final int FRACTION = Automaton.state(6);
    /** Behind the end of the array. */
    private static final int CLOSED = Automaton.state(7);
    /** Behind the comma that follows there. */
    private static final int BETWEEN = Automaton.state(8);

    /** To the end of the array. */
    private static final long[] ONE = table();

    /** To the end of an array, and on to the next one beside it. */
    private static final long[] MANY = table();

    static {
        Automaton.lead(MANY, CLOSED, ',', BETWEEN);
        Automaton.lead(MANY, BETWEEN, ' ', BETWEEN);
        Automaton.lead(MANY, BETWEEN, '[', VALUE);
    }

    private NumberRows() {}

    /** There is no state left for exponents and line breaks. */
    private static long[] table() {
        long[] table = Automaton.table();
        Automaton.lead(table, VALUE, ' ', VALUE);
        Automaton.lead(table, VALUE, '-', MINUS);
        for (int state : new int[] {VALUE, MINUS}) {
            Automaton.lead(table, state, '0', ZERO);
            Automaton.lead(table, state, '1', '9', DIGITS);
        }
        Automaton.lead(table, DIGITS, '0', '9', DIGITS);
        Automaton.lead(table, ZERO, '.', POINT);
        Automaton.lead(table, DIGITS, '.', POINT);
        Automaton.lead(table, POINT, '0', '9', FRACTION);
        Automaton.lead(table, FRACTION, '0', '9', FRACTION);
        for (int state : new int[] {ZERO, DIGITS, FRACTION}) {
            Automaton.lead(table, state, ',', VALUE);
            Automaton.lead(table, state, ']', CLOSED);
        }
        return table;
    }

    /**
     * Passes by numbers and the commas between them, as far as they are valid.
     *
     * @param comma behind a number
     * @param many true to go on behind the end of the array, with the next one beside it
     * @return a comma, which may be the same; or a place behind a bracket
     */
    static int pass(byte[] bytes, int comma, int to, boolean many) {
        int end = Math.min(to, comma + MOST);
        int stop = comma;
        boolean isBehindNumber;
        do {
            isBehindNumber = false;
            // A number of any kind is as complete as one with a fraction.
            stop = Automaton.pass(many ? MANY : ONE, FRACTION, bytes, stop, end);
            if (stop < end && (bytes[stop] | 0x20) == 'e' && isDigit(bytes[stop - 1])) {
                int behind = exponent(bytes, stop, end);
                isBehindNumber = behind > 0 && (bytes[behind] == ',' || bytes[behind] == ']');
                stop = isBehindNumber ? behind : stop;
            }
        } while (isBehindNumber);
        // Back to where something is complete: a comma or bracket that was passed by.
        for (int p = stop - 1; p > comma; p--) {
            if (bytes[p] == ',') {
                return p;
            } else if (bytes[p] == ']' || bytes[p] == '[') {
                return p + 1;
            }
        }
        return comma;
    }

    /** Where an exponent ends that begins with an e; less than 0 if it is long, or none. */
    static int exponent(byte[] bytes, int e, int to) {
        int end = Math.min(to, e + LONGEST_EXPONENT);
        int first = e + 1 < end && (bytes[e + 1] == '-' || bytes[e + 1] == '+') ? e + 2 : e + 1;
        int p = first;
        while (p < end && isDigit(bytes[p])) {
            p++;
        }
        return p > first && p < end ? p : -1;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
