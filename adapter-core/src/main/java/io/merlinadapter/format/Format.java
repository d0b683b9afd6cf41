package io.merlinadapter.format;

import io.merlinadapter.predict.Body;
import org.jspecify.annotations.Nullable;

/** What the bytes of a channel say. Implementations hold no state and may be used on any thread. */
public interface Format {
    /**
     * Makes a caller's body fit for one line, in place.
     *
     * @throws io.merlinadapter.predict.PredictException INVALID_REQUEST, with where and why, if it is not JSON
     */
    Body accept(Body body);

    /**
     * Reads one line from the child, without its newline.
     *
     * @return null if the line is no message but the program's own output
     */
    @Nullable
    Message read(byte[] bytes, int offset, int length);

    /**
     * What the author of a line that is no message may have meant.
     *
     * @return what to do instead; null if the line looks like an ordinary log line
     */
    @Nullable
    String hint(byte[] bytes, int offset, int length);

    /**
     * Judges a line that was too long to be kept.
     *
     * @param head its first bytes
     * @param total how long it was
     * @param limit what it went over, named with its setting
     * @return null if the line is the program's own output
     */
    @Nullable
    Message readCut(byte[] head, long total, String limit);
}
