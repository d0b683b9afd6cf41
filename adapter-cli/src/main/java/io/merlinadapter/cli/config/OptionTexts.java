package io.merlinadapter.cli.config;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;

/** What each option is for; read when somebody asks for help. */
final class OptionTexts {
    private static final String FILE = "option-texts.properties";
    private static final Properties TEXTS = read();

    private OptionTexts() {}

    private static Properties read() {
        Properties texts = new Properties();
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(OptionTexts.class.getResourceAsStream(FILE), FILE), StandardCharsets.UTF_8)) {
            texts.load(reader);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return texts;
    }

    /** The text of the option with this key; each has one. */
    static String of(String key) {
        return Objects.requireNonNull(TEXTS.getProperty(key), key);
    }

    static Properties texts() {
        return TEXTS;
    }
}
