package io.merlinadapter.upi.table;

import caraml.upi.v1.TypeOuterClass;
import io.merlinadapter.json.JsonScanner;
import org.jspecify.annotations.Nullable;

/** The types of columns and variables: their numbers in protobuf, their words in JSON. */
enum ColumnType {
    FLOAT(
            TypeOuterClass.Type.TYPE_DOUBLE_VALUE,
            "a FLOAT, which is a number that a double can hold, or \"NaN\", \"Infinity\" or \"-Infinity\""),
    INTEGER(TypeOuterClass.Type.TYPE_INTEGER_VALUE, "an INTEGER, which is a whole number of 64 bits"),
    STRING(TypeOuterClass.Type.TYPE_STRING_VALUE, "a STRING, which is a text");

    /** What a message names when a type is none of them. */
    static final String NAMES = "FLOAT, INTEGER or STRING";

    private static final ColumnType[] ALL = values();

    private final int number;
    private final String expected;

    ColumnType(int number, String expected) {
        this.number = number;
        this.expected = expected;
    }

    int number() {
        return number;
    }

    /** What a message expects of a value of the type. */
    String expected() {
        return expected;
    }

    /** Null where there is no type, or one that is newer than this program. */
    static @Nullable ColumnType of(int number) {
        return number >= FLOAT.number && number <= STRING.number ? ALL[number - FLOAT.number] : null;
    }

    /** The type whose name the scanner is at, or null. */
    static @Nullable ColumnType named(JsonScanner in) {
        if (in.token() == JsonScanner.Token.STRING) {
            for (ColumnType type : ALL) {
                if (in.is(type.name())) {
                    return type;
                }
            }
        }
        return null;
    }
}
