package io.merlinadapter.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.upi.table.PayloadKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FirstCallTest {

    private static FirstCall call(@Nullable String warmup, PayloadKind payload) {
        return new FirstCall("0.0.0.0", warmup, warmup, payload);
    }

    private static String http(@Nullable String warmup) {
        return call(warmup, PayloadKind.TABLE).http(8080, "model-1");
    }

    @Test
    void theCommandSendsTheWarmUpAndCanBeCopied() {
        String url = "http://localhost:8080/v1/models/model-1:predict";
        assertThat(http("{\"who\":\n\t\"it's\"}"))
                .isEqualTo("try it: curl -s " + url + " -d '{\"who\": \"it'\\''s\"}'");
        assertThat(http("@row.json")).isEqualTo("try it: curl -s " + url + " -d @row.json");
        assertThat(http("@my row.json")).isEqualTo("try it: curl -s " + url + " -d '@my row.json'");
    }

    @Test
    void withoutARequestItSaysWhatToPut() {
        assertThat(http(null))
                .isEqualTo("try it, with a request that the program understands in request.json: curl -s "
                        + "http://localhost:8080/v1/models/model-1:predict -d @request.json");
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 100_000})
    void whatIsTooLongToBeShownIsNotShownInPart(int letters) {
        assertThat(http('"' + "x".repeat(letters) + '"'))
                .endsWith("the request of --warmup in request.json: curl -s "
                        + "http://localhost:8080/v1/models/model-1:predict -d @request.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u202e", "\u2028", "\u009b"})
    void whatTheLogWouldShowOtherwiseIsNotShown(String nasty) {
        assertThat(http("{\"a\":\"" + nasty + "\"}")).endsWith(" -d @request.json");
    }

    @ParameterizedTest
    @CsvSource({"::, localhost", "127.0.0.1, 127.0.0.1", "::1, [::1]", "[::1], [::1]", "taxi.example, taxi.example"})
    void theHostIsTheOneThatIsBound(String host, String called) {
        assertThat(new FirstCall(host, "{}", "{}", PayloadKind.TABLE).http(1, "m"))
                .startsWith("try it: curl -s http://" + called + ":1/v1/models/m:predict ");
    }

    @Test
    void overUpiTheFirstRowOfTheWarmUpIsSent() {
        assertThat(call("{\"instances\":[[\"x\",2,null],[]]}", PayloadKind.INSTANCES)
                        .upi(9000))
                .isEqualTo(
                        "try UPI_V1: curl -s http://localhost:9000/v1/predict -d '{\"predictionTable\":{\"columns\":["
                                + "{\"name\":\"x0\",\"type\":\"TYPE_STRING\"},{\"name\":\"x1\",\"type\":\"TYPE_DOUBLE\"},"
                                + "{\"name\":\"x2\",\"type\":\"TYPE_DOUBLE\"}],\"rows\":[{\"rowId\":\"1\",\"values\":["
                                + "{\"stringValue\":\"x\"},{\"doubleValue\":2},{\"isNull\":true}]}]}}'");
        assertThat(call("{\"instances\":[[1.5]]}", PayloadKind.INSTANCES).upi(9000))
                .contains("{\"name\":\"x0\",\"type\":\"TYPE_DOUBLE\"}", "{\"doubleValue\":1.5}");
        assertThat(call(
                                "{\"prediction_table\":{\"columns\":[\"n\"],\"column_types\":[\"INTEGER\"],\"data\":[[7]]}}",
                                PayloadKind.TABLE)
                        .upi(9000))
                .contains("{\"name\":\"n\",\"type\":\"TYPE_INTEGER\"}", "{\"integerValue\":\"7\"}");
    }

    @Test
    void overUpiAProgramOfObjectsIsSentNoneAndItsCallersAreToldWhy() {
        FirstCall objects = call("{\"instances\":[{\"km\":2}]}", PayloadKind.INSTANCES);

        assertThat(objects.upi(9000)).isNull();
        assertThat(objects.upiMismatch())
                .isEqualTo("UPI_V1: the program gets each row as a list of values in the order of the caller's columns"
                        + " (--upi-payload=instances), not as an object as in --warmup");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"instances\":[{\"km\":2}]}", "{\"instances\":[[2]]}", "{\"a\":1,\"instances\":[]}"})
    void aProgramOfInstancesThatGetsTablesIsToldTheOption(String warmup) {
        FirstCall tables = call(warmup, PayloadKind.TABLE);

        assertThat(tables.upi(9000)).isNull();
        assertThat(tables.upiMismatch())
                .isEqualTo(
                        "UPI_V1: the program gets tables (--upi-payload=table), not \"instances\" as in --warmup; with"
                                + " --upi-payload=instances it gets instances, each a list of values");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TABLE     | {`prediction_table`:{`columns`:[`n`],`data`:[[7]]}}",
                "TABLE     | [{`instances`:[]}]",
                "TABLE     | nope",
                "INSTANCES | {`instances`:[[1.5]]}",
                "INSTANCES | {`instances`:[]}",
                "INSTANCES | {`instances`:7}",
                "INSTANCES | {`prediction_table`:{`columns`:[`n`],`data`:[[7]]}}"
            })
    void whatMayFitIsNotWarnedAbout(PayloadKind payload, String warmup) {
        assertThat(call(warmup.replace('`', '"'), payload).upiMismatch()).isNull();
        assertThat(call(null, payload).upiMismatch()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "7",
                "{\"instances\":7}",
                "{\"instances\":[]}",
                "{\"instances\":[3]}",
                "{\"instances\":[{\"a\":true}]}",
                "{\"instances\":[{\"a\":[1]}]}",
                "{\"prediction_table\":null}",
                "{\"prediction_table\":{\"columns\":[1],\"data\":[[1]]}}",
                "{\"prediction_table\":{\"columns\":[\"a\"],\"data\":[1]}}"
            })
    void whatIsNoRowOfATableIsNoSampleForUpi(String warmup) {
        assertThat(call(warmup, PayloadKind.INSTANCES).upi(1)).isNull();
        assertThat(call(warmup, PayloadKind.TABLE).upi(1)).isNull();
    }
}
