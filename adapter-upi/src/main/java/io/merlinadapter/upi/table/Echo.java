package io.merlinadapter.upi.table;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What a response repeats of its request. All but the id is close together in one array: the prediction context as fields
 * of the response, the target's name, the name of the prediction table, and the ids of its rows. Owned by one thread at a time.
 */
final class Echo {
    /** The program was shown no table whose rows a reply would have to match. */
    static final int ANY_NUMBER = -1;

    /** Ends the id of a row, and is in no UTF-8. */
    private static final byte END_OF_ID = (byte) 0xff;

    private static final int STRING = 64;

    private final MessageMemory memory;
    private final Output out;
    private final ProtoOutput context;
    private String predictionId = "";
    private long paid;
    private int contextEnd;
    private int targetEnd;
    private int nameEnd;
    private int rows;

    Echo(MessageMemory memory) {
        this.memory = memory;
        this.out = new Output(memory, Output.NO_LIMIT, 0);
        this.context = new ProtoOutput(out);
    }

    /** Adds a variable of the context. What has to be repeated is added in the order of these methods. */
    void addVariable(VariableReader variable) throws IOException {
        variable.write(context);
    }

    void addTarget(byte[] bytes, int from, int to) {
        context.finish();
        contextEnd = out.length();
        out.put(bytes, from, to);
        targetEnd = out.length();
    }

    void addTableName(byte[] bytes, int from, int to) {
        out.put(bytes, from, to);
        nameEnd = out.length();
    }

    void addRowId(byte[] bytes, int from, int to) {
        out.put(bytes, from, to);
        out.put(END_OF_ID);
        rows++;
    }

    void setPredictionId(byte[] bytes, int from, int to) {
        long price = STRING + 2L * (to - from);
        memory.pay(price);
        paid = price;
        predictionId = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** Any number of rows is a good reply. */
    void admitAnyRows() {
        rows = ANY_NUMBER;
    }

    /** Nothing more is added. */
    void complete() {
        out.trim();
    }

    String predictionId() {
        return predictionId;
    }

    /** How many predictions there must be, or {@link #ANY_NUMBER}. */
    int rows() {
        return rows;
    }

    byte[] bytes() {
        return out.bytes();
    }

    /** The context is before this, the target's name behind it. */
    int contextEnd() {
        return contextEnd;
    }

    /** The target's name is before this, the table's behind it. */
    int targetEnd() {
        return targetEnd;
    }

    /** The table's name is before this, the first row's id behind it. */
    int nameEnd() {
        return nameEnd;
    }

    /** Where the id of a row ends; the next one begins behind that. */
    int endOfId(int from) {
        int end = from;
        while (bytes()[end] != END_OF_ID) {
            end++;
        }
        return end;
    }

    /** Further calls do nothing. The id stays readable. */
    void release() {
        out.close();
        memory.giveBack(paid);
        paid = 0;
    }
}
