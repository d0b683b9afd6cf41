package io.merlinadapter.upi.table;

import static caraml.upi.v1.TypeOuterClass.Type.TYPE_DOUBLE;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_UNSPECIFIED;
import static io.merlinadapter.upi.table.Messages.column;
import static io.merlinadapter.upi.table.Messages.none;
import static io.merlinadapter.upi.table.Messages.real;
import static io.merlinadapter.upi.table.Messages.row;
import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.RequestMetadata;
import caraml.upi.v1.Upi.TransformerInput;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BadRequestTest {
    private static PredictValuesRequest table(Table.Builder table) {
        return PredictValuesRequest.newBuilder().setPredictionTable(table).build();
    }

    private static byte[] withBytes(int field, byte... bytes) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        field,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFrom(bytes))
                                .build())
                .build()
                .toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void rowOfAnotherWidthIsNamed(PayloadKind kind) {
        Table.Builder table =
                Table.newBuilder().addColumns(column("a", TYPE_DOUBLE)).addRows(row("r0", real(1)));
        String few = Messages.of(kind).refused(table(table.clone().addRows(row("r1"))));
        assertThat(few).contains("prediction_table: row 1 (row_id \"r1\") has 0 values (expected: 1");
        String many = Messages.of(kind).refused(table(table.clone().addRows(row("r1", real(1), real(2), real(3)))));
        assertThat(many).contains("row 1 (row_id \"r1\") has 3 values (expected: 1");
    }

    @ParameterizedTest
    @EnumSource
    void valueWithoutATypeIsNamed(PayloadKind kind) {
        Table.Builder table =
                Table.newBuilder().addColumns(column("a", TYPE_UNSPECIFIED)).addRows(row("r0", none()));
        assertThat(Messages.of(kind).refused(table(table.addRows(row("r1", real(1))))))
                .contains("row 1 (row_id \"r1\") has a value in column \"a\", whose type is 0 (expected: TYPE_DOUBLE");
    }

    @ParameterizedTest
    @EnumSource
    void columnCalledRowIdIsRefused(PayloadKind kind) {
        assertThat(Messages.of(kind).refused(table(Table.newBuilder().addColumns(column("row_id", TYPE_DOUBLE)))))
                .contains("prediction_table has a column called \"row_id\"");
    }

    @ParameterizedTest
    @EnumSource
    void bytesThatAreNoProtobufAreRefused(PayloadKind kind) {
        Messages messages = Messages.of(kind);
        for (byte[] bytes : new byte[][] {
            {0x0a},
            {0x0a, 0x05, 0x01},
            {0x00},
            {0x0b, 0x0b},
            {0x0c},
            {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff},
            {0x0a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f},
            "{\"predictionTable\":{}}".getBytes(java.nio.charset.StandardCharsets.UTF_8)
        }) {
            assertThat(messages.refused(bytes)).startsWith("the message is not a PredictValuesRequest in protobuf: ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void groupsAsDeepAsTheStackAreRefused(PayloadKind kind) {
        byte[] deep = new byte[1 << 20];
        java.util.Arrays.fill(deep, (byte) 0x7b);
        assertThat(Messages.of(kind).refused(deep)).contains("not a PredictValuesRequest");
    }

    @ParameterizedTest
    @EnumSource
    void textThatIsNotUtf8IsRefused(PayloadKind kind) {
        assertThat(Messages.of(kind).refused(withBytes(2, (byte) 0xc0, (byte) 0x80)))
                .contains("a text is not UTF-8");
        assertThat(Messages.of(kind)
                        .refused(withBytes(1, withBytes(1, (byte) 'a', (byte) 0xed, (byte) 0xa0, (byte) 0x80))))
                .contains("a text is not UTF-8");
        assertThat(Messages.of(kind).refused(withBytes(3, withBytes(1, (byte) 0xff))))
                .contains("a text is not UTF-8");
    }

    @ParameterizedTest
    @EnumSource
    void timeOutsideOfTheCalendarIsRefused(PayloadKind kind) {
        PredictValuesRequest request = PredictValuesRequest.newBuilder()
                .setMetadata(RequestMetadata.newBuilder()
                        .setRequestTimestamp(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE)))
                .build();
        if (kind == PayloadKind.TABLE) {
            assertThat(Messages.of(kind).refused(request))
                    .contains("metadata.request_timestamp is 9223372036854775807 s");
        } else {
            assertThat(Messages.of(kind).told(request)).isEqualTo("{\"instances\":[]}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void predictionIdHasItsLimit(PayloadKind kind) {
        PredictValuesRequest request = PredictValuesRequest.newBuilder()
                .setMetadata(RequestMetadata.newBuilder().setPredictionId("x".repeat(70_000)))
                .build();
        assertThat(Messages.of(kind).refused(request)).contains("metadata.prediction_id has 70000 bytes");
    }

    @org.junit.jupiter.api.Test
    void tablesOfTheTransformerAreNamedByTheirPlace() {
        PredictValuesRequest request = PredictValuesRequest.newBuilder()
                .setTransformerInput(TransformerInput.newBuilder()
                        .addTables(Table.newBuilder().addColumns(column("row_id", TYPE_DOUBLE)))
                        .addTables(Table.newBuilder().addRows(row("r", real(1)))))
                .build();
        assertThat(Messages.of(PayloadKind.TABLE).refused(request))
                .startsWith("transformer_input.tables[1]: row 0 (row_id \"r\") has 1 values (expected: 0");
    }
}
