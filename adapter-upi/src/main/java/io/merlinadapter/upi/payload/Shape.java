package io.merlinadapter.upi.payload;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Timestamp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a message of protobuf may hold, and how its JSON calls that. For types that do not hold themselves. */
final class Shape {
    /** The kinds of fields that UPI's messages have. */
    enum Kind {
        REAL(Tags.FIXED64),
        INTEGER(Tags.VARINT),
        BOOL(Tags.VARINT),
        ENUM(Tags.VARINT),
        TEXT(Tags.RANGE),
        TIMESTAMP(Tags.RANGE),
        MESSAGE(Tags.RANGE);

        private final int wire;

        Kind(int wire) {
            this.wire = wire;
        }
    }

    private final List<Field> fields;

    private Shape(List<Field> fields) {
        this.fields = fields;
    }

    static Shape of(Descriptor message) {
        return new Shape(message.getFields().stream().map(Field::new).toList());
    }

    List<Field> fields() {
        return fields;
    }

    /** The field whose name the cursor is at, in JSON's spelling or in protobuf's; null if there is none. */
    @Nullable
    Field named(JsonCursor cursor) {
        for (Field field : fields) {
            if (JsonTexts.is(cursor, field.jsonName) || JsonTexts.is(cursor, field.name)) {
                return field;
            }
        }
        return null;
    }

    static final class Field {
        private final byte[] jsonName;
        private final byte[] name;
        private final Kind kind;
        private final int tag;
        private final boolean repeated;
        private final @Nullable Shape message;
        private final @Nullable EnumDescriptor words;

        private Field(FieldDescriptor field) {
            jsonName = field.getJsonName().getBytes(StandardCharsets.UTF_8);
            name = field.getName().getBytes(StandardCharsets.UTF_8);
            kind = kind(field);
            tag = field.getNumber() << 3 | kind.wire;
            repeated = field.isRepeated();
            if (repeated && kind != Kind.MESSAGE) {
                throw new IllegalArgumentException(field + " repeats what UPI never repeats");
            }
            message = kind == Kind.MESSAGE ? Shape.of(field.getMessageType()) : null;
            words = kind == Kind.ENUM ? field.getEnumType() : null;
        }

        private static Kind kind(FieldDescriptor field) {
            return switch (field.getType()) {
                case DOUBLE -> Kind.REAL;
                case INT64 -> Kind.INTEGER;
                case BOOL -> Kind.BOOL;
                case ENUM -> Kind.ENUM;
                case STRING -> Kind.TEXT;
                case MESSAGE ->
                    field.getMessageType().equals(Timestamp.getDescriptor()) ? Kind.TIMESTAMP : Kind.MESSAGE;
                default -> throw new IllegalArgumentException(field + " has a type that UPI does not have");
            };
        }

        byte[] jsonName() {
            return jsonName;
        }

        Kind kind() {
            return kind;
        }

        int tag() {
            return tag;
        }

        boolean repeated() {
            return repeated;
        }

        /** What the message holds that is the field's value. */
        Shape message() {
            if (message == null) {
                throw new IllegalStateException("no message");
            }
            return message;
        }

        /** The number of the word that the cursor is at, or null. */
        @Nullable
        Integer number(JsonCursor cursor) {
            if (words != null) {
                for (EnumValueDescriptor value : words.getValues()) {
                    if (JsonTexts.is(cursor, value.getName().getBytes(StandardCharsets.UTF_8))) {
                        return value.getNumber();
                    }
                }
            }
            return null;
        }

        /** The word for a number, or null. */
        @Nullable
        String word(int number) {
            EnumValueDescriptor value = words == null ? null : words.findValueByNumber(number);
            return value == null ? null : value.getName();
        }
    }
}
