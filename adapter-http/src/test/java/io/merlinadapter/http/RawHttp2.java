package io.merlinadapter.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A socket that speaks as much HTTP/2, by prior knowledge, as it takes to do what no decent client would. */
public final class RawHttp2 implements AutoCloseable {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int DEFAULT_WINDOW = 65_535;
    private static final int LARGEST_FRAME = 16_384;
    /** What fits HPACK's first byte of a length. */
    private static final int LONGEST_IN_ONE_BYTE = 127;

    private static final int PING = 6;
    private static final int GO_AWAY = 7;
    private static final int REFUSED_STREAM = 7;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int PRIORITY = 0x20;
    private static final int PRIORITY_LENGTH = 5;
    /** What the indices of HPACK's static table mean from 8 on. */
    private static final int[] STATUS = {200, 204, 206, 304, 400, 404, 500};

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    /** Frames that are to be sent together. */
    private @Nullable ByteArrayOutputStream gathered;

    /** The last streams that those of the server's GOAWAYs admit that nobody asked for yet. */
    private final Deque<Integer> goAways = new ArrayDeque<>();
    /** The codes of the resets that have been read, by stream. */
    private final Map<Integer, List<Integer>> resets = new HashMap<>();

    public RawHttp2(int port) throws IOException {
        this(port, DEFAULT_WINDOW);
    }

