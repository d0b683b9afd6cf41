package io.merlinadapter.upi.payload;

import static caraml.upi.v1.TypeOuterClass.Type.TYPE_DOUBLE;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_INTEGER;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_STRING;
import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.PredictValuesResponse;
import org.junit.jupiter.api.Test;

class RoundTripTest {
    private final Messages messages = Messages.of(PayloadKind.TABLE);

    @Test
    void tableThatTheProgramSendsBackComesBackAsItWas() {
        Table table = Table.newBuilder()
                .setName("t")
                .addColumns(Messages.column("a", TYPE_DOUBLE))
                .addColumns(Messages.column("b", TYPE_INTEGER))
                .addColumns(Messages.column("c", TYPE_STRING))
                .addRows(
                        Messages.row("1", Messages.real(1.5), Messages.integer(Long.MIN_VALUE), Messages.text("é\n\"")))
                .addRows(Messages.row("2", Messages.none(), Messages.integer(Long.MAX_VALUE), Messages.none()))
                .build();
        PredictValuesRequest request =
                PredictValuesRequest.newBuilder().setPredictionTable(table).build();
        String told = messages.told(request);
        assertThat(told).startsWith("{\"prediction_table\":{\"name\":\"t\"");
        PredictValuesResponse response =
                messages.answered(request, told.replace("\"prediction_table\"", "\"prediction_result_table\""));
        assertThat(response.getPredictionResultTable()).isEqualTo(table);
    }
}
