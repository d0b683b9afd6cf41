package io.merlinadapter.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK says what a number is. */
class JsonNumbersTest {
    private static final int ROUNDS = 50_000;

    private final Random random = new Random(Long.getLong("fuzz.seed", 42));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static double parse(String text) {
        byte[] bytes = bytes("[" + text + "]");
        return JsonNumbers.parse(bytes, 1, bytes.length - 1);
    }

    private static String put(double value) {
        byte[] target = new byte[JsonNumbers.LONGEST + 2];
        return new String(target, 1, JsonNumbers.put(value, target, 1) - 1, StandardCharsets.US_ASCII);
    }

    private static void check(double value) {
        String text = put(value);
        assertThat(Double.doubleToRawLongBits(Double.parseDouble(text)))
                .as(text)
                .isEqualTo(Double.doubleToRawLongBits(value));
        assertThat(text).contains(".").hasSizeLessThanOrEqualTo(JsonNumbers.LONGEST);
        assertThat(Double.doubleToRawLongBits(parse(text))).as(text).isEqualTo(Double.doubleToRawLongBits(value));
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0,
                -0.0,
                1,
                -1,
                0.1,
                0.001,
                0.3,
                100,
                1e14,
                999999999999999.9,
                1e15,
                1e16,
                1e22,
                123456789.125,
                2e-3,
                4.9E-324,
                1.7976931348623157e308,
                2.2250738585072014E-308,
                0.30000000000000004,
                2.0E-3,
                9.5367431640625E-7
            })
    void numbersAreReadAsTheyWereWritten(double value) {
        check(value);
        check(-value);
    }

    @Test
    void numbersOfAllSizesAreReadAsTheyWereWritten() {
        for (int i = 0; i < ROUNDS; i++) {
            double any = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(any)) {
                check(any);
            }
            check(random.nextDouble() * 100);
            check(random.nextGaussian());
            check(Math.round(random.nextDouble() * 100_000) / 1000.0);
            check(Math.scalb(random.nextDouble(), random.nextInt(200) - 100));
        }
    }

    @Test
    void numbersHaveNoMoreDigitsThanTheyNeed() {
        assertThat(put(0.1)).isEqualTo("0.1");
        assertThat(put(-31.25)).isEqualTo("-31.25");
        assertThat(put(5)).isEqualTo("5.0");
        assertThat(put(0.30000000000000004)).isEqualTo("0.30000000000000004");
        assertThat(put(1234567.123456)).isEqualTo("1234567.123456");
        int longer = 0;
        for (int i = 0; i < ROUNDS; i++) {
            double value = 0.01 + random.nextDouble();
            longer += put(value).length() > Double.toString(value).length() ? 1 : 0;
        }
        assertThat(longer).isLessThan(ROUNDS / 1000);
    }

    @Test
    void digitsOfAnyNumberGiveTheNearestDouble() {
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder();
            for (int digits = 1 + random.nextInt(22); digits > 0; digits--) {
                text.append((char) ('0' + random.nextInt(10)));
            }
            while (text.length() > 1 && text.charAt(0) == '0') {
                text.deleteCharAt(0);
            }
            if (random.nextBoolean()) {
                text.append('.').append(random.nextInt(100_000));
            }
            if (random.nextBoolean()) {
                text.append(random.nextBoolean() ? "e" : "E-")
                        .append(random.nextInt(random.nextInt(10) == 0 ? 400 : 40));
            }
            assertThat(parse(text.toString())).as(text.toString()).isEqualTo(Double.parseDouble(text.toString()));
        }
    }

    /** Decimals in the middle of two doubles, where the last bit of a product decides. */
    @Test
    void middleOfTwoDoublesIsRoundedToTheEvenOne() {
        for (int i = 0; i < ROUNDS; i++) {
            double value = Math.scalb(1 + random.nextDouble(), random.nextInt(70) - 6);
            String middle = new BigDecimal(value)
                    .add(new BigDecimal(Math.ulp(value) / 2))
                    .toPlainString();
            assertThat(parse(middle)).as(middle).isEqualTo(Double.parseDouble(middle));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "1e999999999", "17976931348623159e292"})
    void numberThatNoDoubleHoldsIsInfinite(String text) {
        assertThat(parse(text)).isInfinite();
        assertThat(parse("-" + text)).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "7",
                "9223372036854775807",
                "-9223372036854775808",
                "1e18",
                "1.50e1",
                "9.223372036854775807e18",
                "0e99999"
            })
    void wholeNumbersKeepEveryBit(String text) {
        byte[] json = bytes(text);
        assertThat(JsonNumbers.isLong(json, 0, json.length)).isTrue();
        long value = JsonNumbers.parseLong(json, 0, json.length);
        assertThat(value).isEqualTo(new BigDecimal(text).longValueExact());
        byte[] target = new byte[JsonNumbers.LONGEST];
        int end = JsonNumbers.put(value, target, 0);
        assertThat(new String(target, 0, end, StandardCharsets.US_ASCII)).isEqualTo(Long.toString(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775808",
                "-9223372036854775809",
                "1.5",
                "1e19",
                "1e-1",
                "1e999999999999",
                "18446744073709551616"
            })
    void otherNumbersAreNotWhole(String text) {
        byte[] json = bytes(text);
        assertThat(JsonNumbers.isLong(json, 0, json.length)).isFalse();
    }
}
