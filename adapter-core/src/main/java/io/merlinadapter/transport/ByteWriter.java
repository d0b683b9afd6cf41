package io.merlinadapter.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes the bytes of a channel to the operating system. The event loop and the channel's writer, a thread that may wait,
 * never write at the same time.
 */
interface ByteWriter {
    /** The result of {@link #unread()} where nothing is known. */
    int UNKNOWN = -1;

    /** The buffer for what is written next, of {@link WriteQueue#BATCH} bytes. For whoever may write at the time. */
    ByteBuffer buffer();

    /** Returns true if so many bytes, or some of them, can be written without waiting. Event loop only. */
    boolean takesAtOnce(long bytes);

    /** Writes the buffer without waiting; returns how much was taken. After {@link #takesAtOnce}. Event loop only. */
    int offer() throws IOException;

    /** Writes the buffer; returns how much was taken. May wait. For the writer. */
    int write() throws IOException;

    /** Waits until more can be written, or until woken. For the writer. */
    void awaitRoom() throws IOException;

    /** Makes {@link #awaitRoom()} return. Any thread. */
    void wake();

    /** Returns true if a failed write of this size is known to have written nothing. */
    boolean failsAsAWhole(int bytes);

    /** Returns true if {@link #unread()} may ever be known. */
    boolean isGauged();

    /** How many of the bytes written the child has not read, or {@link #UNKNOWN}. Any thread. */
    int unread();

    /** Closes the event loop's own handle: it writes no more. Event loop only. */
    void leave();

    /** Closes the child's input. For the writer: it may wait behind a write. */
    void end();
}
