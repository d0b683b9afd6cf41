package io.merlinadapter.cli.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a caller was told, which is a prediction or an error of the table.
 *
 * @param status the HTTP status
 * @param body the body
 */
public record Told(int status, String body) {
    /** What every child here writes to its stderr when it starts: for the log, never for a caller. */
    public static final String WHISPER = "between you and me";

    /** What a request that is in order itself may be told instead of an answer. */
    public static final List<Row> TABLE = List.of(
            new Row(Set.of(502), Set.of("worker_lost", "bad_reply")),
            new Row(Set.of(503), Set.of("overloaded", "not_ready")),
            // 408 for a body that took longer than its deadline.
            new Row(Set.of(504, 408), Set.of("deadline")));

    /** Statuses, and the kinds of failure that are told by them. */
    public record Row(Set<Integer> statuses, Set<String> kinds) {}

    private static final Pattern ERROR = Pattern.compile("\\{\"error\":\".{20,}\"}");

    public static Told of(HttpResponse<String> answer) {
        assertThat(answer.body()).doesNotContain(WHISPER);
        assertThat(answer.headers().firstValue("content-type"))
                .as(answer.body())
                .hasValue("application/json; charset=UTF-8");
        if (answer.statusCode() != 200) {
            assertThat(TABLE)
                    .as("%s %s", answer.statusCode(), answer.body())
                    .anyMatch(row -> row.statuses().contains(answer.statusCode()));
            assertThat(answer.body()).matches(ERROR);
        }
        assertThat(answer.headers().firstValue("retry-after").isPresent())
                .as("a 503, and nothing else, says when to come back: %s", answer)
                .isEqualTo(answer.statusCode() == 503);
        return new Told(answer.statusCode(), answer.body());
    }

    public boolean isAnswer() {
        return status == 200;
    }

    /** Fails unless it is the child's answer to the request with this token. */
    public void isTheAnswerTo(String token) {
        assertThat(status).as(body).isEqualTo(200);
        isOwn(token);
    }

    /** Fails if it is an answer to another request; errors are anybody's. */
    public void isOwn(String token) {
        if (isAnswer()) {
            assertThat(body)
                    .containsPattern("\"token\": ?\"" + Pattern.quote(token) + "\"")
                    .containsOnlyOnce("\"token\"");
        }
    }

    /** Fails unless it is this error, and says so. */
    public void isError(int code, String... words) {
        assertThat(status).as(body).isEqualTo(code);
        assertThat(body).contains(words);
    }

    /** The process that answered, as children that echo say. */
    public long pid() {
        assertThat(body).contains("\"pid\":");
        return Long.parseLong(body.replaceAll(".*\"pid\":(\\d+).*", "$1"));
    }
}
