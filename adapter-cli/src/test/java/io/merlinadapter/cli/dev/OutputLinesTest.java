package io.merlinadapter.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The lines for the page: the last ones, numbered, and never more than so many. */
class OutputLinesTest {
    private final OutputLines output = new OutputLines();

    @Test
    void aReaderGetsWhatItHasNotSeen() {
        assertThat(output.after(0)).isEqualTo(new OutputLines.Part(1, java.util.List.of()));
        output.add("a");
        output.add("b");
        assertThat(output.after(0)).isEqualTo(new OutputLines.Part(1, java.util.List.of("a", "b")));
        assertThat(output.after(1)).isEqualTo(new OutputLines.Part(2, java.util.List.of("b")));
        assertThat(output.after(2)).isEqualTo(new OutputLines.Part(3, java.util.List.of()));
        assertThat(output.after(99)).isEqualTo(new OutputLines.Part(3, java.util.List.of()));
    }

    @Test
    void onlyTheLastLinesAreHeld() {
        for (int i = 1; i <= OutputLines.MOST_LINES + 10; i++) {
            output.add("line " + i);
        }
        OutputLines.Part part = output.after(0);
        assertThat(part.first()).isEqualTo(11);
        assertThat(part.lines()).hasSize(OutputLines.MOST_LINES).startsWith("line 11");
    }

    @Test
    void longLinesTakeNoMoreMemoryThanShortOnes() {
        String line = "x".repeat(OutputLines.LONGEST);
        for (int i = 0; i < 100; i++) {
            output.add(line);
            output.add(line + "x");
        }
        assertThat(output.after(0).lines()).hasSize(OutputLines.MOST_CHARS / OutputLines.LONGEST);
    }

    @Test
    void whatBecameOfWorkersIsStillKnownWhenItsLineIsGone() {
        String ready = "{\"type\":\"adapter\",\"message\":\"worker 0: READY, it answered\"}";
        output.add(ready);
        assertThat(output.eventsBefore(output.after(0).first())).isEmpty();
        for (int i = 1; i <= OutputLines.MOST_LINES; i++) {
            output.add("{\"type\":\"child\",\"message\":\"line\"}");
        }
        assertThat(output.eventsBefore(output.after(0).first())).containsExactly(ready);
    }
}
