package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {

    @ParameterizedTest
    @CsvSource({
        "a, a, 0",
        "'', abc, 3",
        "abc, '', 3",
        "host, hots, 1",
        "host, hosts, 1",
        "host, port, 2",
        "settle, setel, 2"
    })
    void distanceCountsChangedLetters(String from, String to, int distance) {
        assertThat(Suggestions.distance(from, to)).isEqualTo(distance);
        assertThat(Suggestions.distance(to, from)).isEqualTo(distance);
    }

    @Test
    void theClosestWordIsSuggestedUnlessItIsFarOff() {
        List<String> words = List.of("host", "http-port", "workers");

        assertThat(Suggestions.closest("worker", words)).isEqualTo("workers");
        assertThat(Suggestions.closest("htpp-port", words)).isEqualTo("http-port");
        assertThat(Suggestions.closest("port", words)).isNull();
        assertThat(Suggestions.closest("w".repeat(1_000_000), words)).isNull();
    }
}
