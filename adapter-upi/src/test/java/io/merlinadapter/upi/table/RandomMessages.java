package io.merlinadapter.upi.table;

import caraml.upi.v1.TableOuterClass.Column;
import caraml.upi.v1.TableOuterClass.Row;
import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.TableOuterClass.Value;
import caraml.upi.v1.TypeOuterClass;
import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.RequestMetadata;
import caraml.upi.v1.Upi.TransformerInput;
import caraml.upi.v1.VariableOuterClass.Variable;
import com.google.protobuf.Timestamp;
import java.util.Random;

/** Valid messages of all sorts, the same ones for the same seed. */
final class RandomMessages {
    private static final String[] TEXTS = {
        "", "a", "row", "é", "\u0085\u2028", "😀", "\"\\/\b\n", "\0\u001f\u007f", "NaN", "x".repeat(200), "\uffff\ud7ff"
    };
    private static final double[] REALS = {
        0,
        -0.0,
        1,
        1e7,
        123456789.125,
        0.1,
        Double.MIN_VALUE,
        1.7976931348623157e308,
        2e-3,
        1e21,
        9007199254740992.0,
        2.0E-3
    };
    private static final long[] INTEGERS = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, (1L << 53) + 1, 10, -99};

    private final Random random;

    RandomMessages(long seed) {
        random = new Random(seed);
    }

    PredictValuesRequest request() {
        PredictValuesRequest.Builder request = PredictValuesRequest.newBuilder();
        if (random.nextInt(8) > 0) {
            request.setPredictionTable(table());
        }
        if (random.nextBoolean()) {
            TransformerInput.Builder input = TransformerInput.newBuilder();
            for (int i = random.nextInt(3); i > 0; i--) {
                input.addTables(table()).addVariables(variable());
            }
            request.setTransformerInput(input);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            request.addPredictionContext(variable());
        }
        if (random.nextBoolean()) {
            request.setTargetName(text()).setMetadata(metadata());
        }
        return request.build();
    }

    private RequestMetadata metadata() {
        RequestMetadata.Builder metadata = RequestMetadata.newBuilder().setPredictionId(text());
        if (random.nextBoolean()) {
            metadata.setRequestTimestamp(Timestamp.newBuilder()
                    .setSeconds(random.nextInt())
                    .setNanos(random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000_000)));
        }
        return metadata.build();
    }

    Table table() {
        Table.Builder table = Table.newBuilder().setName(text());
        int columns = random.nextInt(5);
        for (int i = 0; i < columns; i++) {
            table.addColumns(Column.newBuilder().setName(text()).setTypeValue(1 + random.nextInt(3)));
        }
        for (int rows = random.nextInt(4); rows > 0; rows--) {
            Row.Builder row = Row.newBuilder().setRowId(text());
            for (int i = 0; i < columns; i++) {
                row.addValues(value(table.getColumns(i).getType()));
            }
            table.addRows(row);
        }
        return table.build();
    }

    private Value value(TypeOuterClass.Type type) {
        Value.Builder value = Value.newBuilder();
        if (random.nextInt(6) == 0) {
            return value.setIsNull(true).build();
        }
        return switch (type) {
            case TYPE_DOUBLE -> value.setDoubleValue(real()).build();
            case TYPE_INTEGER -> value.setIntegerValue(integer()).build();
            default -> value.setStringValue(text()).build();
        };
    }

    private Variable variable() {
        Variable.Builder variable = Variable.newBuilder().setName(text()).setTypeValue(1 + random.nextInt(3));
        return switch (variable.getType()) {
            case TYPE_DOUBLE -> variable.setDoubleValue(real()).build();
            case TYPE_INTEGER -> variable.setIntegerValue(integer()).build();
            default -> variable.setStringValue(text()).build();
        };
    }

    private double real() {
        double any = Double.longBitsToDouble(random.nextLong());
        return random.nextBoolean() && Double.isFinite(any) ? any : REALS[random.nextInt(REALS.length)];
    }

    private long integer() {
        return random.nextBoolean() ? random.nextLong() : INTEGERS[random.nextInt(INTEGERS.length)];
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }
}
