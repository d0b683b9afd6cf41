package io.merlinadapter.metrics.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayUrlTest {

    @ParameterizedTest
    @CsvSource({
        "localhost:9091, http://localhost:9091",
        "localhost, http://localhost",
        "http://gw:1, http://gw:1",
        "HTTPS://push.example:65535/, https://push.example:65535",
        "my_gateway:9091/a/b//, http://my_gateway:9091/a/b",
        "[::1]:9091/%C3%A4, http://[::1]:9091/%C3%A4",
        "' 10.0.0.1:80 ', http://10.0.0.1:80",
    })
    void anAddressIsReadWithAndWithoutSchemePortAndPath(String text, String address) {
        GatewayUrl url = GatewayUrl.parse(text);

        assertThat(url.address()).isEqualTo(address);
        assertThat(url.authorization()).isNull();
        assertThat(url).hasToString(address);
    }

    @ParameterizedTest
    @CsvSource({
        "http://user:password@gw:1/p, user:password, http://***@gw:1/p",
        "user:p@ss:word@gw, user:p@ss:word, http://***@gw",
        "us%40er:a+b%2F%25ä@gw, us@er:a+b/%ä, http://***@gw",
        "token@gw, token:, http://***@gw",
    })
    void aLoginIsSentAsBasicAndNeverShown(String text, String login, String shown) {
        GatewayUrl url = GatewayUrl.parse(text);

        assertThat(url.authorization())
                .isEqualTo("Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
        assertThat(url.address()).doesNotContain("@");
        assertThat(url).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://",
                "ftp://secret@gw",
                "gw:0",
                "gw:65536",
                "gw:secret",
                "secret:secret@",
                "user:sec/ret@gw",
                "gw/?secret",
                "gw/#secret",
                "gw/%2",
                "u:%zzsecret@gw",
                "a secret",
                "http://gw/se cret"
            })
    void whatIsNoAddressIsRefusedWithoutBeingRepeated(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GatewayUrl.parse(text))
                .satisfies(refused ->
                        assertThat(String.valueOf(refused.getMessage())).doesNotContain("secret"));
    }

    @Test
    void theGroupingKeyIsAPathInItsOrder() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("job", "j");
        labels.put("b", "2");
        labels.put("a", "1.0");

        assertThat(GatewayUrl.parse("gw:1/p").group(labels)).hasToString("http://gw:1/p/metrics/job/j/b/2/a/1.0");
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
        URI group = GatewayUrl.parse("gw").group(Map.of("job", value));

        assertThat(group.getRawPath()).isEqualTo("/metrics" + step);
        assertThat(group.normalize()).isEqualTo(group);
    }
}
