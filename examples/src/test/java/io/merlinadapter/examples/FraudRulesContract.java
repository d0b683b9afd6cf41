package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Payments are judged by both protocols, from a filter that knows neither. */
interface FraudRulesContract extends RefusingContract {
    String NAME = "fraud-rules-jq";

    @Test
    default void eachRuleAddsItsPointsFromItsBoundOn() {
        var judged = new LinkedHashMap<String, String>();
        judged.put("10, 10, \"ID\", \"ID\", 3, false, 12", "0,approve,");
        judged.put("999.99, 200, \"ID\", \"ID\", 0, false, 12", "0,approve,");
        judged.put("1000, 200, \"ID\", \"ID\", 0, false, 12", "20,approve,large amount");
        judged.put("5000, 1000, \"ID\", \"ID\", 0, false, 12", "35,approve,very large amount");
        judged.put("10.01, 2, \"ID\", \"ID\", 0, false, 12", "20,approve,over 5 times the usual amount");
        judged.put("10, 0, \"ID\", \"ID\", 0, false, 12", "10,approve,first payment");
        judged.put("10, 10, \"SG\", \"ID\", 0, false, 12", "25,approve,SG card used from ID");
        judged.put("10, 10, \"ID\", \"ID\", 4, false, 12", "20,approve,4 or more payments in an hour");
        judged.put("10, 10, \"ID\", \"ID\", 10, false, 12", "40,review,10 or more payments in an hour");
        judged.put("10, 10, \"ID\", \"ID\", 0, true, 12", "15,approve,new device");
        judged.put("10, 10, \"ID\", \"ID\", 0, 1, 5", "15,approve,new device");
        judged.put("10, 10, \"ID\", \"ID\", 0, 0, 4.99", "10,approve,at night");
        judged.put(
                "1.99, 10, \"ID\", \"ID\", 4, false, 12",
                "50,review,4 or more payments in an hour, small amounts in a row (card testing)");
        judged.put(
                "5000, 10, \"ID\", \"ID\", 0, true, 12",
                "70,decline,very large amount, over 5 times the usual amount, new device");

        HttpResponse<String> response = model().predict(
                        judged.keySet().stream().collect(Collectors.joining("],[", "{\"instances\":[[", "]]}")));

        assertThat(response.statusCode()).as(model().log()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo(judged.values().stream()
                        .map(expected -> expected.replaceAll(
                                "(\\d+),(\\w+),(.*)", "{\"score\":$1,\"decision\":\"$2\",\"reasons\":\"$3\"}"))
                        .collect(Collectors.joining(",", "{\"predictions\":[", "]}")));
    }

    @Test
    default void aBadPaymentIsNamedWithItsValue() {
        String good = "10, 10, \"ID\", \"ID\", 3, false, 12";
        Map<String, String> refusals = Map.of(
                "-1, 10, \"ID\", \"ID\", 3, false, 12", "amount is -1 (expected: a number from 0 to 10000000)",
                "\"10\", 10, \"ID\", \"ID\", 3, false, 12", "amount is \\\"10\\\" (expected: a number",
                "10, 1e999, \"ID\", \"ID\", 3, false, 12", "usual_amount is ",
                "10, 10, 62, \"ID\", 3, false, 12", "card_country is 62 (expected: two capital letters)",
                "10, 10, \"ID\", \"id\", 3, false, 12", "ip_country is \\\"id\\\"",
                "10, 10, \"ID\", null, 3, false, 12", "ip_country is null",
                "10, 10, \"ID\", \"ID\", [3], false, 12", "payments_last_hour is [3]",
                "10, 10, \"ID\", \"ID\", 3, \"no\", 12", "new_device is \\\"no\\\" (expected: true, false, 1 or 0)",
                "10, 10, \"ID\", \"ID\", 3, false, {}", "hour is {} (expected: a number from 0 to 24)",
                "10, 10, \"ID\", \"ID\", 3, false", "must be an object or a list of amount, usual_amount,");
        refusals.forEach((bad, message) ->
                refuses("{\"instances\":[[" + good + "],[" + bad + "]]}", "\"instances[1]: " + message));
        refuses("{\"instances\":[{\"amount\":10}]}", "instances[0]: usual_amount is null");
    }

    @Test
    default void theSampleRequestOfUpiGetsTheSameJudgements() {
        answersByUpi(
                "{\"rowId\":\"payment-1\",\"values\":[{},{\"stringValue\":\"approve\"},{}]}",
                "{\"rowId\":\"payment-2\",\"values\":[{\"doubleValue\":55.0},{\"stringValue\":\"review\"},{\"stringValue\":"
                        + "\"large amount, over 5 times the usual amount, new device\"}]}",
                "{\"rowId\":\"payment-3\",\"values\":[{\"doubleValue\":100.0},{\"stringValue\":\"decline\"},{\"stringValue\":"
                        + "\"VN card used from ID, 10 or more payments in an hour,"
                        + " small amounts in a row (card testing), new device, at night\"}]}");
    }
}
