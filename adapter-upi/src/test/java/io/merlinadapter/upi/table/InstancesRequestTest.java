package io.merlinadapter.upi.table;

import static caraml.upi.v1.TypeOuterClass.Type.TYPE_DOUBLE;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_INTEGER;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_STRING;
import static io.merlinadapter.upi.table.Messages.column;
import static io.merlinadapter.upi.table.Messages.integer;
import static io.merlinadapter.upi.table.Messages.none;
import static io.merlinadapter.upi.table.Messages.real;
import static io.merlinadapter.upi.table.Messages.row;
import static io.merlinadapter.upi.table.Messages.text;
import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.Upi.PredictValuesRequest;
import org.junit.jupiter.api.Test;

class InstancesRequestTest {
    private final Messages messages = Messages.of(PayloadKind.INSTANCES);

    private String told(Table.Builder table) {
        return messages.told(
                PredictValuesRequest.newBuilder().setPredictionTable(table).build());
    }

    @Test
    void rowsAreListsOfValuesInTheOrderOfTheColumns() {
        assertThat(told(Table.newBuilder()
                        .addColumns(column("zone", TYPE_STRING))
                        .addColumns(column("n", TYPE_INTEGER))
                        .addColumns(column("x", TYPE_DOUBLE))
                        .addRows(row("a", text("north"), integer(Long.MIN_VALUE), real(Double.NaN)))
                        .addRows(row("b", none(), none(), none()))))
                .isEqualTo("{\"instances\":[[\"north\",-9223372036854775808,\"NaN\"],[null,null,null]]}");
    }

    @Test
    void withoutATableOrRowsThereAreNoInstances() {
        assertThat(messages.told(new byte[0])).isEqualTo("{\"instances\":[]}");
        assertThat(told(Table.newBuilder().addColumns(column("x", TYPE_DOUBLE))))
                .isEqualTo("{\"instances\":[]}");
    }

    @Test
    void columnsOfTheSameNameDoNotMatter() {
        assertThat(told(Table.newBuilder()
                        .addColumns(column("x", TYPE_DOUBLE))
                        .addColumns(column("x", TYPE_DOUBLE))
                        .addRows(row("a", real(1), real(2)))))
                .isEqualTo("{\"instances\":[[1.0,2.0]]}");
    }
}
