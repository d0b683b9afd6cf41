package io.merlinadapter.protocol;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.memory.Body;

/**
 * What a program can do.
 *
 * @param concurrency requests that it works on at a time, at least 1
 * @param cancel whether it wants to hear that nobody waits for an answer any more
 */
public record Capabilities(int concurrency, boolean cancel) {
    /** One request at a time, nothing else. */
    public static final Capabilities LEAST = new Capabilities(1, false);

    /** The version of what the two sides say to each other. */
    static final int PROTOCOL = 1;

    /**
     * Reads the answer to {@code initialize}. Members that are not known are left alone: they are of a later version, or the
     * program's own.
     *
     * @throws IllegalArgumentException what can't be understood, and what is expected
     */
    static Capabilities read(Body reply) {
        try {
            return read(JsonScanner.withNonFinite(reply.bytes(), reply.offset(), reply.offset() + reply.length()));
        } catch (JsonException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Capabilities read(JsonScanner scanner) throws JsonException {
        if (scanner.next() != Token.START_OBJECT) {
            throw new IllegalArgumentException("the result must be an object, such as {\"concurrency\":1}");
        }
        int concurrency = LEAST.concurrency();
        boolean cancel = LEAST.cancel();
        while (scanner.next() == Token.NAME) {
            boolean isConcurrency = scanner.is("concurrency");
            boolean isCancel = scanner.is("cancel");
            boolean isProtocol = scanner.is("protocol");
            scanner.next();
            if (isConcurrency) {
                concurrency = readConcurrency(scanner);
            } else if (isCancel) {
                cancel = readCancel(scanner);
            } else if (isProtocol && ChildValues.requestId(scanner) != PROTOCOL) {
                throw expected("protocol", scanner, PROTOCOL + ", the only version that this adapter speaks");
            }
            scanner.skipValue();
        }
        return new Capabilities(concurrency, cancel);
    }

    private static int readConcurrency(JsonScanner scanner) {
        long number = ChildValues.requestId(scanner);
        if (number < 1 || scanner.token() == Token.STRING) {
            throw expected("concurrency", scanner, "a whole number from 1 on");
        }
        return (int) Math.min(Integer.MAX_VALUE, number);
    }

    private static boolean readCancel(JsonScanner scanner) {
        return switch (scanner.token()) {
            case TRUE -> true;
            case FALSE, NULL -> false;
            default -> throw expected("cancel", scanner, "true or false");
        };
    }

    private static IllegalArgumentException expected(String member, JsonScanner scanner, String what) {
        String value = switch (scanner.token()) {
            case START_OBJECT, START_ARRAY -> "a structure";
            case STRING -> '"' + ChildValues.text(scanner) + '"';
            default -> scanner.raw();
        };
        return new IllegalArgumentException("\"" + member + "\" is " + value + " (expected: " + what + ")");
    }
}
