package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.CapturedLog.Line;
import io.merlinadapter.cli.check.Scene.Seen;
import io.merlinadapter.cli.check.Verdict.Kind;
import io.merlinadapter.cli.config.Options;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether samples are answered, and how the answers look. */
final class AnswerCheck {
    private static final String NAME = "answers";
    private static final int WORDS = 6;
    /** What libraries write for a number that there is not. */
    private static final Set<String> NOTHING = Set.of("null", "\"NA\"", "\"NaN\"", "\"nan\"");

    private static final String STRANGE_ID = "without a usable id";
    private static final int LINES = 12;
    private static final int WIDTH = 60;
    private static final int LONGEST = 2000;
    private static final int AGAIN = 3;
    private static final int SLOW_FIRST = 5;
    private static final double SLOW_MILLIS = 200;
    private static final Duration TO_RENEW = Duration.ofMinutes(1);
    private static final Duration TO_LEAVE = Duration.ofSeconds(5);

    private final Scene scene;
    private final RunningAdapter adapter;
    private @Nullable SlowAtFirst slowAtFirst;
    private double lastUsual;

    AnswerCheck(Scene scene, RunningAdapter adapter) {
        this.scene = scene;
        this.adapter = adapter;
    }

    /** A sample that was answered far quicker, in so many milliseconds, when it was asked again. */
    private record SlowAtFirst(Sample sample, double usual) {}

    /** The first sample that was answered well; null if none was. */
    @Nullable
    Sample run(List<Sample> samples) throws InterruptedException {
        Sample good = null;
        for (Sample sample : samples) {
            scene.report.progress("asking for " + sample.name(), -1);
            long mark = scene.log.mark();
            long before = Programs.use(scene.log).heldUpNanos();
            Seen seen = scene.ask(sample.body(), scene.longestPatience());
            double heldUp = heldUpSince(before);
            boolean answered = seen.answer().isGood();
            boolean isSilent = seen.kind().equals("deadline");
            if (answered) {
                answered = good(sample, seen, heldUp);
                if (good == null && answered) {
                    good = sample;
                    scene.usualMillis = lastUsual;
                }
            } else {
                bad(sample, seen);
            }
            seen.remarks().forEach(remark -> scene.findings.remark(NAME, remark));
            if (isSilent) {
                break;
            }
            long unused = scene.awaitRestart(mark);
        }
        if (good != null && slowAtFirst != null) {
            askAnotherCopy(slowAtFirst);
        }
        return good;
    }

    private double heldUpSince(long before) {
        return (Programs.use(scene.log).heldUpNanos() - before) / 1e6;
    }

    /** Whether the program took far longer for its first answer, by more than it had to wait for a processor. */
    private static boolean isSlow(Seen first, double heldUp, double usual) {
        double own = first.programMillis() - Math.max(0, heldUp);
        return own > SLOW_FIRST * usual && own > SLOW_MILLIS;
    }

    /** What happened once may have been the machine; what the first answer of another copy shows, too, is the program's. */
    private void askAnotherCopy(SlowAtFirst one) throws InterruptedException {
        scene.report.progress("the first answer was slow: asking another copy for its first", -1);
        long mark = scene.log.mark();
        if (!adapter.renew("check: is the first answer of another copy as slow?", TO_RENEW.toMillis())) {
            return;
        }
        // Whoever looks for programs that end is not to see the end of the first copy.
        Line gone = scene.log.await(mark, Scene::isDeath, TO_LEAVE.toNanos());
        long before = Programs.use(scene.log).heldUpNanos();
        Seen first = scene.ask(one.sample().body(), scene.longestPatience());
        double heldUp = heldUpSince(before);
        if (gone == null || !first.answer().isGood() || !isSlow(first, heldUp, one.usual())) {
            return;
        }
        scene.findings.add(Verdict.of(
                        Kind.WARN,
                        NAME,
                        one.sample().name(),
                        "the program took " + Scene.millis(first.programMillis())
                                + " for its first answer, as another copy of it did, too: it loads something with its"
                                + " first request")
                .advice(
                        scene.config.get(Options.WARMUP).isPresent()
                                ? "load all before the first line is read"
                                : "load it before the first line is read, or set --warmup=@request.json, so that no"
                                        + " caller waits for it"));
    }

