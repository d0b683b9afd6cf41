package io.merlinadapter.json;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import java.nio.charset.StandardCharsets;

/** Bodies that nobody pays for, and what is in them. */
public final class Bodies {
    private Bodies() {}

    public static Body of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Body of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    public static Body of(byte[] bytes, int offset, int length) {
        return new Body(bytes, offset, length, new MemoryBudget(1 << 30), 0);
    }

    /** With other bytes around it. */
    public static Body within(String text) {
        byte[] bytes = ("<<" + text + ">>").getBytes(StandardCharsets.UTF_8);
        return of(bytes, 2, bytes.length - 4);
    }

    public static String text(Body body) {
        return new String(body.bytes(), body.offset(), body.length(), StandardCharsets.UTF_8);
    }
}
