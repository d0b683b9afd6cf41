package io.merlinadapter.upi.table;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes a message of protobuf as its JSON. For messages as {@link ResponseWriter} writes them: without defaults, each field
 * once, and the values of a repeated one together. For one message, on one thread.
 */
final class ProtoToJson {
    private final Output out;

    ProtoToJson(Output out) {
        this.out = out;
    }

    /** Writes the message that reaches from where {@code in} is to {@code end}. */
    void message(Descriptor schema, ProtoInput in, int end) throws IOException {
        FieldDescriptor last = null;
        out.put('{');
        while (in.at() < end) {
            int tag = in.tag();
            FieldDescriptor field = schema.findFieldByNumber(tag >>> 3);
            if (field == null) {
                throw new IOException("tag " + tag + " is unknown");
            }
            if (field != last) {
                endList(last);
                out.comma(last == null ? 0 : 1);
                out.json('"' + field.getJsonName() + (field.isRepeated() ? "\":[" : "\":"));
            } else {
                out.put(',');
            }
            value(field, in);
            last = field;
        }
        endList(last);
        out.put('}');
    }

    private void endList(@Nullable FieldDescriptor last) {
        if (last != null && last.isRepeated()) {
            out.put(']');
        }
    }

    private void value(FieldDescriptor field, ProtoInput in) throws IOException {
        switch (field.getType()) {
            case DOUBLE -> out.jsonNumber(in.real());
            case BOOL -> out.json(in.bool() ? "true" : "false");
            case INT64 -> out.put('"').jsonNumber(in.integer()).put('"');
            case ENUM -> word(field, in.int32());
            case STRING -> out.jsonText(in.text());
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
            out.jsonNumber(value);
        } else {
            out.json('"' + known.getName() + '"');
        }
    }
}
