package io.merlinadapter.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
    private static final String VALID = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @ParameterizedTest
    @ValueSource(
            strings = {
                VALID,
                "00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-ff",
                "00-00000000000000000000000000000001-1000000000000000-00"
            })
    void whatTheStandardAllowsIsValid(String text) {
        assertThat(TraceParent.isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01",
                "00-0af7651916cd43dd8448eb211c80319c0b7ad6b716920333-101",
                "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\n-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0\u0661",
                " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            })
    void anythingElseIsNot(String text) {
        assertThat(TraceParent.isValid(text)).isFalse();
    }

    @Test
    void noCharacterOfItCanBeAnother() {
        for (int i = 0; i < VALID.length(); i++) {
            for (char other : "g/:`@G \"\n".toCharArray()) {
                String text = VALID.substring(0, i) + other + VALID.substring(i + 1);
                assertThat(TraceParent.isValid(text)).as(text).isFalse();
            }
        }
    }
}
