package io.merlinadapter.upi.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.predict.FailureKind;
import org.junit.jupiter.api.Test;

class ProtobufJsonTest {
    private final Messages messages = Messages.of(PayloadKind.TABLE);

    private String cell(String type, String value) {
        String told = messages.toldJson("{\"predictionTable\":{\"columns\":[{\"name\":\"a\",\"type\":" + type
                + "}],\"rows\":[{\"rowId\":\"1\",\"values\":[" + value + "]}]}}");
        String data = "\"data\":[[";
        return told.substring(told.indexOf(data) + data.length(), told.indexOf("]]"));
    }

    private String refused(String json) {
        return Messages.failed(FailureKind.INVALID_REQUEST, () -> messages.toldJson(json));
    }

    private String refusedCell(String value) {
        return Messages.failed(FailureKind.INVALID_REQUEST, () -> cell("1", value));
    }

    @Test
    void namesAreThoseOfJsonOrOfProtobuf() {
        String json = "{\"predictionTable\":{\"rows\":[{\"rowId\":\"x\"}]},\"targetName\":\"t\","
                + "\"metadata\":{\"predictionId\":\"p\",\"requestTimestamp\":\"2024-05-01T14:00:00.25+02:00\"}}";
        String proto = json.replace("predictionTable", "prediction_table")
                .replace("rowId", "row_id")
                .replace("targetName", "target_name")
                .replace("predictionId", "prediction_id")
                .replace("requestTimestamp", "request_timestamp");
        assertThat(messages.toldJson(json))
                .isEqualTo(messages.toldJson(proto))
                .contains(
                        "\"row_ids\":[\"x\"]",
                        "\"target_name\":\"t\"",
                        "\"request_timestamp\":\"2024-05-01T12:00:00.250Z\"");
    }

    @Test
    void numbersMayBeInQuotes() {
        assertThat(cell("\"TYPE_INTEGER\"", "{\"integerValue\":\"9223372036854775807\"}"))
                .isEqualTo("9223372036854775807");
        assertThat(cell("2", "{\"integerValue\":-9223372036854775808}")).isEqualTo("-9223372036854775808");
        assertThat(cell("2", "{\"integerValue\":1.5e1}")).isEqualTo("15");
        assertThat(cell("\"TYPE_DOUBLE\"", "{\"doubleValue\":\"2.5\"}")).isEqualTo("2.5");
        assertThat(cell("1", "{\"doubleValue\":\"NaN\"}")).isEqualTo("\"NaN\"");
        assertThat(cell("1", "{\"double_value\":\"-Infinity\"}")).isEqualTo("\"-Infinity\"");
        assertThat(cell("1", "{\"isNull\":true}")).isEqualTo("null");
        assertThat(cell("1", "{\"isNull\":false,\"doubleValue\":1}")).isEqualTo("1.0");
    }

    @Test
    void nullIsAbsentAndUnknownFieldsAreIgnored() {
        assertThat(cell("1", "{\"doubleValue\":null,\"newValue\":[{\"a\":1}],\"isNull\":null}"))
                .isEqualTo("0.0");
        assertThat(messages.toldJson("{\"prediction_table\":null,\"new\":{}}"))
                .startsWith("{\"prediction_table\":null");
    }

    @Test
    void aRequestWithoutAnyKnownMemberIsToldWhichThereAre() {
        assertThat(refused("{\"instances\":[[1]],\"predictionTables\":null}"))
                .isEqualTo(
                        "the request has the member \"instances\", but none that a PredictValuesRequest has (expected:"
                                + " predictionTable, transformerInput, targetName, predictionContext, metadata); a body for"
                                + " HTTP_JSON goes to POST /v1/models/{name}:predict on the port of HTTP_JSON (--http-port)");
        assertThat(refused("{\"" + "x".repeat(1000) + "\":1}")).hasSizeLessThan(400);
        assertThat(messages.budget().used()).isZero();
        assertThat(messages.toldJson("{}")).startsWith("{\"prediction_table\":null");
        assertThat(messages.toldJson("{\"instances\":[],\"targetName\":\"t\"}")).contains("\"target_name\":\"t\"");
    }

