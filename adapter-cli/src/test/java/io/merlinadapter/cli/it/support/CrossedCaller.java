package io.merlinadapter.cli.it.support;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.util.Random;
import java.util.Set;

/** Makes one request after another, checks each answer byte by byte, and leaves before the answer now and then. For the loop. */
public final class CrossedCaller {
    /** NO_ERROR, INTERNAL_ERROR, REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM. */
    private static final long[] RESETS = {0, 2, 7, 8, 11};

    private static final int LONGEST_STAY_MILLIS = 6;
    private static final int LONGEST_DEADLINE_MILLIS = 8;
    private static final int LARGE = 100_000;
    private static final int MOST_VALUES = 3;

    private final CrossedLoad load;
    private final HttpClient client;
    private final RequestOptions options;
    private final int number;
    private final Random dice;
    private int calls;

    public CrossedCaller(CrossedLoad load, HttpClient client, RequestOptions options, int number, long seed) {
        this.load = load;
        this.client = client;
        this.options = options;
        this.number = number;
        this.dice = new Random(seed);
    }

    /** What is asked for, and how that is answered. */
    private record Question(Buffer body, Buffer answer) {}

    /** What came of one request. */
    private static final class Outcome {
        private boolean left;
        private boolean ended;
    }

    public void call() {
        if (!load.more()) {
            return;
        }
        int kind = dice.nextInt(100);
        Outcome outcome = new Outcome();
        Question question = question();
        boolean hurried = kind >= 4 && kind < 6;
        client.request(options)
                .compose(request -> {
                    if (hurried) {
                        request.putHeader(
                                "X-Request-Timeout-Ms", Integer.toString(1 + dice.nextInt(LONGEST_DEADLINE_MILLIS)));
                    }
                    Future<HttpClientResponse> response = request.send(question.body);
                    if (kind < 4) {
                        leaveSoon(request, outcome);
                    }
                    return response.compose(
                            came -> came.body().map(answer -> check(came.statusCode(), answer, question, hurried)));
                })
                .onComplete(ended -> {
                    outcome.ended = true;
                    if (ended.succeeded()) {
                        load.tally().told(ended.result());
                    } else if (outcome.left) {
                        load.tally().left();
                    } else {
                        load.failed(ended.cause());
                    }
                    call();
                });
    }

    private void leaveSoon(HttpClientRequest request, Outcome outcome) {
        int millis = dice.nextInt(LONGEST_STAY_MILLIS);
        long code = RESETS[dice.nextInt(RESETS.length)];
        Runnable leave = () -> {
            if (!outcome.ended) {
                outcome.left = true;
                request.reset(code);
            }
        };
        if (millis == 0) {
            load.vertx().runOnContext(next -> leave.run());
        } else {
            load.vertx().setTimer(millis, id -> leave.run());
        }
    }

    private Question question() {
        String[] asked = new String[load.wording().takesSeveral() ? 1 + dice.nextInt(MOST_VALUES) : 1];
        String[] answers = new String[asked.length];
        for (int i = 0; i < asked.length; i++) {
            asked[i] = value();
            answers[i] = "{\"answer\":" + asked[i] + "}";
        }
        return new Question(
                Buffer.buffer(load.wording().question(asked)),
                Buffer.buffer(load.wording().answered(answers)));
    }

    private String value() {
        String token = "c" + number + "-" + calls++ + ".";
        int size = dice.nextInt(200) == 0 ? dice.nextInt(LARGE) : dice.nextInt(dice.nextInt(10) == 0 ? 4000 : 200);
        return "{\"token\":\"" + token + "\",\"padding\":\"" + token.repeat(size / token.length()) + "\"}";
    }

    /** The status, if the answer may be this one. */
    private int check(int status, Buffer answer, Question question, boolean hurried) {
        boolean own = answer.equals(question.answer);
        boolean late = hurried && Set.of(408, 503, 504).contains(status);
        if (status == 200 ? !own : !late) {
            throw new AssertionError(question.body + " was answered " + status + " " + answer);
        }
        return status;
    }
}
