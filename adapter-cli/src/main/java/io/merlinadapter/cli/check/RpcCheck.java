package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.CapturedLog.Line;
import io.merlinadapter.cli.check.Verdict.Kind;
import io.merlinadapter.worker.Ability;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** What JSON-RPC promises beside answers: several requests at a time, batches, and calls that nobody waits for any more. */
final class RpcCheck {
    private static final String NAME = "jsonrpc";
    private static final long TO_LEAVE_MILLIS = 2000;
    private static final int BURSTS = 3;
    private static final int LEAVING = 10;
    private static final int ROUNDS = 10;
    private static final int WORDS = 4;
    /** Milliseconds; what takes so long can be seen to be cut short. */
    private static final double LONG = 300;
    /** What takes more of its usual time than this, though its caller left before the part below, was not stopped. */
    private static final double MOST = 0.8;

    private static final double EARLY = 0.4;

    private final Scene scene;
    private final RunningAdapter adapter;
    private final long mostInFlight;

    RpcCheck(Scene scene, RunningAdapter adapter, long mostInFlight) {
        this.scene = scene;
        this.adapter = adapter;
        this.mostInFlight = mostInFlight;
    }

    /**
     * Tries what it says that it can do.
     *
     * @param questions different requests
     * @param right whether it is the answer to the question with this number
     */
    void run(Sample sample, List<Buffer> questions, BiPredicate<Integer, Answer> right) throws InterruptedException {
        Ability ability = adapter.ability();
        if (ability == null) {
            return;
        }
        scene.findings.add(Verdict.of(
                        Kind.OK,
                        NAME,
                        null,
                        "it takes " + ability.lines() + (ability.lines() == 1 ? " line" : " lines")
                                + " at a time; seen with up to "
                                + mostInFlight + " requests; "
                                + (ability.most() == 1
                                        ? "takes no batches; "
                                        : "batches of up to " + ability.most() + "; ")
                                + (ability.cancels()
                                        ? "is told of callers who leave"
                                        : "is not told of callers who leave"))
                .figures(Map.of("in_flight", mostInFlight, "batch", ability.most())));
        if (ability.most() > 1) {
            batches(ability, questions, right);
        }
        callersLeave(sample, ability);
    }

    private void batches(Ability ability, List<Buffer> questions, BiPredicate<Integer, Answer> right)
            throws InterruptedException {
        int together = Math.min(Caller.MOST_CONNECTIONS, scene.workers() * ability.lines() + 2 * ability.most());
        double lines = 0;
        double requests = 0;
        int wrong = 0;
        List<Answer> bad = new ArrayList<>();
        // The first to come go alone, and the others together, once there is room for them.
        for (int burst = 0; burst < BURSTS && requests <= lines; burst++) {
            scene.report.progress("sending " + together + " requests at once, for a batch", -1);
            double before = scene.metric("adapter_batch_size_count");
            double sumBefore = scene.metric("adapter_batch_size_sum");
            List<Future<Answer>> asked = new ArrayList<>();
            for (int i = 0; i < together; i++) {
                asked.add(scene.caller.send(
                        scene.target(), questions.get(i % questions.size()), scene.patience(), scene.caller.nextId()));
            }
            for (int i = 0; i < together; i++) {
                Answer answer =
                        scene.caller.await(asked.get(i), scene.patience().toMillis() + TO_LEAVE_MILLIS);
                if (!answer.isGood()) {
                    bad.add(answer);
                } else if (!right.test(i, answer)) {
                    wrong++;
                }
            }
            lines = scene.metric("adapter_batch_size_count") - before;
            requests = scene.metric("adapter_batch_size_sum") - sumBefore;
        }
        say(together, (long) requests, (long) lines, wrong, bad);
    }

    private void say(int together, long requests, long lines, int wrong, List<Answer> bad) {
        String sent = requests + " requests on " + lines + " lines";
        String advice = "answer a batch with an array that has one answer for each of its requests, each with the id of"
                + " its own request: docs/protocol.md, Batches";
        if (!bad.isEmpty()) {
            scene.findings.add(Verdict.of(
                            Kind.FAIL,
                            NAME,
                            "a batch",
                            bad.size() + " of " + together + " requests sent at once failed, such as "
                                    + bad.get(0).status() + ": " + bad.get(0).error())
                    .advice(advice));
        } else if (wrong > 0) {
            scene.findings.add(Verdict.of(
                            Kind.FAIL,
                            NAME,
                            "a batch",
                            wrong + " of " + together + " requests sent at once got another's answer")
                    .advice(advice));
        } else if (requests <= lines) {
            scene.findings.add(Verdict.of(
                    Kind.NOTE, NAME, "a batch", "none came together, as it answers before the next request is there"));
        } else {
            scene.findings.add(Verdict.of(Kind.OK, NAME, "a batch", sent + ", each answered as when it is alone"));
        }
    }

