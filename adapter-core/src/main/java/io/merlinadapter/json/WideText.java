package io.merlinadapter.json;

/** Passes by text that is not only ASCII: letters of one byte, two and three in any order. */
final class WideText {
    private static final int TEXT = Automaton.state(1);
    /** The last byte of a character comes next. */
    private static final int LAST = Automaton.state(2);
    /** Two more bytes come. */
    private static final int TWO = Automaton.state(3);
    /** Behind a first byte that not every second one may follow. */
    private static final int AFTER_E0 = Automaton.state(4);

    private static final int AFTER_ED = Automaton.state(5);
    /** Where U+0085, U+2028 and U+2029 begin, which are for the caller to note. */
    private static final int AFTER_C2 = Automaton.state(6);

    private static final int AFTER_E2 = Automaton.state(7);
    private static final int AFTER_E2_80 = Automaton.state(8);

    private static final long[] TABLE = Automaton.table();

    static {
        lead(TEXT, ' ', 0x7f, TEXT);
        lead(TEXT, 0xc3, 0xdf, LAST);
        lead(TEXT, 0xe1, 0xef, TWO);
        lead(TEXT, 0xc2, 0xc2, AFTER_C2);
        lead(TEXT, 0xe0, 0xe0, AFTER_E0);
        lead(TEXT, 0xe2, 0xe2, AFTER_E2);
        lead(TEXT, 0xed, 0xed, AFTER_ED);
        lead(TEXT, '"', '"', Automaton.STOP);
        lead(TEXT, '\\', '\\', Automaton.STOP);
        lead(LAST, 0x80, 0xbf, TEXT);
        lead(TWO, 0x80, 0xbf, LAST);
        lead(AFTER_E0, 0xa0, 0xbf, LAST);
        lead(AFTER_ED, 0x80, 0x9f, LAST);
        lead(AFTER_C2, 0x80, 0xbf, TEXT);
        lead(AFTER_C2, 0x85, 0x85, Automaton.STOP);
        lead(AFTER_E2, 0x80, 0xbf, LAST);
        lead(AFTER_E2, 0x80, 0x80, AFTER_E2_80);
        lead(AFTER_E2_80, 0x80, 0xbf, TEXT);
        lead(AFTER_E2_80, 0xa8, 0xa9, Automaton.STOP);
    }

    private WideText() {}

    private static void lead(int from, int first, int last, int to) {
        Automaton.lead(TABLE, from, first, last, to);
    }

    /**
     * Passes by characters that may stand in a string as they are, but for those of four bytes and those that end a line.
     *
     * @return where a character begins, which may be the same
     */
    static int pass(byte[] bytes, int from, int to) {
        int stop = Automaton.pass(TABLE, TEXT, bytes, from, to);
        // The last character may be half.
        return stop == from || bytes[stop - 1] >= 0 ? stop : Utf8.startOfCharacter(bytes, stop - 1);
    }
}
