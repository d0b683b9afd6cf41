package io.merlinadapter.cli.it.support;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One connection that is kept open over several requests. */
public final class KeptConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = (int) AdapterProcess.PATIENCE.toMillis();

    private final Socket socket;
    private final InputStream in;

    private KeptConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    public static KeptConnection to(AdapterProcess adapter) throws IOException {
        return new KeptConnection(new Socket(InetAddress.getLoopbackAddress(), adapter.port()));
    }

    /** The whole answer, as it came. */
    public String post(String body) throws IOException {
        String head = "POST /v1/models/model-1:predict HTTP/1.1\r\nhost: kept\r\ncontent-length: " + body.length();
        socket.getOutputStream().write((head + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append(next());
        }
        String length = answer.toString().toLowerCase(Locale.ROOT).replaceAll("(?s).*\ncontent-length: (\\d+).*", "$1");
        return answer + new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
    }

    private char next() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new IOException("the connection was closed");
        }
        return (char) next;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