    /** @param window how much of each answer may come unasked */
    public RawHttp2(int port, int window) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(15_000);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, settings(window));
    }

    public record Answer(int status, String body) {}

    public RawHttp2 get(int stream, String path) throws IOException {
        frame(HEADERS, END_HEADERS | END_STREAM, stream, headers("GET", path));
        return this;
    }

    /** Begins a request whose body never comes. */
    public RawHttp2 open(int stream) throws IOException {
        frame(HEADERS, END_HEADERS, stream, headers("POST", TestFront.PREDICT));
        return this;
    }

    public RawHttp2 post(int stream, String body) throws IOException {
        frame(HEADERS, END_HEADERS, stream, headers("POST", TestFront.PREDICT));
        frame(DATA, END_STREAM, stream, body.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    private static byte[] settings(int window) {
        return ByteBuffer.allocate(12)
                .putShort((short) 1)
                .putInt(0) // no dynamic table, so that statuses are easy to read
                .putShort((short) 4)
                .putInt(window)
                .array();
    }

    /** A block of headers, as names and values in turn, whatever they are. */
    public RawHttp2 headers(int stream, boolean end, String... namesAndValues) throws IOException {
        return block(stream, end, block(namesAndValues));
    }

    /** A block of headers, as many frames as it takes. */
    public RawHttp2 block(int stream, boolean end, byte[] block) throws IOException {
        int type = HEADERS;
        for (int at = 0; at < block.length; at += LARGEST_FRAME) {
            int length = Math.min(LARGEST_FRAME, block.length - at);
            int flags = (at + length == block.length ? END_HEADERS : 0) | (end && at == 0 ? END_STREAM : 0);
            frame(type, flags, stream, Arrays.copyOfRange(block, at, at + length));
            type = CONTINUATION;
        }
        return this;
    }

    public RawHttp2 data(int stream, boolean end, byte[] bytes) throws IOException {
        frame(DATA, end ? END_STREAM : 0, stream, bytes);
        return this;
    }

    public RawHttp2 windowUpdate(int stream, int credit) throws IOException {
        frame(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(credit).array());
        return this;
    }

    public RawHttp2 reset(int stream, int code) throws IOException {
        frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(code).array());
        return this;
    }

    /** Says that nothing more will be sent. */
    public RawHttp2 endOfInput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Whether closing this resets the connection. */
    public void resetsWhenClosed(boolean reset) throws IOException {
        socket.setSoLinger(reset, 0);
    }

    /** The codes with which the stream was reset, as far as has been read. */
    public List<Integer> resets(int stream) {
        return resets.getOrDefault(stream, List.of());
    }

    /** Names and values in turn as HPACK: literal, without indexing, new names. */
    public static byte[] block(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            header(block, namesAndValues[i], namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    /** Reads until the stream has ended, forgetting others. */
    public Answer answer(int stream) throws IOException {
        int status = 0;
        String body = "";
        while (true) {
            Frame frame = next();
            if (frame.stream != stream) {
                continue;
            }
            switch (frame.type) {
                case HEADERS -> status = status(frame);
                case DATA -> body += StandardCharsets.UTF_8.decode(frame.payload);
                case RST_STREAM -> throw new IOException("stream " + stream + " was reset: " + code(frame));
                default -> throw new IOException("unexpected frame of type " + frame.type);
            }
            if ((frame.flags & END_STREAM) != 0) {
                return new Answer(status, body);
            }
        }
    }

    /** Reads, if need be, up to the next GOAWAY, and returns the last stream that it admits. */
    public int goAway() throws IOException {
        while (goAways.isEmpty()) {
            next();
        }
        return goAways.remove();
    }

    public boolean hasGoAway() {
        return !goAways.isEmpty();
    }

    /** Reads until the server closes; false if an answer comes instead. */
    public boolean isClosedByServer() throws IOException {
        try {
            while (true) {
                if (next().type == HEADERS) {
                    return false;
                }
            }
        } catch (EOFException | SocketException e) {
            return true;
        }
    }

    private record Frame(int type, int flags, int stream, ByteBuffer payload) {}

    private Frame next() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        Frame frame = new Frame(
                in.readUnsignedByte(), in.readUnsignedByte(), in.readInt(), ByteBuffer.wrap(in.readNBytes(length)));
        if (frame.type == SETTINGS && frame.flags != ACK && !socket.isOutputShutdown()) {
            frame(SETTINGS, ACK, 0, new byte[0]);
        } else if (frame.type == PING && frame.flags != ACK && !socket.isOutputShutdown()) {
            frame(PING, ACK, 0, new byte[Long.BYTES]);
        } else if (frame.type == RST_STREAM) {
            resets.computeIfAbsent(frame.stream, any -> new ArrayList<>()).add(frame.payload.getInt(0));
        } else if (frame.type == GO_AWAY) {
            goAways.add(frame.payload.getInt(0) & Integer.MAX_VALUE);
        }
        return frame;
    }

    public void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream frame = new DataOutputStream(bytes);
        frame.writeByte(payload.length >> 16);
        frame.writeShort(payload.length);
        frame.writeByte(type);
        frame.writeByte(flags);
        frame.writeInt(stream);
        frame.write(payload);
        if (gathered != null) {
            gathered.writeBytes(bytes.toByteArray());
        } else {
            out.write(bytes.toByteArray());
        }
    }

    /** What writes some frames. */
    public interface Frames {
        void write() throws IOException;
    }

    /** Sends them in one go. */
    public void together(Frames frames) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        gathered = all;
        frames.write();
        gathered = null;
        out.write(all.toByteArray());
    }

    private static byte[] headers(String method, String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        header(block, ":method", method);
        header(block, ":scheme", "http");
        header(block, ":path", path);
        header(block, ":authority", "a");
        return block.toByteArray();
    }

    /** HPACK: literal, without indexing, new name. */
    private static void header(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    private static void text(ByteArrayOutputStream block, String text) {
        int rest = text.length() - LONGEST_IN_ONE_BYTE;
        block.write(Math.min(text.length(), LONGEST_IN_ONE_BYTE));
        for (; rest >= 128; rest >>= 7) {
            block.write((rest & 127) | 128);
        }
        if (rest >= 0) {
            block.write(rest);
        }
        block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String code(Frame reset) {
        int code = reset.payload.getInt(0);
        return code == REFUSED_STREAM ? "REFUSED_STREAM" : Integer.toString(code);
    }

    private static int status(Frame headers) {
        ByteBuffer block = headers.payload;
        if ((headers.flags & PRIORITY) != 0) {
            block.position(PRIORITY_LENGTH);
        }
        int first = block.get();
        while ((first & 0xe0) == 0x20) { // updates of the table's size
            first = block.get();
        }
        if ((first & 0x80) != 0) {
            return STATUS[(first & 0x7f) - 8];
        }
        int length = block.get();
        return Integer.parseInt(
                StandardCharsets.US_ASCII.decode(block.slice().limit(length)).toString());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
