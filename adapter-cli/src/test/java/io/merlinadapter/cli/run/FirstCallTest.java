package io.merlinadapter.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstCallTest {

    @Test
    void theCommandCanBeCopied() {
        assertThat(FirstCall.command("0.0.0.0", 8080, "model-1"))
                .isEqualTo("curl -s http://localhost:8080/v1/models/model-1:predict -d '{\"instances\": []}'");
    }

    @ParameterizedTest
    @CsvSource({"::, localhost", "127.0.0.1, 127.0.0.1", "::1, [::1]", "[::1], [::1]", "taxi.example, taxi.example"})
    void theHostIsTheOneThatIsBound(String host, String called) {
        assertThat(FirstCall.command(host, 1, "m")).startsWith("curl -s http://" + called + ":1/v1/models/m:predict ");
    }
}
