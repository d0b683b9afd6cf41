package io.merlinadapter.upi.payload;

import io.merlinadapter.predict.PredictException;
import io.merlinadapter.upi.payload.JsonCursor.Token;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A program's reply, to read parts of in any order. For one thread. */
final class Reply {
    /** What {@link #members} says of a member that is not there, or null. */
    static final int ABSENT = -1;

    private static final int LONGEST_SHOWN = 100;

    private final byte[] bytes;
    private final int from;
    private final int to;

    Reply(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    /** Looks at all of it, and finds the members of the object that it is. */
    int[] open(byte[]... names) throws JsonFault {
        if (!ProtoCursor.isUtf8(bytes, from, to)) {
            throw new JsonFault("it is not UTF-8");
        }
        JsonCursor cursor = cursor();
        if (cursor.next() != Token.START_OBJECT) {
            throw fault("is " + shown(cursor) + " (expected: an object)");
        }
        int[] found = members(cursor, names);
        cursor.next();
        return found;
    }

    JsonCursor cursor() {
        return new JsonCursor(bytes, from, to);
    }

    /** A cursor at the value that is at {@code offset}. */
    JsonCursor at(int offset) throws JsonFault {
        JsonCursor cursor = cursor();
        cursor.jump(offset);
        return cursor;
    }

    /** Where the values are of these members of the object that has just begun; goes to its end. */
    static int[] members(JsonCursor cursor, byte[]... names) throws JsonFault {
        int[] found = new int[names.length];
        Arrays.fill(found, ABSENT);
        while (cursor.next() == Token.NAME) {
            int index = 0;
            while (index < names.length && !JsonTexts.is(cursor, names[index])) {
                index++;
            }
            Token token = cursor.next();
            if (index < names.length) {
                found[index] = token == Token.NULL ? ABSENT : cursor.start();
            }
            cursor.skip();
        }
        return found;
    }

    /** A cursor at the list that is at {@code offset}, which has just begun. */
    JsonCursor list(int offset, String called) throws JsonFault {
        JsonCursor cursor = at(offset);
        if (cursor.token() != Token.START_ARRAY) {
            throw fault(called + " is " + shown(cursor) + " (expected: a list)");
        }
        return cursor;
    }

    /** Puts the text that the cursor is at. */
    static void text(JsonCursor cursor, String called, PaidBytes out) throws JsonFault {
        if (cursor.token() != Token.TEXT) {
            throw fault(called + " is " + shown(cursor) + " (expected: a text)");
        }
        JsonTexts.decode(cursor, out);
    }

    /** The texts of the list that is at {@code offset}. */
    Texts texts(int offset, String called, Purse purse) throws JsonFault {
        JsonCursor cursor = list(offset, called);
        Texts texts = new Texts(purse);
        while (cursor.next() != Token.END_ARRAY) {
            if (cursor.token() != Token.TEXT) {
                throw fault(called + "[" + texts.count() + "] is " + shown(cursor) + " (expected: a text)");
            }
            JsonTexts.decode(cursor, texts.open());
            texts.close();
        }
        return texts;
    }

    /** The value that the cursor is at, for a message. */
    static String shown(JsonCursor cursor) {
        return switch (cursor.token()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case TEXT -> Texts.shown(cursor.bytes(), cursor.from(), cursor.to());
            default -> {
                int size = Math.min(LONGEST_SHOWN, cursor.to() - cursor.from());
                yield new String(cursor.bytes(), cursor.from(), size, StandardCharsets.ISO_8859_1);
            }
        };
    }

    /** The fault of a reply, in words that go on from "the program's reply: ". */
    static PredictException fault(String what) {
        return Way.OUT.fault("the program's reply: " + what);
    }
}
