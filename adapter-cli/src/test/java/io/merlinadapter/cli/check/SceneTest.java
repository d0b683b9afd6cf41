package io.merlinadapter.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.check.Scene.Seen;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SceneTest {
    private static Seen ended(String... remarks) {
        Answer answer = new Answer(502, Buffer.buffer("{}"), 0, null);
        return new Seen(answer, null, List.of(), List.of(), "it ended with signal 15 (SIGTERM)", List.of(remarks));
    }

    @Test
    void aProgramThatTheAdapterReplacesHasNotEndedByItself() {
        assertThat(ended("it wrote an answer to its stdout that no request was waiting for; it is replaced. Either …")
                        .wasReplaced())
                .isTrue();
        assertThat(ended("that line is no reply").wasReplaced()).isFalse();
    }
}
