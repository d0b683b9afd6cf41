package io.merlinadapter.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'predictions':[null,null]} | null",
                "{'predictions':['NA']} | 'NA'",
                "{'predictions':[null,1]} |",
                "{'predictions':[null,'NA']} |",
                "{'predictions':['none','none']} |",
                "{'predictions':[]} |",
                "{'predictions':null} |",
                "[null] |",
                "no JSON |"
            })
    void predictionsThatAreAllTheSameNothingAreKnown(String body, String nothing) {
        Answer answer = new Answer(200, Buffer.buffer(body.replace('\'', '"')), 0, null);

        assertThat(answer.onlyPrediction(Set.of("null", "\"NA\"")))
                .isEqualTo(nothing == null ? null : nothing.replace('\'', '"'));
    }
}