    private void callersLeave(Sample sample, Ability ability) throws InterruptedException {
        scene.report.progress("callers leave", -1);
        double usual = usual(sample);
        long mark = scene.log.mark();
        double left = scene.metric("adapter_cancelled_total");
        double late = scene.metric("adapter_late_replies_total");
        boolean isLong = usual >= LONG;
        List<Double> worked = new ArrayList<>();
        double seenLate = 0;
        for (int round = 0; round < ROUNDS && seenLate < (isLong ? 2 : 1); round++) {
            long begun = scene.clock.getAsLong();
            leave(sample, isLong ? 1 : Math.min(LEAVING, scene.workers() * ability.lines() * ability.most()), usual);
            double leftAt = (scene.clock.getAsLong() - begun) / 1e6;
            double took = untilIdle(begun, usual);
            if (took < 0 || death(mark) != null) {
                break;
            }
            if (leftAt < EARLY * usual) {
                worked.add(took);
            }
            seenLate = scene.metric("adapter_late_replies_total") - late;
        }
        Answer after = scene.caller.ask(scene.target(), sample.body(), scene.patience(), scene.caller.nextId());
        Line death = death(mark);
        double owed = scene.metric("adapter_in_flight");
        left = scene.metric("adapter_cancelled_total") - left;
        String what = ability.cancels() ? "cancel" : "callers leave";
        if (death != null) {
            scene.findings.add(Verdict.of(Kind.FAIL, NAME, what, "the program ended: " + Scene.howItEnded(death))
                    .details(scene.log.lastWords(mark, WORDS))
                    .advice(
                            "a cancel is a notification, without an id: ignore one for a request that you no longer have,"
                                    + " and answer it nothing but the request itself, once"));
            long unused = scene.awaitRestart(mark);
        } else if (owed > 0 || !after.isGood()) {
            scene.findings.add(Verdict.of(
                            Kind.FAIL,
                            NAME,
                            what,
                            owed > 0
                                    ? (long) owed
                                            + " of the requests whose callers have left were never answered, so that"
                                            + " their places stay taken"
                                    : "it answers no more: " + after.status() + ": " + after.error())
                    .advice("answer each request once, also one that was cancelled"));
        } else if (ability.cancels()
                && isLong
                && !worked.isEmpty()
                && worked.stream().allMatch(took -> took > MOST * usual)) {
            scene.findings.add(
                    Verdict.of(
                                    Kind.WARN,
                                    NAME,
                                    what,
                                    "it did not stop what it was told to cancel, but worked on for "
                                            + Scene.millis(worked.get(0)) + "; an answer takes " + Scene.millis(usual))
                            .advice(
                                    "look for a cancel while you work, also between two steps of it, or do not offer \"cancel\""));
        } else if (seenLate == 0) {
            scene.findings.add(Verdict.of(
                    Kind.NOTE,
                    NAME,
                    what,
                    "it answers before a caller can leave; it goes on"
                            + (left > 0 ? ", " + (long) left + " have left" : "")));
        } else {
            scene.findings.add(Verdict.of(
                    Kind.OK,
                    NAME,
                    what,
                    (long) left + (left == 1 ? " caller" : " callers")
                            + " left while it worked for them; it has answered what it had, and goes on"));
        }
    }

    private double usual(Sample sample) throws InterruptedException {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < 2; i++) {
            Answer answer = scene.caller.ask(scene.target(), sample.body(), scene.patience(), scene.caller.nextId());
            least = Math.min(least, answer.millis());
        }
        return least;
    }

    /** Calls, and leaves when the program has begun, as far as can be seen. */
    private void leave(Sample sample, int callers, double usual) throws InterruptedException {
        List<Future<HttpClientRequest>> calls = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            calls.add(scene.caller.call(scene.target(), sample.body()));
        }
        long begun = scene.clock.getAsLong();
        while (usual >= LONG
                && scene.metric("adapter_in_flight") == 0
                && scene.clock.getAsLong() - begun < TimeUnit.MILLISECONDS.toNanos((long) usual)) {
            pause(5);
        }
        for (Future<HttpClientRequest> call : calls) {
            Answer unused = scene.caller.await(scene.caller.leave(call), TO_LEAVE_MILLIS);
        }
    }

    /** How many milliseconds after {@code begun} nothing is worked on any more; below 0 if there is no end to it. */
    private double untilIdle(long begun, double usual) throws InterruptedException {
        double most = scene.patience().toMillis() + 2 * usual;
        while (scene.metric("adapter_in_flight") > 0) {
            if ((scene.clock.getAsLong() - begun) / 1e6 > most) {
                return -1;
            }
            pause(10);
        }
        return (scene.clock.getAsLong() - begun) / 1e6;
    }

    private @Nullable Line death(long mark) {
        return scene.log.since(mark).stream().filter(Scene::isDeath).findFirst().orElse(null);
    }

    private void pause(long millis) throws InterruptedException {
        Line unused = scene.log.await(Long.MAX_VALUE, line -> true, TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
