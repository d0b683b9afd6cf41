package io.merlinadapter.cli.run;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the few frames of HTTP/2 that one short call takes (RFC 9113), with headers that are not compressed (RFC 7541). */
final class Frames {
    private static final int LITERAL_NEVER_INDEXED = 0x10;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void raw(byte[] bytes) {
        out.writeBytes(bytes);
    }

    void frame(int type, int flags, int stream, byte[] payload) {
        out.write(payload.length >> 16);
        out.write(payload.length >> 8);
        out.write(payload.length);
        out.write(type);
        out.write(flags);
        raw(new byte[] {0, 0, 0, (byte) stream});
        raw(payload);
    }

    /** Name and value have fewer than 127 characters. */
    void header(String name, String value) {
        out.write(LITERAL_NEVER_INDEXED);
        text(name);
        text(value);
    }

    private void text(String text) {
        out.write(text.length());
        raw(text.getBytes(StandardCharsets.US_ASCII));
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