    /** True if it goes on answering. */
    private boolean good(Sample sample, Seen first, double firstHeldUp) throws InterruptedException {
        List<Double> later = new ArrayList<>();
        long mark = scene.log.mark();
        for (int i = 0; i < AGAIN; i++) {
            Seen again = scene.ask(sample.body(), scene.longestPatience());
            if (!again.answer().isGood()) {
                scene.findings.add(Verdict.of(
                                Kind.FAIL,
                                NAME,
                                sample.name(),
                                "answered at first, but not when it was asked again: " + status(again) + ", "
                                        + again.answer().error() + ended(again))
                        .details(tail(again.words()))
                        .advice("a program answers one line after the other, until its stdin ends"));
                return false;
            }
            later.add(again.answer().millis());
        }
        later.sort(null);
        double usual = later.get(AGAIN / 2);
        lastUsual = usual;
        Answer answer = first.answer();
        scene.findings.add(Verdict.of(
                        Kind.OK,
                        NAME,
                        sample.name(),
                        "200 after " + Scene.millis(answer.millis()) + ", " + Scene.millis(usual)
                                + " when asked again; " + answer.body().length() + " bytes")
                .details(shown(answer))
                .figures(Map.of("first_ms", answer.millis(), "later_ms", usual)));
        if (isSlow(first, firstHeldUp, usual)) {
            slowAtFirst = new SlowAtFirst(sample, usual);
        }
        long deaths = scene.log.since(mark).stream().filter(Scene::isDeath).count();
        if (deaths > 0) {
            String how = scene.log.since(mark).stream()
                    .filter(Scene::isDeath)
                    .map(Scene::howItEnded)
                    .findFirst()
                    .orElse("");
            scene.findings.add(Verdict.of(
                            Kind.FAIL, NAME, sample.name(), "the program ended after it had answered: " + how)
                    .advice("go on reading lines until stdin ends: for line in sys.stdin, while read -r line, and the"
                            + " like"));
            return false;
        }
        content(sample, answer);
        return true;
    }

    /** What an answer that arrived may lack. */
    private void content(Sample sample, Answer answer) {
        Object json = answer.json();
        if (!(json instanceof JsonObject object)) {
            scene.findings.add(Verdict.of(Kind.WARN, NAME, sample.name(), "the answer is no JSON object")
                    .advice("callers of Merlin expect {\"predictions\": […]}"));
            return;
        }
        if (object.isEmpty()) {
            scene.findings.add(Verdict.of(Kind.WARN, NAME, sample.name(), "the answer is an empty object")
                    .advice("write {\"predictions\": […]}; Go writes only those members of a struct that begin with a"
                            + " capital letter: name them with `json:\"predictions\"`"));
            return;
        }
        int asked = sample.instances();
        int predictions = answer.predictions();
        if (asked >= 0 && object.containsKey("predictions") && predictions < 0) {
            scene.findings.add(Verdict.of(
                            Kind.WARN,
                            NAME,
                            sample.name(),
                            "\"predictions\" is no list, but " + kind(object.getValue("predictions")))
                    .advice("write a list with one prediction for each instance, also for one (R: keep it from"
                            + " auto_unbox with I(…))"));
        } else if (asked >= 0 && predictions >= 0 && predictions != asked) {
            scene.findings.add(Verdict.of(
                            Kind.WARN, NAME, sample.name(), predictions + " predictions for " + asked + " instances")
                    .advice("give one prediction for each instance, in their order: callers match them by place, and so"
                            + " do --batch=instances and UPI_V1"));
        } else if (asked >= 0 && misspelt(object) != null) {
            scene.findings.add(Verdict.of(
                            Kind.WARN,
                            NAME,
                            sample.name(),
                            "the answer has no \"predictions\", but \"" + misspelt(object) + '"')
                    .advice("callers look for \"predictions\", in small letters (Go: name the field with"
                            + " `json:\"predictions\"`)"));
        } else if (asked >= 0 && !object.containsKey("predictions")) {
            scene.findings.add(Verdict.of(
                            Kind.NOTE,
                            NAME,
                            sample.name(),
                            "the answer to \"instances\" has no \"predictions\", but "
                                    + String.join(", ", object.fieldNames()))
                    .advice("callers of Merlin and KServe look for {\"predictions\": […]}"));
        }
        String nothing = answer.onlyPrediction(NOTHING);
        if (nothing != null) {
            scene.findings.add(Verdict.of(Kind.WARN, NAME, sample.name(), "each prediction is " + nothing)
                    .advice("is a member misspelt that the model reads? JSON has no NaN: JSON.stringify makes null of"
                            + " it, and R's toJSON makes \"NA\" of NA (na = \"null\" for null)"));
        }
        Object error = object.getValue("error");
        if (error != null) {
            scene.findings.add(Verdict.of(
                            Kind.WARN, NAME, sample.name(), "the answer has an \"error\", and its status is 200")
                    .advice("write {\"error\": {\"code\": 422, \"message\": \"…\"}} with nothing beside it for a"
                            + " failure"));
        }
    }

