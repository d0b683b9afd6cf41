package io.merlinadapter.upi.table;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes a message of protobuf as its JSON. For messages as {@link ProtoOutput} writes them: without defaults, each field
 * once, and the values of a repeated one together. For one message, on one thread.
 */
final class ProtoToJson {
    private final JsonOutput out;

    ProtoToJson(JsonOutput out) {
        this.out = out;
    }

    /** Writes the message that reaches from where {@code in} is to {@code end}. */
    void message(Descriptor schema, ProtoInput in, int end) throws IOException {
        FieldDescriptor last = null;
        out.raw('{');
        while (in.at() < end) {
            int tag = in.tag();
            FieldDescriptor field = schema.findFieldByNumber(tag >>> 3);
            if (field == null) {
                throw new IOException("tag " + tag + " is unknown");
            }
            if (field != last) {
                endList(last);
                out.comma(last == null ? 0 : 1);
                out.text(field.getJsonName()).raw(field.isRepeated() ? ":[" : ":");
            } else {
                out.raw(',');
            }
            value(field, in);
            last = field;
        }
        endList(last);
        out.raw('}');
    }

    private void endList(@Nullable FieldDescriptor last) {
        if (last != null && last.isRepeated()) {
            out.raw(']');
        }
    }

    private void value(FieldDescriptor field, ProtoInput in) throws IOException {
        switch (field.getType()) {
            case DOUBLE -> out.real(in.real());
            case BOOL -> out.raw(in.bool() ? "true" : "false");
            case INT64 -> out.raw('"').integer(in.integer()).raw('"');
            case ENUM -> word(field, in.int32());
            case STRING -> {
                in.text();
                out.text(in.bytes(), in.from(), in.to());
            }
            case MESSAGE -> {
                int end = in.enter();
                message(field.getMessageType(), in, end);
                in.leave(end);
            }
            default -> throw new IllegalStateException(field + " has a type that UPI does not have");
        }
    }

    private void word(FieldDescriptor field, int value) {
        EnumValueDescriptor known = field.getEnumType().findValueByNumber(value);
        if (known == null) {
            out.integer(value);
        } else {
            out.text(known.getName());
        }
    }
}
