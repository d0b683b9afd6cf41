package io.merlinadapter.http.routes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictPathTest {
    @ParameterizedTest
    @CsvSource({
        "/v1/models/a:predict, a",
        "/v1/models/a%3Apredict, a",
        "/v1/models/a%3apredict, a",
        "/v1/models/a+b:predict, a+b",
        "/v1/models/a%20b:predict, a b",
        "/v1/models/%C3%A4:predict, ä",
        "/v1/models/a:b:predict, a:b"
    })
    void theModelIsReadWithItsEscapesUndone(String path, String model) {
        assertThat(PredictPath.modelIn(path)).isEqualTo(model);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "*",
                "/",
                "/v1/models/a",
                "/v1/models/:predict",
                "/v1/models/a/b:predict",
                "/v1/models/a%2Fb:predict",
                "/v1/models/%zz:predict",
                "/v1/models/a:predict/",
                "/v1/models/a:PREDICT",
                "v1/models/a:predict"
            })
    void otherPathsHaveNone(String path) {
        assertThat(PredictPath.modelIn(path)).isNull();
    }

    @Test
    void thePathOfAModelLeadsBackToIt() {
        assertThat(PredictPath.modelIn(PredictPath.of("surge-7"))).isEqualTo("surge-7");
    }
}
