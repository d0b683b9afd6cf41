package io.merlinadapter.upi;

import io.vertx.core.buffer.Buffer;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** Frames of HTTP/2 that reach the server all at once, on a connection of their own. */
final class OnePacket {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private final Buffer bytes = Buffer.buffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    OnePacket() {
        frame(SETTINGS, 0, 0, Buffer.buffer());
    }

    /** A call, with all that the caller has to say. */
    OnePacket call(int stream, String path, Buffer body) {
        Buffer headers = Buffer.buffer();
        header(headers, ":method", "POST");
        header(headers, ":scheme", "http");
        header(headers, ":path", path);
        header(headers, ":authority", "a");
        header(headers, "content-type", "application/grpc");
        frame(HEADERS, END_HEADERS, stream, headers);
        return frame(DATA, END_STREAM, stream, body);
    }

    OnePacket reset(int stream, int code) {
        return frame(RST_STREAM, 0, stream, Buffer.buffer().appendInt(code));
    }

    /** Sends them; true when the server has ended the stream, an exception when it ends the connection. */
    boolean isAnswered(int port, int stream) throws IOException {
        try (Socket caller = new Socket(InetAddress.getLoopbackAddress(), port)) {
            caller.setSoTimeout(15_000);
            caller.getOutputStream().write(bytes.getBytes());
            DataInputStream in = new DataInputStream(caller.getInputStream());
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int of = in.readInt();
                in.skipNBytes(length);
                if (of == stream && type <= HEADERS && (flags & END_STREAM) != 0) {
                    return true;
                }
            }
        }
    }

    private OnePacket frame(int type, int flags, int stream, Buffer payload) {
        bytes.appendMedium(payload.length()).appendByte((byte) type).appendByte((byte) flags);
        bytes.appendInt(stream).appendBuffer(payload);
        return this;
    }

    /** HPACK: literal, without indexing, new name. */
    private static void header(Buffer block, String name, String value) {
        block.appendByte((byte) 0).appendByte((byte) name.length()).appendString(name);
        block.appendByte((byte) value.length()).appendString(value);
    }
}
