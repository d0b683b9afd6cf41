package io.merlinadapter.upi.table;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Timestamp;
import com.google.protobuf.WireFormat;
import io.merlinadapter.json.JsonScanner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a protobuf message, and what its JSON calls them. For messages that do not hold themselves. */
final class MessageSchema {
    /** The kinds of fields that UPI's messages have. */
    enum Kind {
        REAL(WireFormat.WIRETYPE_FIXED64),
        INTEGER(WireFormat.WIRETYPE_VARINT),
        BOOL(WireFormat.WIRETYPE_VARINT),
        ENUM(WireFormat.WIRETYPE_VARINT),
        TEXT(WireFormat.WIRETYPE_LENGTH_DELIMITED),
        TIMESTAMP(WireFormat.WIRETYPE_LENGTH_DELIMITED),
        MESSAGE(WireFormat.WIRETYPE_LENGTH_DELIMITED);

        private final int wire;

        Kind(int wire) {
            this.wire = wire;
        }
    }

    private final List<Field> fields;

    private MessageSchema(List<Field> fields) {
        this.fields = fields;
    }

    static MessageSchema of(Descriptor message) {
        return new MessageSchema(message.getFields().stream().map(Field::new).toList());
    }

    /** The field whose name the scanner is at, in JSON's spelling or in protobuf's; null if there is none. */
    @Nullable
    Field named(JsonScanner in) {
        for (Field field : fields) {
            if (in.is(field.jsonName) || in.is(field.name)) {
                return field;
            }
        }
        return null;
    }

    /** The field that begins with this tag; null if there is none. */
    @Nullable
    Field tagged(int tag) {
        for (Field field : fields) {
            if (tag == (field.number << 3 | field.kind.wire)) {
                return field;
            }
        }
        return null;
    }

    static final class Field {
        private final String jsonName;
        private final String name;
        private final Kind kind;
        private final int number;
        private final boolean repeated;
        private final @Nullable MessageSchema message;
        private final @Nullable EnumDescriptor words;

        private Field(FieldDescriptor field) {
            jsonName = field.getJsonName();
            name = field.getName();
            kind = kind(field);
            number = field.getNumber();
            repeated = field.isRepeated();
            if (repeated && kind != Kind.MESSAGE) {
                throw new IllegalArgumentException(field + " repeats what UPI never repeats");
            }
            message = kind == Kind.MESSAGE ? MessageSchema.of(field.getMessageType()) : null;
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

        String jsonName() {
            return jsonName;
        }

        Kind kind() {
            return kind;
        }

        int number() {
            return number;
        }

        boolean repeated() {
            return repeated;
        }

        /** The schema of the message that is the field's value. */
        MessageSchema message() {
            if (message == null) {
                throw new IllegalStateException("no message");
            }
            return message;
        }

        /** The number of the enum's value whose name the scanner is at, or null. */
        @Nullable
        Integer valueNamed(JsonScanner in) {
            if (words != null) {
                for (EnumValueDescriptor value : words.getValues()) {
                    if (in.is(value.getName())) {
                        return value.getNumber();
                    }
                }
            }
            return null;
        }

        /** The name of an enum's value, or null. */
        @Nullable
        String nameOf(int value) {
            EnumValueDescriptor known = words == null ? null : words.findValueByNumber(value);
            return known == null ? null : known.getName();
        }
    }
}
