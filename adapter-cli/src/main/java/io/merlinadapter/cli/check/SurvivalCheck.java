package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.Sample.Changed;
import io.merlinadapter.cli.check.Scene.Seen;
import io.merlinadapter.cli.check.Verdict.Kind;
import io.merlinadapter.cli.config.Options;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether it goes on after what callers send by mistake, and takes what they may send. */
final class SurvivalCheck {
    private static final String NAME = "survives";
    private static final int LARGE = 200_000;
    private static final int VERY_LARGE = 4 << 20;
    private static final int WORDS = 4;
    private static final long SLOW_RESTART = 3000;
    private static final String WHOLE_LINES =
            "read whole lines, however long they are (--max-body); Go's bufio.Scanner takes 64 KiB unless Buffer says more";

    private final Scene scene;
    private long restartMillis;
    private String lastAdvice = "";

    SurvivalCheck(Scene scene) {
        this.scene = scene;
    }

    /**
     * A body and what may be expected of it.
     *
     * @param isFault whether it is the caller's fault, so that an error is the right answer
     */
    private record Odd(String what, Buffer body, boolean isFault) {}

    void run(Sample sample) throws InterruptedException {
        List<Odd> bodies = bodies(sample);
        List<String> good = new ArrayList<>();
        boolean goesOn = true;
        for (int i = 0; i < bodies.size(); i++) {
            Odd odd = bodies.get(i);
            scene.report.progress("sending " + odd.what(), (double) i / bodies.size());
            long mark = scene.log.mark();
            long busy = busyNanos();
            Seen seen = scene.ask(odd.body(), patience(odd));
            goesOn = judge(odd, seen, busyNanos() - busy, good);
            if (seen.death() != null) {
                restartMillis = scene.awaitRestart(mark);
            }
            if (!goesOn || restartMillis < 0 || restartMillis > SLOW_RESTART) {
                if (i + 1 < bodies.size()) {
                    scene.findings.add(Verdict.of(
                            Kind.NOTE,
                            NAME,
                            null,
                            "the other bodies were not tried, because "
                                    + (goesOn
                                            ? "each restart takes " + Scene.millis(restartMillis)
                                            : "it owes that answer")));
                }
                break;
            }
        }
        if (goesOn) {
            twoAtATime(sample, good);
        }
        if (!good.isEmpty()) {
            scene.findings.add(Verdict.of(Kind.OK, NAME, null, String.join("; ", good)));
        }
    }

    private List<Odd> bodies(Sample sample) {
        List<Odd> bodies = new ArrayList<>();
        bodies.add(new Odd("{}", Buffer.buffer("{}"), true));
        add(bodies, sample.withoutMember(), true, "");
        add(bodies, sample.textForNumber(), true, "");
        add(bodies, sample.nonAscii(), true, "");
        int most = scene.config.get(Options.MAX_BODY);
        add(bodies, sample.grown(Math.min(most / 2, LARGE)), false, "200 kB of ");
        int spaces = Math.min(most - sample.body().length() - 16, scene.settings.quick() ? LARGE * 5 : VERY_LARGE);
        add(bodies, sample.spaced(spaces), false, spaces / 1_000_000 + " MB of ");
        return bodies;
    }

    private static void add(List<Odd> bodies, @Nullable Changed changed, boolean isFault, String prefix) {
        if (changed != null) {
            bodies.add(new Odd(prefix + changed.what(), changed.body(), isFault));
        }
    }

    /** False if it can't be asked anything more. */
    private boolean judge(Odd odd, Seen seen, long busyNanos, List<String> good) {
        Answer answer = seen.answer();
        seen.remarks().forEach(remark -> scene.findings.remark(NAME, remark));
        if (seen.death() != null) {
            died(odd, seen);
            return true;
        }
        if (answer.isGood()) {
            good.add(odd.what() + ": 200");
            return true;
        }
        switch (seen.kind()) {
            case "model_failed" -> refused(odd, answer, good);
            case "deadline" -> silent(odd, seen, busyNanos);
            default ->
                scene.findings.add(Verdict.of(
                                odd.isFault() ? Kind.WARN : Kind.FAIL,
                                NAME,
                                odd.what(),
                                answer.status() + ": " + answer.error())
                        .details(words(seen)));
        }
        return !seen.kind().equals("deadline");
    }

