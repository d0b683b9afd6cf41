package io.merlinadapter.cli.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a port every few milliseconds as a platform does: does it accept connections, what say {@code GET /} and
 * {@code GET /v1/models/model-1}? Keeps what changed and when. Each look takes connections of its own.
 */
public final class Watch implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(20);
    private static final int PATIENCE_MILLIS = 5000;
    private static final String OPEN = "open";
    private static final String CUT = "cut";
    private static final String REFUSED = "refused";

    private final int port;
    private final long startedAt = System.nanoTime();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "watch");
    private final List<Change> changes = new ArrayList<>();

    /** What is looked at. */
    public enum Sign {
        TCP,
        LIVE,
        READY
    }

    private record Change(Sign sign, Duration at, String value) {}

    private Watch(int port) {
        this.port = port;
    }

    public static Watch of(AdapterProcess adapter) {
        Watch watch = new Watch(adapter.port());
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    private void run() {
        try {
            while (!stopped.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                look(Sign.LIVE, "/");
                look(Sign.READY, "/v1/models/model-1");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Each look tells about the port as well, lest one sign run ahead of the other. */
    private void look(Sign sign, String path) {
        String value = ask(path);
        // Of a port that is being closed the kernel cuts those that it has taken and nobody has accepted.
        value = value.equals(CUT) && ask(path).equals(REFUSED) ? REFUSED : value;
        note(Sign.TCP, value.equals(REFUSED) ? REFUSED : OPEN);
        note(sign, value);
    }

    /** The status; or that there was no connection, or no answer on it. */
    private String ask(String path) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            String request = "GET " + path + " HTTP/1.1\r\nhost: watch\r\nconnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.startsWith("HTTP/1.1 ") ? answer.substring(9, 12) : CUT;
        } catch (ConnectException refused) {
            return REFUSED;
        } catch (IOException e) {
            return CUT;
        }
    }

    private synchronized void note(Sign sign, String value) {
        // Of a port that is closed only that much is to be said.
        boolean hidden = sign != Sign.TCP && value.equals(REFUSED);
        if (!hidden && !value.equals(now(sign))) {
            changes.add(new Change(sign, Duration.ofNanos(System.nanoTime() - startedAt), value));
        }
    }

    private String now(Sign sign) {
        List<String> seen = seen(sign);
        return seen.isEmpty() ? "" : seen.get(seen.size() - 1);
    }

    /** Has its memory begin with how things stand now. */
    public synchronized void begin() {
        List<Change> last = new ArrayList<>(changes);
        last.removeIf(change -> !change.value().equals(now(change.sign())));
        changes.clear();
        last.forEach(change -> note(change.sign(), change.value()));
    }

    /** What it was, each change once. */
    public synchronized List<String> seen(Sign sign) {
        return changes.stream()
                .filter(change -> change.sign() == sign)
                .map(Change::value)
                .toList();
    }

    /** When it last became {@code value}, since this watch began. */
    public synchronized Duration when(Sign sign, String value) {
        List<Change> matching = changes.stream()
                .filter(change -> change.sign() == sign && change.value().equals(value))
                .toList();
        assertThat(matching).as("%s %s in %s", sign, value, this).isNotEmpty();
        return matching.get(matching.size() - 1).at();
    }

    /** Fails unless it was just this, one after the other. */
    public void was(Sign sign, String... values) {
        assertThat(seen(sign)).as("%s in %s", sign, this).containsExactly(values);
    }

    /** Whether it is this now. */
    public synchronized boolean is(Sign sign, String value) {
        return now(sign).equals(value);
    }

    @Override
    public synchronized String toString() {
        StringBuilder text = new StringBuilder();
        for (Change change : changes) {
            text.append('\n')
                    .append(change.at().toMillis())
                    .append(" ms ")
                    .append(change.sign())
                    .append(' ')
                    .append(change.value());
        }
        return text.toString();
    }

    @Override
    public void close() {
        stopped.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
