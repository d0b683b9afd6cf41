package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What holds for each template, which all serve the same model. */
interface TemplateContract extends RefusingContract {
    String NAME = "deliveries";

    Template template();

    @Override
    default String file(String name) {
        try {
            return Files.readString(template().folder().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    @Test
    default void theSampleRequestGetsTheDocumentedResponse() {
        HttpResponse<String> response = model().predict(file("request.json"));

        assertThat(response.statusCode()).as(model().log()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(TemplateReadme.of(template()).answer());
    }

    @Test
    default void theSampleRequestOfUpiGetsTheSameMinutes() {
        answersByUpi(
                "{\"rowId\":\"delivery-1\",\"values\":[{\"doubleValue\":20.7}]}",
                "{\"rowId\":\"delivery-2\",\"values\":[{\"doubleValue\":56.6}]}",
                "{\"rowId\":\"delivery-3\",\"values\":[{\"doubleValue\":25.2}]}");
    }

    @Test
    default void aBadDeliveryIsNamedWithWhatIsWrong() {
        String good = "{\"km\": 1, \"stops\": 2, \"zone\": \"centre\"}";
        refuses("{\"instances\": [" + good + ", {\"km\": 1, \"stops\": 2}]}", "instances[1]");
        refuses("{\"instances\": [" + good + ", [-1, 2, \"centre\"]]}", "instances[1]: km must be from 0 to 1000");
        refuses("{\"instances\": [[1, 2, \"nowhere\"]]}", "instances[0]");
        refuses("{\"instances\": 3}", "the body must be {");
    }
}
