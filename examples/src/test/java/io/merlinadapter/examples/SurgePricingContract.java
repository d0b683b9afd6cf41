package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Prices by both protocols, from a program that knows neither. */
interface SurgePricingContract extends ExampleContract {
    String NAME = "surge-pricing-python";

    /** A prediction of the documented response. */
    Pattern ROW = Pattern.compile("\\{\"multiplier\": ([^,]+), \"reason\": (\"[^\"]*\")}");

    @Test
    default void aBadInstanceHurtsItsOwnRequestOnly() {
        HttpResponse<String> bad = model().predict("{\"instances\": [[\"centre\", 9, -3, 0, 12]]}");
        HttpResponse<String> good = model().predict("{\"instances\": [[\"centre\", 9, 3, 0, 12]]}");

        assertThat(bad.statusCode()).as(model().log()).isEqualTo(422);
        assertThat(bad.body()).startsWith("{\"error\":").contains("instances[0]: drivers is -3");
        assertThat(good.statusCode()).as(model().log()).isEqualTo(200);
        assertThat(good.body()).isEqualTo("{\"predictions\": [{\"multiplier\": 1.4, \"reason\": \"demand x1.45\"}]}");
    }

    @Test
    default void theSampleRequestOfUpiGetsTheSamePrices() {
        String byName = "/v1/models/" + model().fullName() + ":predict";
        isTheSame(model().predictUpi(file("upi-request.json")));
        isTheSame(model().post(model().upi(byName), file("upi-request.json")));
    }

    private void isTheSame(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(model().log()).isEqualTo(200);
        List<String> prices = ROW.matcher(file("response.json"))
                .results()
                .map(row -> "{\"doubleValue\":" + row.group(1) + "},{\"stringValue\":" + row.group(2) + "}")
                .toList();
        assertThat(prices).hasSize(3);
        assertThat(response.body())
                .contains("\"rowId\":\"ride-1\"", "\"rowId\":\"ride-2\"", "\"rowId\":\"ride-3\"")
                .contains("\"targetName\":\"multiplier\"", "\"predictionId\":\"7f3\"")
                .contains("\"models\":[{\"name\":\"" + NAME + "\",\"version\":\"3\"}]");
        assertThat(response.body()).containsSubsequence(prices);
    }
}
