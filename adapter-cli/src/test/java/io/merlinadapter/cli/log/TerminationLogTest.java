package io.merlinadapter.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TerminationLogTest {

    private static final String HEADING = "\nlast lines on stderr:\n";

    @TempDir
    Path folder;

    private Path existing(String content) throws Exception {
        return Files.writeString(folder.resolve("termination-log"), content);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void theReasonComesFirstThenTheLastLines() throws Exception {
        Path file = existing("");

        TerminationLog.write(file.toString(), "the program ended 5 times\n", List.of("Traceback", "KeyError: 'km'"));

        assertThat(file).hasContent("the program ended 5 times" + HEADING + "Traceback\nKeyError: 'km'");
    }

    @Test
    void withoutLinesThereIsNoHeading() throws Exception {
        Path file = existing("");

        TerminationLog.write(file.toString(), "why", List.of());

        assertThat(file).hasContent("why");
    }

    @Test
    void whatWasThereIsReplaced() throws Exception {
        Path file = existing("an older and longer reason");

        TerminationLog.write(file.toString(), "why", List.of());

        assertThat(file).hasContent("why");
    }

    @Test
    void aFileThatIsNotThereIsNotCreated() {
        Path file = folder.resolve("none");

        TerminationLog.write(file.toString(), "why", List.of());
        TerminationLog.write(folder.resolve("no/such/folder").toString(), "why", List.of());

        assertThat(file).doesNotExist();
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "\0", "/dev/null/x"})
    void aPlaceThatCanNotBeWrittenIsPassedOver(String file) {
        TerminationLog.write(file, "why", List.of("line"));
    }

    @Test
    void aFileThatMayNotBeWrittenStaysAsItIs() throws Exception {
        Path file = existing("before");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        boolean isRoot = Files.isWritable(file);

        TerminationLog.write(file.toString(), "why", List.of());

        assertThat(file).hasContent(isRoot ? "why" : "before");
    }

    @Test
    @Timeout(10)
    void aPipeThatNobodyReadsIsPassedOver() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        TerminationLog.write(pipe.toString(), "why", List.of());
    }

    @Test
    void aDeviceAndALinkToAFileAreWritten() throws Exception {
        Path file = existing("");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        TerminationLog.write("/dev/null", "why", List.of());
        TerminationLog.write(link.toString(), "why", List.of());

        assertThat(file).hasContent("why");
    }

    @Test
    void onlyTheLastLinesThatFitAreKept() {
        List<String> lines = IntStream.range(0, 1000).mapToObj(n -> "line " + n).toList();

        String content = TerminationLog.content("why", lines);

        assertThat(bytes(content)).isBetween(4086, TerminationLog.MOST_BYTES);
        assertThat(content).startsWith("why" + HEADING + "line 5").endsWith("\nline 998\nline 999");
        int first = Integer.parseInt(content.lines().toList().get(2).substring("line ".length()));
        assertThat(content.lines().skip(2)).containsExactlyElementsOf(lines.subList(first, 1000));
    }

    @Test
    void linesThatJustFitAreAllKept() {
        int room = TerminationLog.MOST_BYTES - bytes("why" + HEADING);
        String line = "ж".repeat(room / 4) + "x".repeat(room - 2 * (room / 4) - 2);

        assertThat(bytes(TerminationLog.content("why", List.of("y", line)))).isEqualTo(TerminationLog.MOST_BYTES);
        assertThat(TerminationLog.content("why", List.of("y", line))).endsWith(HEADING + "y\n" + line);
        assertThat(TerminationLog.content("why", List.of("yy", line))).endsWith(HEADING + line);
    }

    @ParameterizedTest
    @CsvSource({"x, 0", "é, 0", "é, 1", "€, 0", "€, 1", "€, 2", "🚕, 0", "🚕, 1", "🚕, 2", "🚕, 3"})
    void aLastLineThatIsTooLongKeepsItsBeginningInWholeCharacters(String character, int shift) {
        String line = "x".repeat(shift) + character.repeat(5000);

        String content = TerminationLog.content("why", List.of("before", line));

        assertThat(bytes(content)).isBetween(TerminationLog.MOST_BYTES - 3, TerminationLog.MOST_BYTES);
        assertThat(content)
                .startsWith("why" + HEADING + "x".repeat(shift) + character)
                .endsWith(character + "…");
    }

    @ParameterizedTest
    @CsvSource({"x, 0", "é, 1", "€, 2", "🚕, 3"})
    void aReasonThatIsTooLongKeepsItsBeginningInWholeCharacters(String character, int shift) {
        String reason = "x".repeat(shift) + character.repeat(5000);

        String content = TerminationLog.content(reason, List.of("a line"));

        assertThat(bytes(content)).isBetween(TerminationLog.MOST_BYTES - 3, TerminationLog.MOST_BYTES);
        assertThat(content).startsWith("x".repeat(shift) + character).endsWith(character + "…");
    }

    @Test
    void theReasonIsNeverCutForTheLines() {
        for (int length = TerminationLog.MOST_BYTES - 60; length <= TerminationLog.MOST_BYTES; length++) {
            String reason = "w".repeat(length);
            String content = TerminationLog.content(reason, Collections.nCopies(9, "€€€€€€"));

            assertThat(content).startsWith(reason);
            assertThat(bytes(content)).isLessThanOrEqualTo(TerminationLog.MOST_BYTES);
        }
    }
}
