package io.merlinadapter.os;

/** Receives the bytes of one stream of a child. Called on the one thread that reads the stream. */
public interface ByteSink {
    /** The next {@code length} bytes; the buffer is reused after the call. */
    void bytes(byte[] buffer, int length);

    /** The stream has ended. */
    void end();
}