    /** A name that differs from "predictions" by its letters' case alone; null if there is none. */
    private static @Nullable String misspelt(JsonObject answer) {
        return answer.fieldNames().stream()
                .filter(name -> name.equalsIgnoreCase("predictions") && !name.equals("predictions"))
                .filter(name -> !answer.containsKey("predictions"))
                .findFirst()
                .orElse(null);
    }

    private static String kind(@Nullable Object value) {
        if (value instanceof Number) {
            return "a number";
        }
        return value instanceof String ? "a text" : value == null ? "null" : "an object";
    }

    private void bad(Sample sample, Seen seen) {
        boolean ended = seen.death() != null;
        String ownFault = seen.kind().equals("model_failed") ? "the program answered with an error: " : "";
        Kind kind = sample.given() || ended || !seen.kind().equals("model_failed") ? Kind.FAIL : Kind.WARN;
        String last = Cures.lastLine(seen.words());
        List<String> known = new ArrayList<>(seen.words());
        known.add(seen.answer().error());
        String advice = Cures.of(known);
        if (seen.answer().error().contains(STRANGE_ID)) {
            advice = Cures.ofStrangeIds();
        }
        if (seen.kind().equals("deadline") && Cures.ofReplyOnStderr(seen.words()) != null) {
            advice = Cures.ofReplyOnStderr(seen.words());
        }
        if (advice == null && seen.kind().equals("deadline")) {
            advice = seen.output().isEmpty()
                    ? Cures.ofSilence(scene.config.command())
                            + "; if it only takes longer than that, raise --request-timeout"
                    : Cures.ofOtherLines(scene.config.command());
        }
        if (!sample.given()) {
            advice = (advice == null ? "" : advice + "; or ")
                    + "give a request that the program understands: --request=@sample.json";
        } else if (seen.kind().equals("model_failed")) {
            advice = "is it a request that the program understands? Then mend what its message says";
        }
        scene.findings.add(Verdict.of(
                        kind,
                        NAME,
                        sample.name(),
                        status(seen) + ": " + ownFault + seen.answer().error() + ended(seen)
                                + (last.isEmpty() ? "" : "; its last words: " + last))
                .details(seen.output().isEmpty() ? tail(seen.words()) : seen.output())
                .advice(advice));
    }

    private static String status(Seen seen) {
        return seen.answer().status() == 0
                ? "no answer"
                : seen.answer().status() + " after "
                        + Scene.millis(seen.answer().millis());
    }

    private static String ended(Seen seen) {
        if (seen.death() == null || seen.answer().error().contains("ended with")) {
            return "";
        }
        return seen.wasReplaced() ? "; the adapter replaced the program" : "; the program ended (" + seen.death() + ")";
    }

    private static List<String> tail(List<String> words) {
        return words.size() < 2 ? List.of() : words.subList(Math.max(0, words.size() - WORDS), words.size());
    }

    /** Pretty, and not too long. */
    private static List<String> shown(Answer answer) {
        if (answer.body().length() > LONGEST) {
            return List.of(answer.body().getString(0, LONGEST / 4).replaceAll("\\s+", " ") + "…");
        }
        Object json = answer.json();
        List<String> lines = json == null ? List.of(answer.body().toString().strip()) : PrettyJson.lines(json, WIDTH);
        if (lines.size() <= LINES) {
            return lines;
        }
        List<String> some = new ArrayList<>(lines.subList(0, LINES));
        some.add("… and " + (lines.size() - LINES) + " lines more");
        return some;
    }
}
