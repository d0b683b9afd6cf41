package io.merlinadapter.upi.table;

import static caraml.upi.v1.TypeOuterClass.Type.TYPE_DOUBLE;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_INTEGER;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_STRING;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_UNSPECIFIED;
import static io.merlinadapter.upi.table.Messages.column;
import static io.merlinadapter.upi.table.Messages.integer;
import static io.merlinadapter.upi.table.Messages.none;
import static io.merlinadapter.upi.table.Messages.real;
import static io.merlinadapter.upi.table.Messages.row;
import static io.merlinadapter.upi.table.Messages.text;
import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.TableOuterClass.Row;
import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.TableOuterClass.Value;
import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.TransformerInput;
import io.merlinadapter.predict.FailureKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of requests as streams of Arrow: sent back as they are, they must be the table again. */
class ArrowRequestTest {
    private static final String REPLY = "{\"prediction_result_table\":{\"arrow\":0}}";

    private final Messages messages = Messages.of(PayloadKind.TABLE);

    private static PredictValuesRequest of(Table table) {
        return PredictValuesRequest.newBuilder().setPredictionTable(table).build();
    }

    private Table echoed(Table table) {
        List<byte[]> told = messages.toldArrow(of(table));
        return messages.answered(of(table), REPLY, told.get(1)).getPredictionResultTable();
    }

