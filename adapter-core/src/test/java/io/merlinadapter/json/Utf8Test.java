package io.merlinadapter.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
    @Test
    void wellFormedTextHasNoFault() {
        byte[] text = "plain, caf\u00e9, \u20ac, \ud83d\ude80 and plain again".getBytes(StandardCharsets.UTF_8);
        assertThat(Utf8.firstFault(text, 0, text.length)).isEqualTo(-1);
    }

    @Test
    void theFirstBadByteIsFound() {
        byte[] text = "0123456789\u00e9".getBytes(StandardCharsets.UTF_8);
        text[11] = 'x';
        assertThat(Utf8.firstFault(text, 0, text.length)).isEqualTo(10);
        assertThat(Utf8.firstFault(text, 0, 10)).isEqualTo(-1);
    }

    @Test
    void itAgreesWithTheJdkOnRandomBytes() throws Exception {
        Random random = new Random(7);
        int[] leads = {
            0x41, 0x80, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0xa0, 0x9f, 0x90, 0x8f
        };
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[random.nextInt(13)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextBoolean() ? leads[random.nextInt(leads.length)] : random.nextInt(256));
            }
            assertThat(Utf8.firstFault(bytes, 0, bytes.length) < 0).isEqualTo(jdkAgrees(bytes));
        }
    }

    private static boolean jdkAgrees(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
