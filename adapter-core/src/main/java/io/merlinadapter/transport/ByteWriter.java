package io.merlinadapter.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The operating system's side of a channel: where the bytes of lines go. */
interface ByteWriter {
    /** What {@link #unread()} says where nothing is known. */
    int UNKNOWN = -1;

    /** For what is written next, of {@link WriteQueue#BATCH} bytes. Belongs to whoever may write at the time. */
    ByteBuffer buffer();

    /** Whether the loop can write so many bytes, or some of them, without waiting. */
    boolean takesAtOnce(long bytes);

    /** Writes the buffer without waiting, and returns how much was taken; {@link #takesAtOnce} was asked. For the loop. */
    int offer() throws IOException;

    /** Writes the buffer, and returns how much was taken; may wait. For the writer's thread. */
    int write() throws IOException;

    /** Waits until more can be written, or until woken. For the writer's thread. */
    void awaitRoom() throws IOException;

    /** Has {@link #awaitRoom()} return. Any thread. */
    void wake();

    /** Whether a write of so many bytes that has failed has certainly written none of them. */
    boolean failsAsAWhole(int bytes);

    /** Whether {@link #unread()} may ever know. */
    boolean isGauged();

    /** How much of what was written the child has not read, or {@link #UNKNOWN}. For the loop. */
    int unread();

    /** The loop writes no more. For the loop. */
    void leave();

    /** Closes the child's input. For the writer's thread: it may wait behind a write. */
    void end();
}
