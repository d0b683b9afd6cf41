package io.merlinadapter.protocol;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.memory.Body;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The NaNs and infinities of a reply, which JSON does not have. */
final class NonFiniteNumbers {
    private static final int LONGEST_NAME = 100;
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    /** The first one; there may be millions, and one is enough to complain of. */
    private @Nullable String example;

    private int growth;

    /** Goes to the end of the value whose first token was read last, and notes all in it. */
    void readValue(JsonScanner scanner) throws JsonException {
        boolean opens = scanner.token() == Token.START_OBJECT || scanner.token() == Token.START_ARRAY;
        int outside = opens ? scanner.depth() - 1 : scanner.depth();
        note(scanner);
        while (scanner.depth() > outside) {
            scanner.skip(outside);
            note(scanner);
        }
    }

    private void note(JsonScanner scanner) {
        if (scanner.token() == Token.NON_FINITE) {
            growth += NULL.length - (scanner.end() - scanner.start());
            example = example == null ? scanner.raw() + " in " + place(scanner) : example;
        }
    }

    /** Where it is, for its author. */
    private static String place(JsonScanner scanner) {
        String name = scanner.memberName(LONGEST_NAME);
        return name == null ? "byte " + scanner.offset() : '"' + name + '"';
    }

    boolean isEmpty() {
        return example == null;
    }

    /** Names the first of them to its author. */
    String complaint() {
        return "the program's reply has " + example
                + ", which JSON does not have; have it write null, or set --nan=null";
    }

    /**
     * The part of the line from {@code from} to {@code to}, the value that was read, as a body: null stands in the place of each
     * number. The line is used up.
     */
    Body reply(Body line, int from, int to) throws JsonException {
        return isEmpty() ? line.part(from, to - from) : line.replacedBy(withNulls(line.bytes(), from, to));
    }

    /** As {@link #reply}, of a line that has other values as well, and is not used up. */
    Body slice(Body line, int from, int to) throws JsonException {
        Body slice = line.slice(from, to - from);
        return isEmpty() ? slice : slice.replacedBy(withNulls(line.bytes(), from, to));
    }

    private byte[] withNulls(byte[] bytes, int from, int to) throws JsonException {
        byte[] out = new byte[to - from + growth];
        int size = 0;
        int copied = from;
        JsonScanner scanner = JsonScanner.withNonFinite(bytes, from, to);
        while (scanner.next() != Token.END) {
            if (scanner.token() == Token.NON_FINITE) {
                System.arraycopy(bytes, copied, out, size, scanner.start() - copied);
                size += scanner.start() - copied;
                System.arraycopy(NULL, 0, out, size, NULL.length);
                size += NULL.length;
                copied = scanner.end();
            }
        }
        System.arraycopy(bytes, copied, out, size, to - copied);
        return out;
    }
}
