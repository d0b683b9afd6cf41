package io.merlinadapter.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import org.junit.jupiter.api.Test;

class PrettyJsonTest {
    @Test
    void whatFitsStaysOnOneLine() {
        assertThat(PrettyJson.lines(Json.decodeValue("{\"predictions\": [1, 2]}"), 60))
                .containsExactly("{\"predictions\":[1,2]}");
    }

    @Test
    void whatDoesNotFitHasItsMembersBelow() {
        String json = "{\"predictions\":[{\"fee\":5.4,\"zone\":\"city\"},{\"fee\":16.0,\"zone\":null}],\"n\":2}";

        assertThat(PrettyJson.lines(Json.decodeValue(json), 40))
                .containsExactly(
                        "{",
                        "  \"predictions\": [",
                        "    {\"fee\":5.4,\"zone\":\"city\"},",
                        "    {\"fee\":16.0,\"zone\":null}",
                        "  ],",
                        "  \"n\": 2",
                        "}");
    }
}
