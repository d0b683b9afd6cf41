package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that Java can't pass on reach a program through a shell. */
class SystemTextIT {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "c\udce9",
                "\udce9'\"$(x)`\\",
                "%s\udce9%d",
                "-n\udce9\n\n",
                "\n\udcff \t\n",
                "h\u00e9\udce9\ud83d\ude00"
            })
    void whatItCannotIsWrittenByAShell(String word) throws Exception {
        List<String> command = SystemText.startable(List.of("printf", "%s|", "a b", word, ""));

        assertThat(command).hasSize(3).startsWith("/bin/sh", "-c");
        assertThat(command.get(2)).matches("\\p{ASCII}*");
        Process process = new ProcessBuilder(command).start();
        byte[] expected = SystemText.encode("a b|" + word + "||");
        assertThat(process.getInputStream().readAllBytes()).isEqualTo(expected);
        assertThat(process.waitFor()).isZero();
    }
}
