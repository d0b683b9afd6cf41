package io.merlinadapter.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The locale that a program gets, by what the launcher was started with. */
class ChildLocaleTest {

    private static ChildLocale of(Map<String, String> env, @Nullable String all, String letters) {
        Map<String, String> launched = new HashMap<>(env);
        // As the launcher leaves it.
        launched.put("LC_ALL", "C.UTF-8");
        return ChildLocale.of(launched, new ChildLocale.Launched(all, letters));
    }

    @Test
    void withoutAnyItIsUtf8() {
        for (ChildLocale locale : new ChildLocale[] {
            of(Map.of(), null, ""), of(Map.of("LANG", "", "LC_CTYPE", "", "LC_TIME", "C"), null, "")
        }) {
            assertThat(locale.changes()).containsEntry("LC_ALL", null).containsEntry("LC_CTYPE", "C.UTF-8");
            assertThat(locale.notice()).isNull();
        }
        assertThat(of(Map.of(), "", "").changes()).containsEntry("LC_ALL", "").containsEntry("LC_CTYPE", "C.UTF-8");
        assertThat(ChildLocale.of(Map.of(), null).changes()).isEqualTo(Map.of("LC_CTYPE", "C.UTF-8"));
    }

    @ParameterizedTest
    @CsvSource({"LANG, C.UTF-8", "LC_CTYPE, de_DE.UTF-8", "LANG, ja_JP.utf8"})
    void anyThatIsUtf8IsLeftAsItIs(String variable, String name) {
        ChildLocale locale = of(Map.of(variable, name), null, "UTF-8");

        assertThat(locale.changes()).hasSize(1).containsEntry("LC_ALL", null);
        assertThat(locale.notice()).isNull();
    }

    @Test
    void theOneForAllThatWasSetIsGivenBack() {
        assertThat(of(Map.of("LANG", "C"), "de_DE.UTF-8", "UTF-8").changes())
                .isEqualTo(Map.of("LC_ALL", "de_DE.UTF-8"));
    }

    @ParameterizedTest
    @CsvSource({"LANG, C", "LANG, POSIX", "LC_CTYPE, C"})
    void theOneThatIsThereWhereNobodyChoseIsRaisedToUtf8(String variable, String name) {
        ChildLocale locale = of(Map.of(variable, name), null, "");

        assertThat(locale.changes()).containsEntry("LC_ALL", null).containsEntry("LC_CTYPE", "C.UTF-8");
        assertThat(locale.notice())
                .isEqualTo(variable + " is \"" + name + "\", which has no letters beyond ASCII: the program gets"
                        + " LC_CTYPE=C.UTF-8");
        assertThat(locale.isWarning()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"C", "POSIX"})
    void theOneForAllWasChosenAndIsAWarning(String name) {
        ChildLocale locale = of(Map.of("LANG", "de_DE.UTF-8"), name, "");

        assertThat(locale.changes()).isEqualTo(Map.of("LC_ALL", name));
        assertThat(locale.notice())
                .startsWith("LC_ALL is \"" + name + "\": in this locale R, Java and others lose all");
        assertThat(locale.isWarning()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"LANG,", "LC_CTYPE,", "LC_ALL, en_US.UTF-8"})
    void oneThatIsNotInstalledIsReplaced(String variable, @Nullable String all) {
        Map<String, String> env = all == null ? Map.of(variable, "en_US.UTF-8") : Map.of();

        ChildLocale locale = of(env, all, "ANSI_X3.4-1968");

        assertThat(locale.changes()).isEqualTo(Map.of("LC_ALL", "C.UTF-8"));
        assertThat(locale.notice())
                .startsWith(variable + " is \"en_US.UTF-8\", a locale that is not installed here: the program gets"
                        + " LC_ALL=C.UTF-8");
    }

    @Test
    void oneWithOtherLettersIsAWarning() {
        ChildLocale locale = of(Map.of("LANG", "de_DE"), null, "ISO-8859-1");

        assertThat(locale.changes()).hasSize(1).containsEntry("LC_ALL", null);
        assertThat(locale.notice())
                .startsWith("LANG is \"de_DE\", whose letters are \"ISO-8859-1\"; requests and replies are UTF-8");
        assertThat(locale.isWarning()).isTrue();
    }

    @Test
    void oneOfWhichNothingIsKnownIsLeftAsItIs() {
        ChildLocale locale = of(Map.of("LANG", "en_US.UTF-8"), null, "");

        assertThat(locale.changes()).hasSize(1).containsEntry("LC_ALL", null);
        assertThat(locale.notice()).isNull();
    }
}
