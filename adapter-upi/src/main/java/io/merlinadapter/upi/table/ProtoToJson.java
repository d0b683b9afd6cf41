package io.merlinadapter.upi.table;

import io.merlinadapter.upi.table.MessageSchema.Field;
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
    void message(MessageSchema schema, ProtoInput in, int end) throws IOException {
        Field last = null;
        out.raw('{');
        while (in.at() < end) {
            int tag = in.tag();
            Field field = schema.tagged(tag);
            if (field == null) {
                throw new IOException("tag " + tag + " is unknown");
            }
            if (field != last) {
                endList(last);
                out.comma(last == null ? 0 : 1);
                out.text(field.jsonName()).raw(field.repeated() ? ":[" : ":");
            } else {
                out.raw(',');
            }
            value(field, in);
            last = field;
        }
        endList(last);
        out.raw('}');
    }

    private void endList(@Nullable Field last) {
        if (last != null && last.repeated()) {
            out.raw(']');
        }
    }

    private void value(Field field, ProtoInput in) throws IOException {
        switch (field.kind()) {
            case REAL -> out.real(in.real());
            case BOOL -> out.raw(in.bool() ? "true" : "false");
            case INTEGER -> out.raw('"').integer(in.integer()).raw('"');
            case ENUM -> word(field, in.int32());
            case TEXT -> {
                in.text();
                out.text(in.bytes(), in.from(), in.to());
            }
            case MESSAGE, TIMESTAMP -> {
                int end = in.enter();
                message(field.message(), in, end);
                in.leave(end);
            }
        }
    }

    private void word(Field field, int value) {
        String name = field.nameOf(value);
        if (name == null) {
            out.integer(value);
        } else {
            out.text(name);
        }
    }
}
