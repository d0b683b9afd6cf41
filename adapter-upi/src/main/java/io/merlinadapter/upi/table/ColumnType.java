package io.merlinadapter.upi.table;

import caraml.upi.v1.TypeOuterClass;
import io.merlinadapter.json.JsonScanner;
import org.jspecify.annotations.Nullable;

/** The types of columns and variables, as a program calls them; as protobuf does, they have numbers. */
enum ColumnType {
    FLOAT(
            TypeOuterClass.Type.TYPE_DOUBLE,
            "a FLOAT, which is a number that a double can hold, or \"NaN\", \"Infinity\" or \"-Infinity\""),
    INTEGER(TypeOuterClass.Type.TYPE_INTEGER, "an INTEGER, which is a whole number of 64 bits"),
    STRING(TypeOuterClass.Type.TYPE_STRING, "a STRING, which is a text");

    /** What a message names when a type is none of them. */
    static final String NAMES = "FLOAT, INTEGER or STRING";

    private static final ColumnType[] ALL = values();

    final int number;
    /** What a message expects of a value of the type. */
    final String expected;

    ColumnType(TypeOuterClass.Type type, String expected) {
        this.number = type.getNumber();
        this.expected = expected;
    }

    /** Null where there is no type, or one that is newer than this program. */
    static @Nullable ColumnType of(int number) {
        return number >= FLOAT.number && number <= STRING.number ? ALL[number - FLOAT.number] : null;
    }

    /** The word for it in JSON, or null. */
    static String json(@Nullable ColumnType type) {
        return type == null ? "null" : '"' + type.name() + '"';
    }

    /** The type whose name the scanner is at, or null. */
    static @Nullable ColumnType named(JsonScanner in) {
        for (ColumnType type : ALL) {
            if (in.token() == JsonScanner.Token.STRING && in.is(type.name())) {
                return type;
            }
        }
        return null;
    }
}
