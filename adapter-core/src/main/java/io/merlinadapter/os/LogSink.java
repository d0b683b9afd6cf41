package io.merlinadapter.os;

import java.util.concurrent.atomic.AtomicLong;

/** Cuts a stream that only holds logs into lines, however long they are. For the one thread that reads the stream. */
public final class LogSink implements ByteSink {
    private final ChildLog log;
    private final String stream;
    private final byte[] pending = new byte[ChildLog.PIECE];
    private int size;
    private final AtomicLong seen = new AtomicLong();

    public LogSink(ChildLog log, String stream) {
        this.log = log;
        this.stream = stream;
    }

    /** Bytes that have come so far. Any thread. */
    public long seen() {
        return seen.get();
    }

    @Override
    public void bytes(byte[] buffer, int length) {
        seen.addAndGet(length);
        for (int i = 0; i < length; i++) {
            if (buffer[i] == '\n') {
                flush();
            } else {
                pending[size++] = buffer[i];
                if (size == pending.length) {
                    flush();
                }
            }
        }
    }

    @Override
    public void end() {
        if (size > 0) {
            flush();
        }
        log.end();
    }

    private void flush() {
        log.line(stream, pending, 0, size);
        size = 0;
    }
}
