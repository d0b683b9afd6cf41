package io.merlinadapter.upi.table;

import io.merlinadapter.memory.Body;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request in the program's words, and what its response will have to repeat. All of it is paid for from the budget until
 * {@link #release()}. Owned by one thread at a time.
 */
public final class UpiRequest {
    /** The program was shown no table whose rows a reply would have to match. */
    static final int ANY_NUMBER = -1;

    /** Ends the id of a row, and is in no UTF-8. */
    private static final byte END_OF_ID = (byte) 0xff;

    private static final int STRING = 64;

    private final MessageMemory memory;
    /** The context as fields of the response, the target's name, the name of the prediction table, and the ids of its rows. */
    private final Output echo;

    private @Nullable Body body;
    /** Until they are a part of the body. */
    private List<Body> payloads = new ArrayList<>();

    private String predictionId = "";
    private long paid;
    private int contextEnd;
    private int targetEnd;
    private int tableNameEnd;
    private int rows;

    UpiRequest(MessageMemory memory) {
        this.memory = memory;
        this.echo = new Output(memory, Output.NO_LIMIT, 0);
    }

    /** The context is added first, then what has to be repeated else, in the order of these methods. */
    void addContext(Scalar variable) {
        variable.writeVariable(echo);
        contextEnd = echo.length();
    }

    void addTarget(Slice name) {
        targetEnd = echo.put(name).length();
    }

    void addTableName(Slice name) {
        tableNameEnd = echo.put(name).length();
    }

    void addRowId(Slice id) {
        echo.put(id).put(END_OF_ID);
        rows++;
    }

    void setPredictionId(Slice id) {
        long price = STRING + 2L * id.length();
        memory.pay(price);
        paid = price;
        predictionId = new String(id.bytes, id.from, id.length(), StandardCharsets.UTF_8);
    }

    /** Any number of rows is a good reply. */
    void admitAnyRows() {
        rows = ANY_NUMBER;
    }

    /** Adds a table that is no part of the JSON. */
    void addPayload(Body table) {
        payloads.add(table);
    }

    /** How many of these there are. */
    int payloads() {
        return payloads.size();
    }

    /** Nothing more is added. */
    UpiRequest complete(Body line) {
        body = payloads.isEmpty() ? line : line.attach(payloads);
        payloads = List.of();
        echo.trim();
        return this;
    }

    /** The JSON for the program, once: whoever takes it releases it. */
    public Body takeBody() {
        Body taken = body;
        if (taken == null) {
            throw new IllegalStateException("the line was taken before");
        }
        body = null;
        return taken;
    }

    /** The caller's prediction id, or the one that was made for it. */
    public String predictionId() {
        return predictionId;
    }

    /** How many predictions there must be, or {@link #ANY_NUMBER}. */
    int rows() {
        return rows;
    }

    Slice context() {
        return new Slice(echo.bytes(), 0, contextEnd);
    }

    Slice target() {
        return new Slice(echo.bytes(), contextEnd, targetEnd);
    }

    Slice tableName() {
        return new Slice(echo.bytes(), targetEnd, tableNameEnd);
    }

    /** The id of a row. The first one begins where {@link #tableName} ends, the others one byte behind the one before. */
    Slice rowIdAt(int from) {
        int end = from;
        while (echo.bytes()[end] != END_OF_ID) {
            end++;
        }
        return new Slice(echo.bytes(), from, end);
    }

    /** Lets everything go but the id, the body too unless it was taken. Further calls do nothing. */
    public void release() {
        if (body != null) {
            takeBody().release();
        }
        payloads.forEach(Body::release);
        payloads = List.of();
        echo.close();
        memory.giveBack(paid);
        paid = 0;
    }
}
