package io.merlinadapter.upi.table;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.text.Texts;
import java.util.Arrays;
import java.util.List;

/** The JSON of a program's reply: finds what is wanted of it, and says what is wrong with it. For one thread. */
final class Reply implements AutoCloseable {
    /** The place of a member that is not there, or null. */
    static final int ABSENT = -1;

    private static final int LONGEST_SHOWN = 100;

    private final byte[] bytes;
    private final int from;
    private final int to;
    private final Output scratch;
    private final List<Body> payloads;

    /** @param body is read, and stays the caller's */
    Reply(Body body, MessageMemory memory) {
        this.bytes = body.bytes();
        this.from = body.offset();
        this.to = from + body.length();
        this.payloads = body.attached();
        this.scratch = new Output(memory, Output.NO_LIMIT, 0);
    }

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return to - from;
    }

    /** Where it ends in the array. */
    int end() {
        return to;
    }

    JsonScanner scanner() {
        return JsonScanner.strict(bytes, from, to);
    }

    /** A scanner at the first token of the value that is at {@code offset}. */
    JsonScanner at(int offset) throws JsonException {
        JsonScanner in = scanner();
        in.moveTo(offset);
        in.next();
        return in;
    }

    /** The payload whose number is at {@code offset}. */
    Body payload(int offset, String called) throws JsonException {
        JsonScanner in = at(offset);
        boolean isIndex = in.isInteger() && in.end() - in.start() <= 4;
        int index = isIndex ? Integer.parseInt(in.raw()) : -1;
        if (index < 0 || index >= payloads.size()) {
            throw unfit(
                    in,
                    called,
                    "the number of one of the payloads of this reply, counted from 0; it has " + payloads.size());
        }
        return payloads.get(index);
    }

    /** A scanner at the list that is at {@code offset}, which has just begun. */
    JsonScanner list(int offset, String called) throws JsonException {
        JsonScanner in = at(offset);
        expect(in, Token.START_ARRAY, called, "a list");
        return in;
    }

    /** What the string or name says that the scanner is at; to be used before the next is asked for. */
    Slice text(JsonScanner in) throws JsonException {
        return Slice.of(in, bytes, scratch);
    }

    /** The text that is at {@code offset}, or an empty one if there is none. */
    Slice text(int offset, String called) throws JsonException {
        if (offset == ABSENT) {
            return Slice.EMPTY;
        }
        JsonScanner in = at(offset);
        expect(in, Token.STRING, called, "a text");
        return text(in);
    }

    static void expect(JsonScanner in, Token wanted, String called, String expected) {
        if (in.token() != wanted) {
            throw unfit(in, called, expected);
        }
    }

    /** Which of the names the scanner is at, or -1. */
    static int index(JsonScanner in, String... names) {
        int index = names.length - 1;
        while (index >= 0 && !in.is(names[index])) {
            index--;
        }
        return index;
    }

    /** Where the values are of these members of the object that the scanner is at; goes to its end. The last one of a name counts. */
    static int[] members(JsonScanner in, String called, String... names) throws JsonException {
        expect(in, Token.START_OBJECT, called, "an object");
        int[] found = new int[names.length];
        Arrays.fill(found, ABSENT);
        while (in.next() == Token.NAME) {
            int index = index(in, names);
            boolean isNull = in.next() == Token.NULL;
            if (index >= 0) {
                found[index] = isNull ? ABSENT : in.start();
            }
            in.skipValue();
        }
        return found;
    }

    /** The value that the scanner is at, for a message. */
    static String shown(JsonScanner in) {
        return switch (in.token()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case STRING, NAME -> '"' + in.text(LONGEST_SHOWN) + '"';
            default -> Texts.shorten(in.raw(), LONGEST_SHOWN);
        };
    }

    static PredictException unfit(JsonScanner in, String called, String expected) {
        return fault(called + " is " + shown(in) + " (expected: " + expected + ")");
    }

    /** The fault of a reply, in words that go on from "the program's reply: ". */
    static PredictException fault(String what) {
        return PredictException.of(FailureKind.BAD_REPLY, "the program's reply: " + what);
    }

    @Override
    public void close() {
        scratch.close();
    }
}