    @Test
    void aTableIsTheSameWhenItComesBack() {
        Table table = Table.newBuilder()
                .setName("é")
                .addColumns(column("km", TYPE_DOUBLE))
                .addColumns(column("n", TYPE_INTEGER))
                .addColumns(column("zone", TYPE_STRING))
                .addColumns(column("zone", TYPE_STRING))
                .addColumns(column("", TYPE_DOUBLE))
                .addRows(row("a", real(0.1), integer(Long.MIN_VALUE), text("é\u2028😀"), none(), real(1)))
                .addRows(row("", real(-0.0), integer(Long.MAX_VALUE), text(""), text("x".repeat(300)), none()))
                .addRows(row("a", none(), none(), none(), text("y"), real(Double.NaN)))
                .addRows(row("d", real(Double.MIN_VALUE), integer(0), text("z"), none(), real(0)))
                .build();
        assertThat(echoed(table)).isEqualTo(table);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 64, 1000})
    void anyNumberOfRowsIsTheSameWhenItComesBack(int rows) {
        Table.Builder table = Table.newBuilder().setName("t");
        for (int i = 0; i < 10; i++) {
            table.addColumns(column("c" + i, i == 7 ? TYPE_INTEGER : TYPE_DOUBLE));
        }
        for (int i = 0; i < rows; i++) {
            Row.Builder row = Row.newBuilder().setRowId("r" + i);
            for (int j = 0; j < 10; j++) {
                row.addValues((i + j) % 11 == 0 ? none() : j == 7 ? integer(i - 500) : real(i / 7.0 + j));
            }
            table.addRows(row);
        }
        assertThat(echoed(table.build())).isEqualTo(table.build());
    }

    @Test
    void randomTablesSayTheSameAsJsonAndAsArrow() {
        RandomMessages random = new RandomMessages(Long.getLong("fuzz.seed", 42));
        for (int i = 0; i < 500; i++) {
            PredictValuesRequest request = random.request();
            List<byte[]> told = messages.toldArrow(request);
            int tables = (request.hasPredictionTable() ? 1 : 0)
                    + request.getTransformerInput().getTablesCount();
            assertThat(told).hasSize(1 + tables);
            if (!request.hasPredictionTable()) {
                continue;
            }
            String json = messages.told(request);
            String table = json.substring(json.indexOf(':') + 1, json.indexOf(",\"transformer_input\""));
            Table asJson = messages.answered(request, "{\"prediction_result_table\":" + table + "}")
                    .getPredictionResultTable();
            assertThat(messages.answered(request, REPLY, told.get(1)).getPredictionResultTable())
                    .isEqualTo(asJson);
        }
    }

    @Test
    void theJsonHasWhatIsNoPartOfTheColumns() {
        Table table = Table.newBuilder()
                .setName("rides")
                .addColumns(column("km", TYPE_DOUBLE))
                .addRows(row("a\"", real(2)))
                .build();
        PredictValuesRequest request = of(table).toBuilder()
                .setTransformerInput(
                        TransformerInput.newBuilder().addTables(table).addTables(Table.getDefaultInstance()))
                .build();
        List<byte[]> told = messages.toldArrow(request);
        assertThat(new String(told.get(0), java.nio.charset.StandardCharsets.UTF_8))
                .startsWith("{\"prediction_table\":{\"name\":\"rides\",\"row_ids\":[\"a\\\"\"],\"arrow\":0},"
                        + "\"transformer_input\":{\"tables\":[{\"name\":\"rides\",\"row_ids\":[\"a\\\"\"],\"arrow\":1},"
                        + "{\"name\":\"\",\"row_ids\":[],\"arrow\":2}],\"variables\":[]},");
        assertThat(told).hasSize(4);
        assertThat(told.get(2)).isEqualTo(told.get(1));
        assertThat(told.get(1).length % 8).isZero();
    }

    @Test
    void columnsOfUnknownTypeAreNulls() {
        Table table = Table.newBuilder()
                .setName("t")
                .addColumns(column("u", TYPE_UNSPECIFIED))
                .addColumns(column("x", TYPE_DOUBLE))
                .addRows(row("a", none(), real(1)))
                .build();
        assertThat(echoed(table).getRows(0)).isEqualTo(row("a", none(), real(1)));
    }

    @Test
    void whatIsRefusedOfATableIsRefusedInTheSameWords() {
        for (Table table : List.of(
                Table.newBuilder().addRows(row("a", real(1))).build(),
                Table.newBuilder()
                        .addColumns(column("x", TYPE_DOUBLE))
                        .addColumns(column("y", TYPE_DOUBLE))
                        .addRows(row("a", real(1), real(2)))
                        .addRows(row("b", real(1)))
                        .build(),
                Table.newBuilder()
                        .addColumns(column("x", TYPE_UNSPECIFIED))
                        .addRows(row("a", real(1)))
                        .build())) {
            String asArrow = Messages.failed(FailureKind.INVALID_REQUEST, () -> messages.toldArrow(of(table)));
            assertThat(asArrow).isEqualTo(messages.refused(of(table)));
        }
    }

    @Test
    void aValueInTheFieldOfAnotherTypeIsThatOfItsColumn() {
        Value both = Value.newBuilder().setDoubleValue(2.5).setIntegerValue(7).build();
        Table table = Table.newBuilder()
                .setName("t")
                .addColumns(column("x", TYPE_DOUBLE))
                .addColumns(column("n", TYPE_INTEGER))
                .addColumns(column("s", TYPE_STRING))
                .addRows(row("a", both, both, both))
                .build();
        assertThat(echoed(table).getRows(0)).isEqualTo(row("a", real(2.5), integer(7), text("")));
    }

    @Test
    void theLimitIsForTheJsonAndTheStreamsTogether() {
        Table table = Table.newBuilder()
                .addColumns(column("x", TYPE_DOUBLE))
                .addRows(row("a", real(1)))
                .build();
        int whole = messages.toldArrow(of(table)).stream()
                .mapToInt(part -> part.length)
                .sum();
        // The id that is made for a request has always the same length.
        assertThat(new Messages(PayloadKind.TABLE, 1 << 20, whole, 1000).toldArrow(of(table)))
                .hasSize(2);
        for (int limit : List.of(whole - 1, whole / 2, 10)) {
            Messages small = new Messages(PayloadKind.TABLE, 1 << 20, limit, 1000);
            assertThat(Messages.failed(FailureKind.TOO_LARGE, () -> small.toldArrow(of(table))))
                    .contains("--max-body");
        }
    }

    @Test
    void programsThatGetInstancesGetJson() {
        Messages instances = Messages.of(PayloadKind.INSTANCES);
        assertThat(instances.toldArrow(Messages.ofRows("a"))).hasSize(1);
    }
}
