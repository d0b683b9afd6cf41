package io.merlinadapter.format;

/** What a child may say on its channel. */
public sealed interface Message {
    /** A response body: {@link #length()} bytes of {@link #bytes()} from {@link #offset()}, one JSON value. */
    final class Reply implements Message {
        private final byte[] bytes;
        private final int offset;
        private final int length;

        Reply(byte[] bytes, int offset, int length) {
            this.bytes = bytes;
            this.offset = offset;
            this.length = length;
        }

        /** The array that was read, not a copy. */
        public byte[] bytes() {
            return bytes;
        }

        public int offset() {
            return offset;
        }

        public int length() {
            return length;
        }
    }

    /**
     * The program could not answer this request.
     *
     * @param status the HTTP status that its error stands for
     */
    record Failure(int status, String message) implements Message {}

    /** An answer that can't be passed on, and why. */
    record Unusable(String reason) implements Message {}
}
