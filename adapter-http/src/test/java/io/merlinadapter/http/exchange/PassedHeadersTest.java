package io.merlinadapter.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassedHeadersTest {
    private static MultiMap headers(String... namesAndValues) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    @Test
    void onlyListedNamesArePassedInLowerCase() {
        PassedHeaders passed = new PassedHeaders(List.of("X-Tenant"));
        assertThat(passed.of(headers("x-TENANT", "a", "X-Other", "b"))).isEqualTo(Map.of("x-tenant", "a"));
        assertThat(PassedHeaders.NONE.of(headers("a", "b"))).isEmpty();
    }

    @Test
    void theStarPassesAllOthersInLowerCaseAndJoinsThoseThatCameTwice() {
        PassedHeaders passed = new PassedHeaders(List.of("*"));
        assertThat(passed.of(headers("Foo", "1", "foo", "2", "Bar", "caf\u00c3\u00a9")))
                .isEqualTo(Map.of("foo", "1, 2", "bar", "café"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "Proxy-Authorization",
                "Cookie",
                "Set-Cookie",
                "X-Api-Key",
                "Api-Key",
                "Ocp-Apim-Subscription-Key",
                "X-Amz-Security-Token",
                "X-Goog-Iap-Jwt-Assertion",
                "X-Goog-Signed-Authorization",
                "X-Serverless-Authorization",
                "X-Forwarded-Client-Cert",
                "X-Auth-User",
                "X-Csrf-Token",
                "X-Client-Secret",
                "Token",
                "Connection",
                "TE",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade",
                "HTTP2-Settings",
                "Keep-Alive",
                "Proxy-Connection",
                "Content-Length",
                "Content-Encoding",
                "Host",
                "Expect",
                "grpc-timeout",
                "grpc-accept-encoding",
                ":authority",
            })
    void theStarPassesNoCredentialsAndNothingOfTheConnection(String name) {
        assertThat(new PassedHeaders(List.of("*")).of(headers(name, "v", "foo", "1")))
                .isEqualTo(Map.of("foo", "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"idempotency-key", "x-author", "user-agent", "accept", "x-forwarded-for", "x-tokenizer"})
    void theStarPassesWhatOnlyLooksLikeACredential(String name) {
        assertThat(new PassedHeaders(List.of("*")).of(headers(name, "v"))).isEqualTo(Map.of(name, "v"));
    }

    @Test
    void aCredentialThatIsNamedIsPassedBesideTheStar() {
        PassedHeaders passed = new PassedHeaders(List.of("*", "Authorization"));
        assertThat(passed.of(headers("authorization", "Bearer x", "Cookie", "y", "Foo", "1")))
                .isEqualTo(Map.of("authorization", "Bearer x", "foo", "1"));
    }

    @Test
    void theStarPassesNoMoreThanItsBoundAndNamedOnesFirst() {
        PassedHeaders passed = new PassedHeaders(List.of("*", "z-named"));
        String large = "x".repeat(PassedHeaders.MOST_BYTES - 100);
        Map<String, String> all =
                passed.of(headers("a-large", large, "b-large", large, "c-small", "1", "z-named", "2"));
        assertThat(all).containsOnlyKeys("z-named", "a-large", "c-small");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-tenant", "X_Y", "a", "*"})
    void namesAndTheStarCanBeListed(String name) {
        assertThat(PassedHeaders.canList(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x-*", "foo*", "**", "a b", "a:b", ":path", "grpc-*", "é", "a,b", "a/b"})
    void whatCanMeanNothingCanNotBeListed(String name) {
        assertThat(PassedHeaders.canList(name)).isFalse();
    }
}