    private void silent(Odd odd, Seen seen, long busyNanos) {
        String within = "no answer within " + patience(odd).toSeconds() + " s: ";
        if (!odd.isFault() && busyNanos > patience(odd).toNanos() / 2) {
            scene.findings.add(Verdict.of(Kind.WARN, NAME, odd.what(), within + "it computes all the while")
                    .advice(
                            "callers who send so much get a 504, and all others wait meanwhile: refuse it with {\"error\":"
                                    + " {\"code\": 413, \"message\": \"…\"}}, or by a smaller --max-body"));
            return;
        }
        scene.findings.add(
                Verdict.of(Kind.FAIL, NAME, odd.what(), within + seen.answer().error())
                        .advice(
                                odd.isFault()
                                        ? "answer every line, also one that you can't use: "
                                                + Cures.ofMistakesOfCallers(scene.config.command(), seen.words())
                                        : WHOLE_LINES));
    }

    /** For how long the programs have computed, or could have, if others had not had the processor. */
    private long busyNanos() {
        Programs.Use use = Programs.use(scene.log);
        return use.cpuNanos() + use.heldUpNanos();
    }

    /** What is long but right may take as long as anybody waits. */
    private Duration patience(Odd odd) {
        return odd.isFault() ? scene.patience() : scene.longestPatience();
    }

    private void refused(Odd odd, Answer answer, List<String> good) {
        if (odd.isFault() && answer.status() < 500) {
            good.add(odd.what() + ": " + answer.status());
        } else if (odd.isFault()) {
            scene.findings.add(Verdict.of(
                            Kind.NOTE,
                            NAME,
                            odd.what(),
                            answer.status() + ", which says that the fault is the program's: " + answer.error())
                    .advice("for a caller's mistake write {\"error\": {\"code\": 400, \"message\": \"…\"}}: alerts and"
                            + " --bad-streak count 5xx only"));
        } else {
            scene.findings.add(
                    Verdict.of(Kind.NOTE, NAME, odd.what(), "refused with " + answer.status() + ": " + answer.error()));
        }
    }

    private void died(Odd odd, Seen seen) {
        String last = Cures.lastLine(seen.words());
        boolean clean = seen.death() != null && seen.death().contains("exit code 0");
        String cure = Cures.of(seen.words());
        String advice = Cures.ofMistakesOfCallers(scene.config.command(), seen.words());
        if (!odd.isFault()) {
            advice = cure != null ? cure : WHOLE_LINES;
        }
        scene.findings.add(Verdict.of(
                        odd.isFault() ? Kind.WARN : Kind.FAIL,
                        NAME,
                        odd.what(),
                        seen.wasReplaced()
                                ? "the adapter replaced the program"
                                : "the program ended: " + (last.isEmpty() || clean ? seen.death() : last))
                .details(odd.isFault() ? List.of() : words(seen))
                .advice(advice.equals(lastAdvice) ? null : advice));
        lastAdvice = advice;
    }

    private static List<String> words(Seen seen) {
        List<String> words = seen.words();
        return words.size() < 2 ? List.of() : words.subList(Math.max(0, words.size() - WORDS), words.size());
    }

    private void twoAtATime(Sample sample, List<String> good) throws InterruptedException {
        scene.report.progress("asking twice at a time", 1);
        long mark = scene.log.mark();
        Future<Answer> one = scene.caller.send(scene.target(), sample.body(), scene.patience(), scene.caller.nextId());
        Future<Answer> other =
                scene.caller.send(scene.target(), sample.body(), scene.patience(), scene.caller.nextId());
        long most = scene.patience().toMillis() + 1000;
        Answer first = scene.caller.await(one, most);
        Answer second = scene.caller.await(other, most);
        if (first.isGood() && second.isGood()) {
            good.add("two at a time: 200");
            return;
        }
        Answer bad = first.isGood() ? second : first;
        scene.findings.add(Verdict.of(Kind.FAIL, NAME, "two at a time", bad.status() + ": " + bad.error())
                .details(scene.log.lastWords(mark, WORDS))
                .advice("answer each line before the next one is read"));
    }
}
