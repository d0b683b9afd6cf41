package io.merlinadapter.os;

/** Where a child's output goes. Called on the one thread that reads it. */
public interface ByteSink {
    /** The next {@code length} bytes; the buffer is reused after the call. */
    void bytes(byte[] buffer, int length);

    /** There will be no more. */
    void end();
}
