package io.merlinadapter.upi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.predict.PredictException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcTextTest {
    private static final Duration MOST = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/grpc",
                "application/grpc+proto",
                "application/grpc+fiber",
                "Application/GRPC",
                "application/grpc;charset=utf-8",
                "application/grpc ; x=y"
            })
    void everySubtypeIsGrpc(String contentType) {
        assertThat(GrpcText.isGrpc(contentType)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/grpc-web", "application/grpc-web+proto", "application/json", "application/grp", ""})
    void otherTypesAreNot(String contentType) {
        assertThat(GrpcText.isGrpc(contentType)).isFalse();
    }

    @Test
    void theAnswersTypeIsTheCallersUnlessNoSubtypeIsLikeThat() {
        assertThat(GrpcText.answerTo("application/grpc+fiber;x=y")).isEqualTo("application/grpc+fiber");
        assertThat(GrpcText.answerTo("application/grpc ")).isEqualTo("application/grpc");
        for (String strange :
                new String[] {"application/grpc+\u0001", "application/grpc+a\r\nb", "application/grpc x"}) {
            assertThat(GrpcText.answerTo(strange)).isEqualTo("application/grpc");
        }
    }

    @Test
    void noTypeIsNotGrpc() {
        assertThat(GrpcText.isGrpc(null)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1n, PT0.000000001S",
        "500u, PT0.0005S",
        "99999999n, PT0.099999999S",
        "250m, PT0.25S",
        "0m, PT0S",
        "29S, PT29S",
        "31S, PT30S",
        "1M, PT30S",
        "99999999H, PT30S"
    })
    void aTimeoutIsTakenToTheNanosecondAndNeverAboveTheSetting(String header, Duration expected) {
        assertThat(GrpcText.timeout(header, MOST)).isEqualTo(expected);
    }

    @Test
    void withoutATimeoutTheSettingHolds() {
        assertThat(GrpcText.timeout(null, MOST)).isEqualTo(MOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "S", "1", "1s", "-1S", "+1S", "1.5S", "100000000n", "1 S", "1Sx", "٣S"})
    void aTimeoutThatMakesNoSenseIsNamed(String header) {
        assertThatThrownBy(() -> GrpcText.timeout(header, MOST))
                .isInstanceOf(PredictException.class)
                .hasMessage("grpc-timeout: " + header + " (expected: up to 8 digits and one of H, M, S, m, u, n)");
    }

    @Test
    void aMessageIsPercentEncodedUtf8() {
        assertThat(GrpcText.message("100 % für \"you\"\n\u007f")).isEqualTo("100 %25 f%C3%BCr \"you\"%0A%7F");
        assertThat(GrpcText.message("")).isEmpty();
        assertThat(GrpcText.message("€\uD83D\uDE00")).isEqualTo("%E2%82%AC%F0%9F%98%80");
    }

    @Test
    void aMessageThatClientsWouldRefuseIsCutBetweenCharacters() {
        assertThat(GrpcText.message("a".repeat(2048))).isEqualTo("a".repeat(2048));
        assertThat(GrpcText.message("a".repeat(2049))).isEqualTo("a".repeat(2048) + "...");
        assertThat(GrpcText.message("€".repeat(2000))).isEqualTo("%E2%82%AC".repeat(682) + "...");
    }
}
