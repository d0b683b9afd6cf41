package io.merlinadapter.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads past one line that is too long to be kept. Needs a few bytes, whatever the length of the line. For one thread.
 */
public abstract class OversizedLine {
    private static final int KEPT = 1024;

    private byte[] head = {};

    OversizedLine() {}

    /** The next bytes of the line. */
    public void feed(byte[] bytes, int offset, int length) {
        int more = Math.min(KEPT - head.length, length);
        if (more > 0) {
            head = Arrays.copyOf(head, head.length + more);
            System.arraycopy(bytes, offset, head, head.length - more, more);
        }
    }

    /** Its beginning, to be shown where it turns out to be output. */
    public final byte[] head() {
        return head;
    }

    /**
     * The line is over.
     *
     * @param total how long it was
     * @param limit what it went over, named with its setting
     * @return null if it was the program's own output
     */
    @Nullable
    public abstract Message end(long total, String limit);

    /** Why a reply of so many bytes can't be used. */
    public static String tooLong(long total, String limit) {
        return "the program's reply of " + total + " bytes is larger than " + limit;
    }

    /**
     * Finds the number of the request in a message of JSON-RPC that is too long, or too broken, to be read: the member {@code
     * id} of the outermost object, wherever it stands. Of an array it is that of the first of its messages that has one.
     */
    static final class OfJsonRpc extends OversizedLine {
        /** Longer names and values are none that are looked for. */
        private static final int LONGEST = 32;

        private final byte[] word = new byte[LONGEST];
        private int size;
        private int depth;
        private boolean inText;
        private boolean escaped;
        private boolean isValue;
        private String name = "";
        private boolean begun;
        /** How deep the members are that are looked for: 2 in an array of messages. */
        private int level = 1;

        private boolean isArrayOfRpc;
        private long firstId = Message.NOBODY;
        private boolean isObject;
        private boolean isRpc;
        private boolean hasMethod;
        private long id = Message.NOBODY;
        private int ids;
        private boolean over;
        private final boolean takesPayloads;
        private boolean hasPayloads;

        /** @param takesPayloads whether a line may say that payloads follow it */
        OfJsonRpc(boolean takesPayloads) {
            this.takesPayloads = takesPayloads;
        }

        @Override
        public void feed(byte[] bytes, int offset, int length) {
            super.feed(bytes, offset, length);
            for (int i = offset; i < offset + length; i++) {
                take(bytes[i]);
            }
        }

        private void take(byte b) {
            if (over || (!begun && isPartOfMark(b))) {
                // What follows the message on its line can only confuse.
                return;
            }
            if (inText) {
                text(b);
            } else if (b == '"') {
                inText = true;
                size = 0;
            } else if (b == '{' || b == '[') {
                open(b);
            } else if (b == '}' || b == ']') {
                member();
                endOfMessage();
                depth--;
                over = depth <= 0;
            } else if (depth == level && b == ':') {
                name = word();
                isValue = true;
            } else if (depth == level && b == ',') {
                member();
            } else if (depth == level && b != ' ' && b != '\t' && b != '\r') {
                keep(b);
            }
        }

        private static boolean isPartOfMark(byte b) {
            return b == (byte) 0xef || b == (byte) 0xbb || b == (byte) 0xbf;
        }

        private void text(byte b) {
            if (escaped) {
                escaped = false;
                keep(b);
            } else if (b == '\\') {
                escaped = true;
            } else if (b == '"') {
                inText = false;
            } else {
                keep(b);
            }
        }

        private void open(byte b) {
            if (!begun) {
                isObject = b == '{';
                level = isObject ? 1 : 2;
            }
            begun = true;
            depth++;
            size = 0;
        }

        /** What has ended may be a message of an array. */
        private void endOfMessage() {
            if (level == 2 && depth == level) {
                endAnywhere();
            }
        }

        private void endAnywhere() {
            isArrayOfRpc |= isRpc;
            firstId = isRpc && firstId == Message.NOBODY ? id() : firstId;
            isRpc = false;
            hasMethod = false;
            ids = 0;
            isValue = false;
        }

        private void keep(byte b) {
            begun = true;
            if (depth == level) {
                if (size < LONGEST) {
                    word[size] = b;
                }
                size++;
            }
        }

        /** A member of the outermost object is over. */
        private void member() {
            if (depth == level && isValue) {
                isValue = false;
                if (name.equals("id")) {
                    ids++;
                    id = ChildValues.requestId(word());
                } else if (name.equals("jsonrpc")) {
                    isRpc = true;
                } else if (name.equals("method")) {
                    hasMethod = true;
                } else if (name.equals(JsonRpc.PAYLOADS)) {
                    hasPayloads = takesPayloads;
                }
            }
            size = 0;
        }

        private String word() {
            String text = size > LONGEST ? "" : new String(word, 0, size, StandardCharsets.ISO_8859_1);
            size = 0;
            return text;
        }

        /** True if the line was meant to be a message of JSON-RPC, or an array of such. */
        boolean isRpc() {
            return isObject ? isRpc : isArrayOfRpc;
        }

        boolean isArray() {
            return !isObject;
        }

        /** An array of which nothing can be used. */
        Message.Batch batch(String why) {
            return new Message.Batch(firstId == Message.NOBODY ? Message.SOLE : firstId, List.of(), why);
        }

        /** True if payloads follow it, of which it is not known how long they are. */
        boolean hasPayloads() {
            return hasPayloads;
        }

        /** The request that it answers, as far as can be told. */
        long id() {
            return ids == 1 && !hasMethod ? id : Message.NOBODY;
        }

        @Override
        public @Nullable Message end(long total, String limit) {
            member();
            if (isArray()) {
                endAnywhere();
            }
            if (hasPayloads && isRpc()) {
                return new Message.Lost(tooLong(total, limit) + ", and announces payloads");
            }
            if (isArray()) {
                return isRpc() ? batch(tooLong(total, limit)) : null;
            }
            return isRpc() || (isObject && id() != Message.NOBODY)
                    ? new Message.Unusable(id(), tooLong(total, limit))
                    : null;
        }
    }
}
