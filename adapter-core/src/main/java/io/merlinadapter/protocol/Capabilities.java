package io.merlinadapter.protocol;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.memory.Body;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a program can do.
 *
 * @param concurrency requests that it works on at a time, at least 1
 * @param cancel whether it wants to hear that nobody waits for an answer any more
 * @param batch how many requests it takes together; such a batch is one of {@code concurrency}
 * @param tables how it takes tables
 * @param remark what its author may not have meant, for the log; null for nothing
 */
public record Capabilities(
        int concurrency,
        boolean cancel,
        Batch batch,
        Tables tables,
        @Nullable String remark) {
    /** One request at a time, nothing else. */
    public static final Capabilities LEAST = new Capabilities(1, false, Batch.NONE, Tables.JSON, null);

    private static final String BATCH = "an object such as {\"max_size\":32,\"max_delay_ms\":2}";
    private static final int LONGEST_DELAY_MILLIS = 10_000;
    private static final double NANOS_PER_MILLI = 1e6;

    /** How a program takes tables. */
    public enum Tables {
        /** As a part of the body. */
        JSON,
        /** As streams of Arrow's IPC format, behind the line. */
        ARROW
    }

    /**
     * Requests on one line.
     *
     * @param maxSize how many at most; 1 for each on a line of its own
     * @param maxDelay how long a batch may wait that is not full yet
     */
    public record Batch(int maxSize, Duration maxDelay) {
        /** Each request has a line of its own. */
        public static final Batch NONE = new Batch(1, Duration.ZERO);
    }

    /** The same of a program that was not offered tables as Arrow. */
    Capabilities withoutArrow() {
        return new Capabilities(
                concurrency,
                cancel,
                batch,
                Tables.JSON,
                "\"tables\" is \"arrow\", which initialize did not offer: it is for UPI_V1 with --upi-payload=table");
    }

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
        Batch batch = LEAST.batch();
        Tables tables = LEAST.tables();
        String remark = null;
        while (scanner.next() == Token.NAME) {
            boolean isConcurrency = scanner.is("concurrency");
            boolean isCancel = scanner.is("cancel");
            boolean isBatch = scanner.is("batch");
            boolean isTables = scanner.is("tables");
            boolean isProtocol = scanner.is("protocol");
            scanner.next();
            if (isConcurrency) {
                concurrency = readConcurrency(scanner);
            } else if (isCancel) {
                cancel = readCancel(scanner);
            } else if (isBatch) {
                batch = readBatch(scanner);
            } else if (isTables) {
                tables = readTables(scanner);
                remark = tables == null ? told("tables", scanner, "\"json\" or \"arrow\"") : null;
            } else if (isProtocol && ChildValues.requestId(scanner) != PROTOCOL) {
                throw expected("protocol", scanner, PROTOCOL + ", the only version that this adapter speaks");
            }
            scanner.skipValue();
        }
        return new Capabilities(concurrency, cancel, batch, tables == null ? Tables.JSON : tables, remark);
    }

    private static int readConcurrency(JsonScanner scanner) {
        return wholeNumber("concurrency", scanner);
    }

    private static int wholeNumber(String member, JsonScanner scanner) {
        long number = ChildValues.requestId(scanner);
        if (number < 1 || scanner.token() == Token.STRING) {
            throw expected(member, scanner, "a whole number from 1 on");
        }
        return (int) Math.min(Integer.MAX_VALUE, number);
    }

    private static Batch readBatch(JsonScanner scanner) throws JsonException {
        if (scanner.token() == Token.FALSE || scanner.token() == Token.NULL) {
            return Batch.NONE;
        }
        if (scanner.token() != Token.START_OBJECT) {
            throw expected("batch", scanner, BATCH);
        }
        int maxSize = 0;
        Duration maxDelay = Duration.ZERO;
        while (scanner.next() == Token.NAME) {
            boolean isSize = scanner.is("max_size");
            boolean isDelay = scanner.is("max_delay_ms");
            scanner.next();
            if (isSize) {
                maxSize = wholeNumber("max_size", scanner);
            } else if (isDelay) {
                maxDelay = readDelay(scanner);
            }
            scanner.skipValue();
        }
        if (maxSize == 0) {
            throw new IllegalArgumentException("\"batch\" has no \"max_size\" (expected: " + BATCH + ")");
        }
        return new Batch(maxSize, maxDelay);
    }

    private static Duration readDelay(JsonScanner scanner) {
        double millis = scanner.token() == Token.NUMBER ? Double.parseDouble(scanner.raw()) : -1;
        if (millis < 0 || millis > LONGEST_DELAY_MILLIS) {
            throw expected("max_delay_ms", scanner, "a number from 0 to " + LONGEST_DELAY_MILLIS);
        }
        return Duration.ofNanos((long) (millis * NANOS_PER_MILLI));
    }

    /** Null for what is none of them. */
    private static @Nullable Tables readTables(JsonScanner scanner) {
        if (scanner.token() == Token.NULL) {
            return Tables.JSON;
        } else if (scanner.token() != Token.STRING) {
            return null;
        }
        return scanner.is("arrow") ? Tables.ARROW : scanner.is("json") ? Tables.JSON : null;
    }

    private static boolean readCancel(JsonScanner scanner) {
        return switch (scanner.token()) {
            case TRUE -> true;
            case FALSE, NULL -> false;
            default -> throw expected("cancel", scanner, "true or false");
        };
    }

    private static IllegalArgumentException expected(String member, JsonScanner scanner, String what) {
        return new IllegalArgumentException(told(member, scanner, what));
    }

    private static String told(String member, JsonScanner scanner, String what) {
        String value = switch (scanner.token()) {
            case START_OBJECT, START_ARRAY -> "a structure";
            case STRING -> '"' + ChildValues.text(scanner) + '"';
            default -> scanner.raw();
        };
        return "\"" + member + "\" is " + value + " (expected: " + what + ")";
    }
}
