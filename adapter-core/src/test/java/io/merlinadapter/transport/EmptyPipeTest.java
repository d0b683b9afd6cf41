package io.merlinadapter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EmptyPipeTest {
    private final EmptyPipe pipe = new EmptyPipe();

    @Test
    void nothingIsKnownBeforeTheFirstLook() {
        assertThat(pipe.isKnown()).isFalse();
    }

    @Test
    void itIsEmptyFromALookUntilTheNextWrite() {
        pipe.isSeen(pipe.look());
        assertThat(pipe.isKnown()).isTrue();
        pipe.writeBegins();
        assertThat(pipe.isKnown()).isFalse();
        pipe.writeIsOver();
        assertThat(pipe.isKnown()).isFalse();
        pipe.isSeen(pipe.look());
        assertThat(pipe.isKnown()).isTrue();
    }

    /** A stray line of the program has the pipe looked at at any time: the bytes may come right behind the look. */
    @Test
    void aLookWhileSomethingIsBeingWrittenProvesNothing() {
        pipe.writeBegins();
        pipe.isSeen(pipe.look());
        assertThat(pipe.isKnown()).isFalse();
        pipe.writeIsOver();
        assertThat(pipe.isKnown()).isFalse();
    }

    @Test
    void aLookBeforeAWriteWhoseAnswerComesBehindItProvesNothing() {
        long look = pipe.look();
        pipe.writeBegins();
        pipe.isSeen(look);
        assertThat(pipe.isKnown()).isFalse();
        pipe.writeIsOver();
        assertThat(pipe.isKnown()).isFalse();
    }
}
