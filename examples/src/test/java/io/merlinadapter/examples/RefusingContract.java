package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds for programs that refuse what they can't read, and serve rows of UPI_V1 as instances. */
interface RefusingContract extends ExampleContract {
    /** Of the wrong shape whatever the model; the last two are JSON that some readers give up on. */
    List<String> NONSENSE = List.of(
            "5",
            "true",
            "null",
            "\"instances\"",
            "[]",
            "[{}]",
            "{}",
            "{\"instances\":null}",
            "{\"instances\":5}",
            "{\"instances\":\"rows\"}",
            "{\"instances\":{}}",
            "{\"instances\":[5]}",
            "{\"instances\":[\"row\"]}",
            "{\"instances\":[null]}",
            "{\"instances\":[true]}",
            "{\"instances\":[[]]}",
            "{\"instances\":[[null]]}",
            "{\"instances\":[{\"\":1}]}",
            "{\"instances\":[[1,2,3,4,5,6,7,8,9]]}",
            "{\"instances\":[\"\\ud800\"]}",
            "{\"instances\":" + "[".repeat(255) + "]".repeat(255) + "}");

    @Test
    default void nonsenseIsRefusedAndHarmsNoOtherRequest() {
        for (String nonsense : NONSENSE) {
            refuses(nonsense, "");
            theSampleRequestGetsTheDocumentedResponse();
        }
        assertThat(model().get(model().http("/metrics")).body().lines())
                .filteredOn(line -> line.startsWith("adapter_worker_deaths_total{"))
                .isNotEmpty()
                .allMatch(line -> line.endsWith(" 0.0"));
    }

    @Test
    default void noInstancesGetNoPredictions() {
        assertThat(model().predict("{\"instances\":[]}").body().replace(" ", ""))
                .isEqualTo("{\"predictions\":[]}");
    }

    /** The request gets a 422 whose message has {@code reason} in it. */
    default void refuses(String body, String reason) {
        HttpResponse<String> refusal = model().predict(body);

        assertThat(refusal.statusCode()).as("%s; %s", body, model().log()).isEqualTo(422);
        assertThat(refusal.body()).startsWith("{\"error\":\"").contains(reason);
    }

    /** The sample request gets these rows, wherever UPI_V1 takes it. */
    default void answersByUpi(String... rows) {
        String byName = "/v1/models/" + model().fullName() + ":predict";
        for (HttpResponse<String> response : List.of(
                model().predictUpi(file("upi-request.json")),
                model().post(model().upi(byName), file("upi-request.json")))) {
            assertThat(response.statusCode()).as(model().log()).isEqualTo(200);
            assertThat(response.body())
                    .contains("\"rows\":[" + String.join(",", rows) + "]", "\"predictionId\":\"7f3\"")
                    .contains(
                            "\"models\":[{\"name\":\"" + model().name() + "\",\"version\":\"" + Model.VERSION + "\"}]");
        }
    }
}
