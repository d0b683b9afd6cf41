package io.merlinadapter.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CuresTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ModuleNotFoundError: No module named 'sklearn' | install sklearn in the image",
                "TypeError: Object of type float32 is not JSON serializable | float32 is no value of JSON: write .tolist()",
                "ValueError: Found array with 0 sample(s) (shape=(0, 3)) while a minimum of 1 is required. | no table without rows",
                "Error in library(arrow) : there is no package called ‘arrow’ | install arrow in the image",
                "Error: Cannot find module 'onnxruntime-node' | npm ci",
                "bufio.Scanner: token too long | 64 KiB",
                "predict.sh: line 3: gawk: command not found | gawk is not in the image",
                "SyntaxError: Unterminated string in JSON at position 65536 | one whole line",
                "<anonymous_script>:1 | one whole line",
                "undefined:1 | one whole line",
                "SyntaxError: '(' was never closed | the program has a fault",
                "cat: /mnt/models/m.bin: No such file or directory | $CARAML_ARTIFACT_LOCATION"
            })
    void whatIsKnownHasACure(String line, String cure) {
        assertThat(Cures.of(List.of("something before", line))).contains(cure);
    }

    @Test
    void nothingIsMadeUpForTheRest() {
        assertThat(Cures.of(List.of("loading 3 of 5", "done"))).isNull();
        assertThat(Cures.of(List.of())).isNull();
    }

    @Test
    void theLineOfATracebackThatSaysWhatItWasIsFound() {
        assertThat(Cures.lastLine(List.of("Traceback (most recent call last):", "KeyError: 'km'", "")))
                .isEqualTo("KeyError: 'km'");
        assertThat(Cures.lastLine(List.of("Error: km is missing", "Execution halted")))
                .isEqualTo("Error: km is missing");
        assertThat(Cures.lastLine(
                        List.of("TypeError: x is undefined", "    at main (/app/p.js:3:1)", "", "Node.js v20.1.0")))
                .isEqualTo("TypeError: x is undefined");
        assertThat(Cures.lastLine(
                        List.of("panic: boo", "", "goroutine 1 [running]:", "main.main()", "\t/p.go:9 +0x1d")))
                .isEqualTo("panic: boo");
        assertThat(Cures.lastLine(List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/opt/venv/bin/python3.12 predict.py | for line in sys.stdin",
                "Rscript predict.R | readLines",
                "node --max-old-space-size=99 predict.js | node:readline",
                "jq -c -f f.jq | --unbuffered",
                "bash -c jqlike | stdbuf",
                "./model | flush"
            })
    void theWordsAreThoseOfTheProgramsLanguage(String command, String words) {
        assertThat(Cures.ofSilence(List.of(command.split(" ")))).contains(words);
    }

    @Test
    void aReplyOnStderrIsNamedAndARequestThatIsLoggedThereIsNone() {
        assertThat(Cures.ofReplyOnStderr(List.of("loaded", "{\"predictions\": [1]}")))
                .contains("the reply went to stderr");
        assertThat(Cures.ofReplyOnStderr(List.of("got {\"predictions\": 1} rows", "{\"instances\": [1]}")))
                .isNull();
    }

    @Test
    void whatEndsAProgramOfGoIsToldByItsPanic() {
        assertThat(Cures.ofMistakesOfCallers(List.of("./model"), List.of("panic: boo", "goroutine 1 [running]:")))
                .contains("recover()");
        assertThat(Cures.ofMistakesOfCallers(List.of("./model"), List.of("boo")))
                .doesNotContain("recover()");
    }
}
