package io.merlinadapter.upi.payload;

import caraml.upi.v1.TypeOuterClass;
import java.nio.charset.StandardCharsets;

/** The types of columns and variables: their numbers in protobuf, and their words in JSON. */
final class Types {
    static final int NONE = TypeOuterClass.Type.TYPE_UNSPECIFIED_VALUE;
    static final int FLOAT = TypeOuterClass.Type.TYPE_DOUBLE_VALUE;
    static final int INTEGER = TypeOuterClass.Type.TYPE_INTEGER_VALUE;
    static final int STRING = TypeOuterClass.Type.TYPE_STRING_VALUE;

    /** What a message names when a type is none of them. */
    static final String EXPECTED = "FLOAT, INTEGER or STRING";

    private static final byte[][] WORDS = {
        JsonTexts.ascii("null"), JsonTexts.ascii("FLOAT"), JsonTexts.ascii("INTEGER"), JsonTexts.ascii("STRING")
    };

    private Types() {}

    static boolean known(int type) {
        return type >= FLOAT && type <= STRING;
    }

    /** The word in double quotes, or null where there is no type, or one that is newer than this program. */
    static void write(int type, PaidBytes out) {
        if (known(type)) {
            out.put('"');
            out.put(WORDS[type]);
            out.put('"');
        } else {
            out.put(WORDS[NONE]);
        }
    }

    /** The type that the text says which the cursor is at, or {@link #NONE}. */
    static int of(JsonCursor cursor) {
        for (int type = FLOAT; type <= STRING; type++) {
            if (JsonTexts.is(cursor, WORDS[type])) {
                return type;
            }
        }
        return NONE;
    }

    /** A type for a message. */
    static String name(int type) {
        return new String(WORDS[type], StandardCharsets.US_ASCII);
    }
}