    @Test
    void valuesThatDoNotFitAreNamed() {
        assertThat(refusedCell("{\"doubleValue\":\"x\"}"))
                .contains("doubleValue is \"x\" (byte", "expected: a number)");
        assertThat(refusedCell("{\"doubleValue\":\"1 \"}")).contains("doubleValue is \"1 \"");
        assertThat(refusedCell("{\"doubleValue\":1e999}")).contains("a number that a double can hold");
        assertThat(refusedCell("{\"doubleValue\":{}}")).contains("doubleValue is an object");
        assertThat(refusedCell("{\"integerValue\":1.5}")).contains("a whole number of 64 bits");
        assertThat(refusedCell("{\"integerValue\":\"9223372036854775808\"}")).contains("a whole number of 64 bits");
        assertThat(refusedCell("{\"integerValue\":1e400}")).contains("a whole number of 64 bits");
        assertThat(refusedCell("{\"stringValue\":1}")).contains("stringValue is 1", "expected: a text");
        assertThat(refusedCell("{\"isNull\":1}")).contains("isNull is 1", "expected: true or false");
        assertThat(refusedCell("null")).contains("values is null", "expected: an object");
        assertThat(refused("{\"predictionTable\":[]}")).contains("predictionTable is a list", "expected: an object");
        assertThat(refused("{\"predictionTable\":{\"rows\":{}}}")).contains("rows is an object", "expected: a list");
        assertThat(refused("{\"predictionTable\":{\"columns\":[{\"type\":\"BOOL\"}]}}"))
                .contains("type is \"BOOL\"");
        assertThat(refused("{\"predictionTable\":{\"columns\":[{\"type\":99999999999}]}}"))
                .contains("type is 99999999999");
        assertThat(refused("{\"metadata\":{\"requestTimestamp\":\"noon\"}}")).contains("requestTimestamp is \"noon\"");
        assertThat(refused("{\"metadata\":{\"requestTimestamp\":7}}")).contains("requestTimestamp is 7");
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThat(refused("")).isEqualTo("the request is not JSON: it is empty");
        assertThat(refused("[]")).contains("the request is a list", "expected: an object");
        assertThat(refused("--x\r\n")).startsWith("the request is not JSON: it is a form (multipart/form-data); send");
        assertThat(refused("{\"a\":NaN}")).contains("the request is not JSON: ");
        assertThat(refused("{\"a\":" + "[".repeat(1 << 20))).contains("nested deeper than 256 levels");
        assertThat(refused("{\"targetName\":\"\\udc00\"}")).contains("half of a surrogate pair");
        byte[] bytes = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
        assertThat(Messages.failed(
                        FailureKind.INVALID_REQUEST, () -> messages.payload().readJson(messages.body(bytes))))
                .isEqualTo("the request is not JSON: a string is not UTF-8 (byte 2)");
        assertThat(messages.budget().used()).isZero();
    }

    @Test
    void responseLeavesOutDefaultsAndQuotesLongNumbers() {
        String json = messages.answeredJson(
                Messages.ofRows("a"),
                "{\"prediction_result_table\":{\"columns\":[\"n\",\"x\",\"y\",\"z\",\"s\"],\"column_types\":"
                        + "[\"INTEGER\",null,null,\"FLOAT\",null],\"data\":[[9007199254740993,0,null,\"NaN\",\"\\n\"]]},"
                        + "\"metadata\":{\"models\":[]}}");
        assertThat(json)
                .matches("\\{\"predictionResultTable\":\\{\"name\":\"trips\",\"columns\":\\[.*"
                        + "\"metadata\":\\{\"predictionId\":\"[0-9a-f-]{36}\"}}")
                .contains("{\"name\":\"n\",\"type\":\"TYPE_INTEGER\"},{\"name\":\"x\",\"type\":\"TYPE_DOUBLE\"}")
                .contains("\"rows\":[{\"rowId\":\"a\",\"values\":[{\"integerValue\":\"9007199254740993\"},{},"
                        + "{\"isNull\":true},{\"doubleValue\":\"NaN\"},{\"stringValue\":\"\\n\"}]}]");
    }

    @Test
    void byteOrderMarkInFrontIsSkipped() {
        assertThat(messages.toldJson("\ufeff{\"targetName\":\"t\"}")).contains("\"target_name\":\"t\"");
        assertThat(refused("\ufeff\ufeff{}")).contains("a value was expected");
    }
}
