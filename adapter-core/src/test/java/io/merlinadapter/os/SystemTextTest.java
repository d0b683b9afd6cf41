package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of the system keep their bytes, whatever these are. */
class SystemTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "61",
                "636166c3a9",
                "636166e9",
                "e9",
                "c3",
                "ff00fe",
                "e62997a5",
                "f09f9880f09f98",
                "eda080",
                "c0af",
                "610a0a",
                "e90a"
            })
    void bytesBecomeTextAndTheSameBytesAgain(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(SystemText.encode(SystemText.decode(ByteBuffer.wrap(bytes)))).isEqualTo(bytes);
    }

    @Test
    void aByteThatIsNoTextIsHalfACharacter() {
        assertThat(SystemText.decode(ByteBuffer.wrap(new byte[] {'c', (byte) 0xe9, 'x'})))
                .isEqualTo("c\udce9x");
    }

    @Test
    void whatJavaCanPassOnIsPassedOn() {
        assertThat(SystemText.startable(List.of("sh", "-c", "$x '\n"))).containsExactly("sh", "-c", "$x '\n");
    }
}
