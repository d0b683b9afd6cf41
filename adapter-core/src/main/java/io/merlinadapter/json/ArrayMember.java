package io.merlinadapter.json;

import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.memory.Body;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where the elements are of an array that is a member of an object. */
public final class ArrayMember {
    private static final int FEW = 16;

    private final boolean alone;
    private final int from;
    private final int to;
    private final int count;
    /** Where each element begins, and where it ends. */
    private final int[] bounds;

    private ArrayMember(boolean alone, int from, int to, int count, int... bounds) {
        this.alone = alone;
        this.from = from;
        this.to = to;
        this.count = count;
        this.bounds = bounds;
    }

    /** Of a body that is valid JSON; null if it is no object, or has no such array, or two of them. NaN is a value. */
    public static @Nullable ArrayMember find(Body body, String name) {
        JsonScanner scanner = JsonScanner.withNonFinite(body.bytes(), body.offset(), body.offset() + body.length());
        try {
            return scanner.next() == Token.START_OBJECT ? find(scanner, name) : null;
        } catch (JsonException e) {
            return null;
        }
    }

    private static @Nullable ArrayMember find(JsonScanner scanner, String name) throws JsonException {
        ArrayMember found = null;
        int members = 0;
        while (scanner.next() == Token.NAME) {
            members++;
            boolean isIt = scanner.is(name);
            boolean isArray = scanner.next() == Token.START_ARRAY;
            if (!isIt) {
                scanner.skipValue();
            } else if (!isArray || found != null) {
                return null;
            } else {
                found = read(scanner);
            }
        }
        return found == null || members == 1
                ? found
                : new ArrayMember(false, found.from, found.to, found.count, found.bounds);
    }

    private static ArrayMember read(JsonScanner scanner) throws JsonException {
        int from = scanner.end();
        int count = 0;
        int[] bounds = new int[2 * FEW];
        while (scanner.next() != Token.END_ARRAY) {
            if (2 * count == bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * bounds.length);
            }
            bounds[2 * count] = scanner.start();
            scanner.skipValue();
            bounds[2 * count + 1] = scanner.end();
            count++;
        }
        return new ArrayMember(true, from, scanner.end() - 1, count, bounds);
    }

    /** True if the object has no other member. */
    public boolean isAlone() {
        return alone;
    }

    /** How many elements it has. */
    public int count() {
        return count;
    }

    /** Behind its opening bracket. */
    public int from() {
        return from;
    }

    /** Where its closing bracket is. */
    public int to() {
        return to;
    }

    /** Where an element begins. */
    public int start(int element) {
        return bounds[2 * element];
    }

    /** Where an element ends: behind its last byte. */
    public int end(int element) {
        return bounds[2 * element + 1];
    }
}
