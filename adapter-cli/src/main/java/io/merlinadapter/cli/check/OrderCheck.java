package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.Verdict.Kind;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.config.ProgramFormat;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether many callers at a time each get the own answer. */
final class OrderCheck {
    private static final String NAME = "order";
    private static final int REQUESTS = 1000;
    private static final int FEWER = 200;
    private static final Duration AT_MOST = Duration.ofSeconds(4);
    private static final Duration TO_PREPARE = Duration.ofSeconds(2);

    private final Scene scene;
    private final RunningAdapter adapter;
    private final List<Buffer> questions = new ArrayList<>();
    /** Those of each question: workers may answer in their own words. */
    private final List<Set<Buffer>> answers = new ArrayList<>();
    /** False where the same question has another answer each time. */
    private boolean stable = true;

    private double mostInFlight;

    OrderCheck(Scene scene, RunningAdapter adapter) {
        this.scene = scene;
        this.adapter = adapter;
    }

    void run(Sample sample) throws InterruptedException {
        boolean rpc = scene.config.get(Options.FORMAT) == ProgramFormat.JSONRPC;
        prepare(sample);
        long mark = scene.log.mark();
        if (!questions.isEmpty()) {
            scene.logging.access(false);
            int callers = scene.callers(Math.max(rpc ? 32 : 16, 4 * scene.workers()), adapter.capacity());
            Load load = new Load(
                    scene,
                    callers + " callers",
                    number -> questions.get(number % questions.size()),
                    this::isOwn,
                    scene.settings.quick() ? FEWER : REQUESTS,
                    AT_MOST);
            Load.Result result = load.run(callers, this::look);
            scene.logging.access(true);
            say(result, callers);
        }
        if (rpc) {
            new RpcCheck(scene, adapter, (long) mostInFlight)
                    .run(sample, questions.isEmpty() ? List.of(sample.body()) : questions, this::isOwn);
        }
        scene.remarks(mark).forEach(remark -> scene.findings.remark(NAME, remark));
    }

    private void look() throws InterruptedException {
        mostInFlight = Math.max(mostInFlight, scene.metric("adapter_in_flight"));
    }

    /** Asks each question when nobody asks another. */
    private void prepare(Sample sample) throws InterruptedException {
        scene.report.progress("asking one by one what is then asked all at once", -1);
        long begun = scene.clock.getAsLong();
        for (Buffer question : sample.variants()) {
            if (scene.clock.getAsLong() - begun > TO_PREPARE.toNanos() && !questions.isEmpty()) {
                break;
            }
            long mark = scene.log.mark();
            Set<Buffer> first = ask(question);
            if (first.isEmpty()) {
                long unused = scene.awaitRestart(mark);
            } else {
                Set<Buffer> again = ask(question);
                stable &= first.containsAll(again);
                first.addAll(again);
                questions.add(question);
                answers.add(first);
            }
        }
    }

    /** What all workers answer; nothing if one of them gave no good answer. */
    private Set<Buffer> ask(Buffer question) throws InterruptedException {
        List<Future<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < Math.min(Caller.MOST_CONNECTIONS, 2 * scene.workers()); i++) {
            asked.add(scene.caller.send(scene.target(), question, scene.patience(), scene.caller.nextId()));
        }
        Set<Buffer> bodies = new HashSet<>();
        boolean good = true;
        for (Future<Answer> each : asked) {
            Answer answer = scene.caller.await(each, scene.patience().toMillis() + 1000);
            good &= answer.isGood();
            bodies.add(answer.body());
        }
        return good ? bodies : new HashSet<>();
    }

    private boolean isOwn(int number, Answer answer) {
        if (answers.isEmpty()) {
            return true;
        }
        Set<Buffer> expected = answers.get(number % answers.size());
        if (stable) {
            return expected.contains(answer.body());
        }
        return expected.stream().anyMatch(one -> answer.predictions() == new Answer(200, one, 0, null).predictions());
    }

    private void say(Load.Result result, int callers) {
        Set<Set<Buffer>> different = new HashSet<>(answers);
        int wanted = scene.settings.quick() ? FEWER : REQUESTS;
        String limit =
                result.answered() + result.failed() < wanted ? " (of " + wanted + "; there was no time for more)" : "";
        String how = result.answered() + " answers" + limit + " to " + callers + " callers over " + scene.workers()
                + (scene.workers() == 1 ? " worker" : " workers");
        Map<String, Object> figures = Map.of(
                "answers", result.answered(), "wrong", result.wrong(), "failed", result.failed(), "callers", callers);
        if (result.failed() > 0 && result.firstBad() != null) {
            Answer bad = result.firstBad();
            scene.findings.add(Verdict.of(
                            Kind.FAIL,
                            NAME,
                            null,
                            result.failed() + " of " + (result.answered() + result.failed())
                                    + " requests of many callers failed, such as " + bad.status() + ": " + bad.error())
                    .figures(figures));
        } else if (result.wrong() > 0) {
            scene.findings.add(Verdict.of(
                            Kind.FAIL,
                            NAME,
                            null,
                            result.wrong() + " of " + result.answered()
                                    + " answers were not what the same request is answered when nobody else asks")
                    .advice("answer each line with one line, in the order of the lines; keep nothing of one request for"
                            + " the next")
                    .figures(figures));
        } else if (questions.size() > 1 && different.size() == 1) {
            scene.findings.add(Verdict.of(
                            Kind.WARN,
                            NAME,
                            null,
                            "all of " + how + " are equal, although " + questions.size()
                                    + " different requests were sent; so nobody can see whether each caller got the own")
                    .advice("is the request used at all? Check that the model reads its members")
                    .figures(figures));
        } else if (!stable) {
            scene.findings.add(Verdict.of(
                            Kind.NOTE,
                            NAME,
                            null,
                            how
                                    + "; the same request has another answer each time, so only the number of predictions was"
                                    + " compared")
                    .figures(figures));
        } else if (questions.size() == 1) {
            scene.findings.add(Verdict.of(
                            Kind.OK,
                            NAME,
                            null,
                            how
                                    + ", all as they should be; of one request only, as it takes no other that could be made of"
                                    + " the sample")
                    .figures(figures));
        } else {
            scene.findings.add(
                    Verdict.of(Kind.OK, NAME, null, how + ", each its own; " + different.size() + " different ones")
                            .figures(figures));
        }
    }
}
