package io.merlinadapter.upi.payload;

import java.nio.charset.StandardCharsets;

/** What the escapes in a text of JSON stand for. */
final class JsonTexts {
    private static final String SIMPLE = "\"\\/bfnrt";

    private JsonTexts() {}

    /** How many bytes the escape has that begins at {@code at}. */
    static int escapeSize(JsonCursor cursor, byte[] bytes, int at, int end) throws JsonFault {
        if (at + 1 >= end) {
            throw cursor.fault("it ends in the middle");
        }
        int letter = bytes[at + 1];
        if (letter != 'u') {
            if (SIMPLE.indexOf(letter) < 0) {
                throw cursor.fault("a text has an escape that JSON does not have");
            }
            return 2;
        }
        for (int i = at + 2; i < at + 6; i++) {
            if (i >= end || Character.digit(bytes[i], 16) < 0) {
                throw cursor.fault("a text has \\u without four hexadecimal digits");
            }
        }
        return 6;
    }

    /** Puts the text or name that the cursor is at, in UTF-8. */
    static void decode(JsonCursor cursor, PaidBytes out) throws JsonFault {
        byte[] bytes = cursor.bytes();
        int copied = cursor.from();
        if (!cursor.plain()) {
            for (int at = cursor.from(); at < cursor.to(); ) {
                if (bytes[at] != '\\') {
                    at++;
                    continue;
                }
                out.put(bytes, copied, at);
                at = bytes[at + 1] == 'u' ? unicode(cursor, at, out) : simple(bytes, at, out);
                copied = at;
            }
        }
        out.put(bytes, copied, cursor.to());
    }

    /** Whether the text or name that the cursor is at says this. */
    static boolean is(JsonCursor cursor, byte[] ascii) {
        byte[] bytes = cursor.bytes();
        int at = cursor.from();
        for (byte wanted : ascii) {
            if (at >= cursor.to()) {
                return false;
            }
            boolean escaped = bytes[at] == '\\';
            if ((escaped ? escapedAscii(bytes, at) : bytes[at]) != wanted) {
                return false;
            }
            at += !escaped ? 1 : bytes[at + 1] == 'u' ? 6 : 2;
        }
        return at == cursor.to();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static int escapedAscii(byte[] bytes, int at) {
        return bytes[at + 1] == 'u' ? hex(bytes, at + 2) : meaning(bytes[at + 1]);
    }

    private static int simple(byte[] bytes, int at, PaidBytes out) {
        out.put(meaning(bytes[at + 1]));
        return at + 2;
    }

    private static int meaning(int letter) {
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> letter;
        };
    }

    private static int unicode(JsonCursor cursor, int at, PaidBytes out) throws JsonFault {
        byte[] bytes = cursor.bytes();
        int unit = hex(bytes, at + 2);
        if (!Character.isSurrogate((char) unit)) {
            utf8(unit, out);
            return at + 6;
        }
        boolean another = at + 12 <= cursor.to() && bytes[at + 6] == '\\' && bytes[at + 7] == 'u';
        int second = another ? hex(bytes, at + 8) : 0;
        if (!Character.isSurrogatePair((char) unit, (char) second)) {
            throw cursor.fault("a text has half of a surrogate pair, which UTF-8 can't encode");
        }
        utf8(Character.toCodePoint((char) unit, (char) second), out);
        return at + 12;
    }

    private static int hex(byte[] bytes, int at) {
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            value = value << 4 | Character.digit(bytes[i], 16);
        }
        return value;
    }

    private static void utf8(int character, PaidBytes out) {
        if (character < 0x80) {
            out.put(character);
            return;
        }
        int more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
        int lead = 0xff00 >> (more + 1);
        out.put((lead & 0xff) | (character >> (6 * more)));
        for (int left = more - 1; left >= 0; left--) {
            out.put(0x80 | ((character >> (6 * left)) & 0x3f));
        }
    }
}
