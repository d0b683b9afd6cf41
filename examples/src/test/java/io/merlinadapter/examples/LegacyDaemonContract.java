package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A program that has never heard of HTTP, gRPC or the adapter answers by both protocols. */
interface LegacyDaemonContract extends RefusingContract {
    String NAME = "legacy-daemon-c";

    /** Its longest line, in bytes. */
    int LONGEST = 1 << 20;

    @Test
    default void feesAreThoseOfTheTariff() {
        var fees = new LinkedHashMap<String, String>();
        fees.put("0,0", "4.00,city");
        fees.put("1.666,2", "4.00,city");
        fees.put("1.7,2", "4.05,city");
        fees.put("5,2", "7.00,city");
        fees.put("5.1,2", "7.05,region");
        fees.put("50,2", "34.00,region");
        fees.put("51,2", "34.35,country");
        fees.put("5,2.001", "7.40,city");
        fees.put("5,3", "7.40,city");
        fees.put("5,3.001", "7.80,city");
        fees.put("2e3,3e1", "727.70,country");

        HttpResponse<String> response =
                model().predict(fees.keySet().stream().collect(Collectors.joining("],[", "{\"instances\":[[", "]]}")));

        assertThat(response.statusCode()).as(model().log()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo(fees.values().stream()
                        .map(fee -> fee.replaceAll("(.*),(.*)", "{\"fee\":$1,\"zone\":\"$2\"}"))
                        .collect(Collectors.joining(",", "{\"predictions\":[", "]}")));
    }

    @Test
    default void aBadParcelIsNamed() {
        Map<String, String> refusals = Map.of(
                "[-1,2]", "km must be a number from 0 to 2000",
                "[2000.1,2]", "km must be a number from 0 to 2000",
                "[1e999,2]", "km must be a number from 0 to 2000",
                "[\"1\",2]", "km must be a number from 0 to 2000",
                "[1,30.5]", "kg must be a number from 0 to 30",
                "[1,null]", "kg must be a number from 0 to 30",
                "[1]", "must be a list of km and kg",
                "[1,2,3]", "must be a list of km and kg",
                "{\"km\":1,\"kg\":2}", "must be a list of km and kg");
        refusals.forEach(
                (bad, message) -> refuses("{\"instances\":[[1,2]," + bad + "]}", "\"instances[1]: " + message));
    }

    @Test
    default void whatNobodyAskedForIsSkipped() {
        String fee = "{\"predictions\":[{\"fee\":4.00,\"zone\":\"city\"}]}";
        String odd =
                "{\"a\":\"]}\\\"\\\\\",\"b\":[{\"instances\":5},[[]],{}],\"\\u00e9\":null,\"instances\":[[1,2]],\"c\":-1e-7}";

        assertThat(model().predict(odd).body()).isEqualTo(fee);
        assertThat(model().predict("\n {\t\"instances\" :\r\n[ [ 1 , 2 ] ] } ").body())
                .isEqualTo(fee);
    }

    @Test
    default void aRequestThatIsTooLongIsRefusedAndTheNextIsNot() {
        String empty = "{\"instances\":[[1,2]],\"note\":\"\"}";
        String longest = empty.replace("\"}", "x".repeat(LONGEST - empty.length()) + "\"}");

        assertThat(model().predict(longest).statusCode()).as(model().log()).isEqualTo(200);
        HttpResponse<String> refusal = model().predict(longest.replace("\"}", "x\"}"));
        assertThat(refusal.statusCode()).isEqualTo(413);
        assertThat(refusal.body()).isEqualTo("{\"error\":\"a request has at most 1 MiB\"}");
        theSampleRequestGetsTheDocumentedResponse();
    }

    @Test
    default void aRequestMayHaveTenThousandParcels() {
        String most = "[1,2],".repeat(9_999);

        HttpResponse<String> response = model().predict("{\"instances\":[" + most + "[1,2]]}");

        assertThat(response.statusCode()).as(model().log()).isEqualTo(200);
        assertThat(response.body().split("fee", -1)).hasSize(10_001);
        refuses("{\"instances\":[" + most + "[1,2],[1,2]]}", "at most 10000");
    }

    @Test
    default void theSampleRequestOfUpiGetsTheSameFees() {
        answersByUpi(
                "{\"rowId\":\"parcel-1\",\"values\":[{\"doubleValue\":5.4},{\"stringValue\":\"city\"}]}",
                "{\"rowId\":\"parcel-2\",\"values\":[{\"doubleValue\":16.0},{\"stringValue\":\"region\"}]}",
                "{\"rowId\":\"parcel-3\",\"values\":[{\"doubleValue\":104.5},{\"stringValue\":\"country\"}]}");
    }
}
