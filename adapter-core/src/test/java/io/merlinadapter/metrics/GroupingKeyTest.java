package io.merlinadapter.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupingKeyTest {

    @Test
    void labelsFollowEachOtherInThePath() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("job", "j");
        labels.put("b", "2");
        labels.put("a", "1.0");

        assertThat(GroupingKey.path(labels)).isEqualTo("/metrics/job/j/b/2/a/1.0");
    }

    /** The last five can't be steps of a path as they are. */
    @ParameterizedTest
    @CsvSource({
        "a b+c, /job/a%20b%2Bc",
        "ä?#%, /job/%C3%A4%3F%23%25",
        "a/b, /job@base64/YS9i",
        "/??>, /job@base64/Lz8_Pg==",
        "'', /job@base64/=",
        "., /job@base64/Lg==",
        ".., /job@base64/Li4=",
    })
    void aValueIsWrittenSoThatItStaysOneStepOfThePath(String value, String step) {
        String path = GroupingKey.path(Map.of("job", value));

        assertThat(path).isEqualTo("/metrics" + step);
        assertThat(URI.create("http://gw" + path).normalize().getRawPath()).isEqualTo(path);
    }
}
