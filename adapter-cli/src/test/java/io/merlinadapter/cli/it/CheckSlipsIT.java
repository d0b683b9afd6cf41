package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.CheckRun;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people write by mistake, in six languages: {@code check} names the slip and its cure. */
@SideBySide
@Tag("all")
class CheckSlipsIT {
    private static final String SAYS = "says ";
    private static final String OPTIONS = "options ";

    /** Of check-slips.txt. */
    record Slip(String name, List<String> options, String program, List<String> says) {
        static Slip of(String block) {
            List<String> lines = block.lines().toList();
            List<String> program = new ArrayList<>();
            List<String> says = new ArrayList<>();
            List<String> options = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                if (line.startsWith(SAYS)) {
                    says.add(line.substring(SAYS.length()));
                } else if (line.startsWith(OPTIONS)) {
                    options.addAll(List.of(line.substring(OPTIONS.length()).split(" ")));
                } else {
                    program.add(line);
                }
            }
            return new Slip(lines.get(0), options, String.join("\n", program).strip() + "\n", says);
        }

        String language() {
            return name.substring(0, name.indexOf(':'));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Slip> slips() throws IOException {
        try (var file = CheckSlipsIT.class.getResourceAsStream("/check-slips.txt")) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("(?m)^== ")).skip(1).map(Slip::of);
        }
    }

    @ParameterizedTest
    @MethodSource("slips")
    void eachSlipIsNamedWithItsCure(Slip slip, @TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("request.json"), "{\"instances\": [{\"km\": 2}, {\"km\": 3.5}]}\n");
        List<String> words = new ArrayList<>(List.of("--quick", "--request-timeout=5s", "--"));
        words.addAll(command(slip, folder));

        CheckRun run = CheckRun.of(folder, Map.of(), words);

        assertThat(run.said()).as(run.output()).contains(slip.says());
    }

    private static List<String> command(Slip slip, Path folder) throws IOException {
        return switch (slip.language()) {
            case "python" -> List.of("python3", write(slip, folder, "predict.py"));
            case "r" -> List.of("Rscript", write(slip, folder, "predict.R"));
            case "node" -> List.of("node", write(slip, folder, "predict.js"));
            case "bash" -> List.of("bash", write(slip, folder, "predict.sh"));
            case "jq" -> {
                List<String> command = new ArrayList<>(List.of("jq"));
                command.addAll(slip.options());
                command.addAll(List.of("-f", write(slip, folder, "predict.jq")));
                yield command;
            }
            case "go" -> {
                Tools.run(folder, "go", "build", "-o", "predict", write(slip, folder, "predict.go"));
                yield List.of("./predict");
            }
            default -> throw new AssertionError(slip.language());
        };
    }

    private static String write(Slip slip, Path folder, String name) throws IOException {
        boolean windows = slip.options().contains("crlf");
        Files.writeString(folder.resolve(name), windows ? slip.program().replace("\n", "\r\n") : slip.program());
        return name;
    }
}
