package io.merlinadapter.protocol;

import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.PredictRequest;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The language that is spoken on a channel: requests to bytes, and bytes to messages. Implementations hold no state. Any
 * thread.
 */
public interface Format {
    /**
     * The line that asks for a prediction, in parts. The body is not copied.
     *
     * @param id the request's number, which this worker had never before
     * @param timeoutMillis what the caller's deadline leaves
     */
    ByteBuffer[] request(long id, PredictRequest asked, long timeoutMillis);

    /**
     * The line that asks for several predictions together, of a program that takes them so ({@link Capabilities.Batch}).
     *
     * @param requests what {@link #request} has made of each
     */
    ByteBuffer[] batch(List<ByteBuffer[]> requests);

    /** True if replies say which request they are for; else only their order does. */
    boolean hasIds();

    /**
     * The line with which a conversation begins, to be answered before anything else is asked.
     *
     * @param worker the worker's number
     * @return null if there is none
     */
    @Nullable
    ByteBuffer initialize(long id, int worker);

    /**
     * What the program says about itself in answer to {@link #initialize}.
     *
     * @param reply is not released
     * @throws IllegalArgumentException what can't be understood, and what is expected
     */
    Capabilities capabilities(Body reply);

    /** The line that says that nobody waits for request {@code id} any more. */
    ByteBuffer cancellation(long id);

    /**
     * Reads one line from the child, without its newline.
     *
     * @param line is used up by a {@link Message.Reply}, whose body is a part of it; else it stays the caller's to release
     * @return null if the line is no message but the program's own output
     */
    @Nullable
    Message read(Body line);

    /**
     * What is wrong with a line that is no message, and what its author may have meant.
     *
     * @return null if the line looks like an ordinary log line
     */
    @Nullable
    Flaw flaw(byte[] bytes, int offset, int length);

    /**
     * What is wrong with a line whose end has not come for a while.
     *
     * @return null if the rest of it may still come
     */
    @Nullable
    Flaw unfinished(byte[] bytes, int offset, int length);

    /** A reader of one line that is too long to be kept. */
    OversizedLine oversizedLine();
}
