package io.merlinadapter.os;

/** Receives the bytes of one stream of a child. Called by whoever reads the stream, on a thread that may wait. */
public interface ByteSink {
    /** The next {@code length} bytes; the buffer is reused after the call. */
    void bytes(byte[] buffer, int length);

    /** The stream has ended. */
    void end();
}
