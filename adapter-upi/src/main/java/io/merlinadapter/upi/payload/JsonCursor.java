package io.merlinadapter.upi.payload;

import java.util.BitSet;

/**
 * Walks through JSON that lies in an array, token by token, and makes no object of any: a text is a range of bytes, so that
 * even the longest costs nothing until it is copied to where it belongs. Strict, and bounded in depth. Takes for granted
 * that the bytes are UTF-8. For one thread.
 */
final class JsonCursor {
    /** As deep as the adapter's other front lets JSON be. */
    static final int MAX_DEPTH = 256;

    enum Token {
        START_OBJECT,
        END_OBJECT,
        START_ARRAY,
        END_ARRAY,
        NAME,
        TEXT,
        NUMBER,
        TRUE,
        FALSE,
        NULL,
        END
    }

    private enum Due {
        /** What follows is a value. */
        VALUE,
        /** An object or array has just begun. */
        FIRST,
        /** A value has just ended. */
        NEXT
    }

    private final byte[] bytes;
    private final int start;
    private final int end;
    private final BitSet objects = new BitSet();
    private Token token = Token.END;
    private Due due = Due.VALUE;
    private int depth;
    private int at;
    private int from;
    private int to;
    private boolean plain;

    JsonCursor(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.start = from;
        this.at = from;
        this.end = to;
    }

    byte[] bytes() {
        return bytes;
    }

    Token token() {
        return token;
    }

    /** Where the token begins; a text or name, behind its quote. */
    int from() {
        return from;
    }

    /** Where the token ends; a text or name, before its quote. */
    int to() {
        return to;
    }

    /** Where to {@link #jump} to come back to this token, which is not a name. */
    int start() {
        return token == Token.TEXT ? from - 1 : from;
    }

    /** Whether the text or name has no escapes, or the number neither a fraction nor an exponent. */
    boolean plain() {
        return plain;
    }

    /** Goes on with a value elsewhere, which ends behind its first token as far as this cursor is concerned. */
    Token jump(int offset) throws JsonFault {
        at = offset;
        depth = 0;
        due = Due.VALUE;
        return next();
    }

    /** Whether what has not been read yet is one number, and nothing else. */
    boolean isNumber() {
        try {
            number();
            return at == end;
        } catch (JsonFault e) {
            return false;
        }
    }

    /** Where the token begins, counted from the first byte. */
    int offset() {
        return start() - start;
    }

    Token next() throws JsonFault {
        skipBlanks();
        if (depth == 0 && due == Due.NEXT) {
            if (at < end) {
                throw fault("there is more than one value");
            }
            return tell(Token.END, at, at);
        }
        if (due == Due.VALUE) {
            return value();
        }
        boolean inObject = objects.get(depth);
        if (here() == (inObject ? '}' : ']')) {
            at++;
            depth--;
            due = Due.NEXT;
            return tell(inObject ? Token.END_OBJECT : Token.END_ARRAY, at - 1, at);
        }
        if (due == Due.NEXT) {
            expect(',', inObject ? "a comma or }" : "a comma or ]");
            skipBlanks();
        }
        return inObject ? name() : value();
    }

    /** Goes to the end of the object or array that has just begun; any other value is over anyway. */
    void skip() throws JsonFault {
        if (token == Token.START_OBJECT || token == Token.START_ARRAY) {
            int outside = depth - 1;
            while (depth > outside) {
                next();
            }
        }
    }

    JsonFault fault(String what) {
        return new JsonFault(what + " (byte " + (at - start) + ")");
    }

    private Token name() throws JsonFault {
        expect('"', "a name in double quotes");
        text();
        int stop = at - 1;
        int begin = from;
        skipBlanks();
        expect(':', "a colon");
        due = Due.VALUE;
        return tell(Token.NAME, begin, stop);
    }

    private Token value() throws JsonFault {
        int b = here();
        due = Due.NEXT;
        return switch (b) {
            case '{' -> open(true);
            case '[' -> open(false);
            case '"' -> {
                at++;
                text();
                yield tell(Token.TEXT, from, at - 1);
            }
            case 't' -> word("true", Token.TRUE);
            case 'f' -> word("false", Token.FALSE);
            case 'n' -> word("null", Token.NULL);
            default -> number();
        };
    }

    private Token open(boolean object) throws JsonFault {
        if (depth == MAX_DEPTH) {
            throw fault("it is nested deeper than " + MAX_DEPTH + " levels");
        }
        depth++;
        objects.set(depth, object);
        at++;
        due = Due.FIRST;
        return tell(object ? Token.START_OBJECT : Token.START_ARRAY, at - 1, at);
    }

    /** From behind the opening quote to behind the closing one. */
    private void text() throws JsonFault {
        from = at;
        plain = true;
        for (; at < end; at++) {
            int b = bytes[at];
            if (b == '"') {
                at++;
                return;
            } else if (b == '\\') {
                plain = false;
                at += JsonTexts.escapeSize(this, bytes, at, end) - 1;
            } else if (b >= 0 && b < ' ') {
                throw fault("a text has a raw control character");
            }
        }
        throw fault("it ends in the middle");
    }

    private Token word(String word, Token kind) throws JsonFault {
        int begin = at;
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i), word);
        }
        return tell(kind, begin, at);
    }

    private Token number() throws JsonFault {
        int begin = at;
        if (here() == '-') {
            at++;
        }
        if (at < end && bytes[at] == '0') {
            at++;
        } else {
            digits();
        }
        plain = true;
        if (at < end && bytes[at] == '.') {
            plain = false;
            at++;
            digits();
        }
        if (at < end && (bytes[at] | 0x20) == 'e') {
            plain = false;
            at++;
            if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
                at++;
            }
            digits();
        }
        return tell(Token.NUMBER, begin, at);
    }

    private void digits() throws JsonFault {
        int begin = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == begin) {
            here();
            throw fault("a value was expected");
        }
    }

    private Token tell(Token kind, int begin, int stop) {
        token = kind;
        from = begin;
        to = stop;
        return kind;
    }

    private void expect(int character, String what) throws JsonFault {
        if (here() != character) {
            throw fault(what + " was expected");
        }
        at++;
    }

    private int here() throws JsonFault {
        if (at >= end) {
            throw fault(end == start ? "it is empty" : "it ends in the middle");
        }
        return bytes[at];
    }

    private void skipBlanks() {
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\n' || bytes[at] == '\r')) {
            at++;
        }
    }
}
