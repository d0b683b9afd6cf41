package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.protocol.Flaw;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What follows when a child writes a line that was meant to be a reply and is none, in a format in which order is the only
 * link between requests and replies. Its caller hears soon what is wrong. But a line that looks like that may also have been
 * printed for debugging, with the true answer to come; so two things must hold whatever such a line was:
 *
 * <p><b>No answer goes to another caller.</b> A request whose caller was told of a flaw stays in its place, as one whose
 * caller has left does, and a true answer that comes is dropped for it. If none comes for a moment, then
 *
 * <ul>
 *   <li>a child that has never answered gets its next request, <i>on probation</i>: the flawed line counts as the answer,
 *       but as it may have been none, nothing that the child writes while it owes an answer can be told to be for this
 *       request or the one before. So no caller gets it: the first true answer ends this worker, and its request fails. While
 *       only flawed lines come, which is what a program that always has this flaw writes, each of its callers hears of it
 *       soon. A true answer that comes while nothing else is owed is the one that was missing, and settles that.
 *   <li>a child that has answered before is replaced: it may be trusted again only from the start.
 *   <li>a child that may have several requests at a time gets no further one until it is clear what the line was. One that
 *       has several is replaced at once, because the next true answer may be for the flawed request or for the one behind
 *       it. Its successors get one request at a time, until one shows what such lines are.
 * </ul>
 *
 * <p><b>A program that works goes on working.</b> A true answer behind a flawed line shows that such lines are the program's
 * own output ({@link Habits}): from then on, in all lives, they fail no request. That answer may come within the moment
 * before the caller is told, or later. A line that may well be a log's fails a request only with a program that has never
 * answered, and later than one that hardly can be. While the child computes, it is waited for. The adapter's own request, the
 * warm-up, waits as long as a caller's could: it is there for what the program does first, which takes long.
 *
 * <p>Event loop only.
 */
final class FlawedReplies {
    /** Longer than a program takes between two lines of one print, as with the order check. */
    static final Duration SOON = Duration.ofMillis(100);
    /** For what may be a line of a log, or a line that is written in pieces. */
    static final Duration LATER = Duration.ofSeconds(1);
    /** How long a child that has answered before is left alone, to give the answer after all. */
    static final Duration REST = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final Habits habits;
    private final Duration longest;
    private final Owner owner;

    /** Of the request that is owed: the kinds of flawed lines that came in place of its answer. */
    private final Set<String> kinds = new HashSet<>();
    /** The same of requests for which such a line counts as the answer. */
    private final Set<String> countedKinds = new HashSet<>();

    private @Nullable InFlight suspect;
    private @Nullable Flaw flaw;
    private EventLoop.@Nullable Timer next;
    private boolean answered;
    private boolean told;
    /** Requests for which a flawed line counts as the answer, although a true one may come. */
    private int counted;

    /** Does what is decided here. */
    interface Owner {
        /** True if the child works on something, as far as can be seen. */
        boolean isWorking();

        /** The caller is told, if it still waits; the request keeps its place. */
        void tell(InFlight request, String complaint);

        /** The request has had its answer; its place is free. */
        void free(InFlight request);

        /** Replies can't be told apart any more: the worker must end. */
        void mixedUp(String why);
    }

    /** @param longest how long a caller may wait for an answer */
    FlawedReplies(EventLoop loop, Habits habits, Duration longest, Owner owner) {
        this.loop = loop;
        this.habits = habits;
        this.longest = longest;
        this.owner = owner;
    }

    /** True if a child that has {@code load} requests may be given one more, and it will still be clear whose each reply is. */
    boolean allowMore(int load) {
        return suspect == null && (load == 0 || counted == 0);
    }

    /**
     * The child wrote a flawed line.
     *
     * @param oldest the request that it owes an answer first, and that it may have read
     * @param read how many requests it may have read and owes an answer
     */
    void wrote(Flaw written, InFlight oldest, int read) {
        if (habits.isSurelyOutput(written.kind())) {
            return;
        }
        if (read > 1) {
            habits.getOneAtATime();
            owner.tell(oldest, written.complaint());
            owner.mixedUp("it wrote a line that is no reply while it had " + read
                    + " requests, so that later replies could go to the wrong ones");
            return;
        }
        if (suspect != oldest) {
            clear();
            suspect = oldest;
        }
        kinds.add(written.kind());
        boolean maybeLog = written.sign() == Flaw.Sign.REPLY_OR_LOG;
        if (habits.isOutput(written.kind()) || (maybeLog && habits.answers())) {
            return;
        }
        Flaw before = flaw;
        if (before == null || (!told && before.sign() == Flaw.Sign.REPLY_OR_LOG && !maybeLog)) {
            flaw = written;
            stopTimer();
            next = loop.after(moment(oldest, written), this::judge);
        }
    }

    private Duration moment(InFlight request, Flaw written) {
        Duration moment = written.sign() == Flaw.Sign.REPLY ? SOON : LATER;
        return request.request.isCallers() || longest.compareTo(moment) < 0 ? moment : longest;
    }

    private void judge() {
        InFlight request = suspect;
        Flaw why = flaw;
        if (request == null || why == null) {
            return;
        }
        if (owner.isWorking()) {
            next = loop.after(moment(request, why), this::judge);
            return;
        }
        told = true;
        if (answered) {
            next = loop.after(
                    REST, () -> owner.mixedUp("it wrote a line that is no reply, and nothing else: " + why.why()));
        } else {
            next = loop.after(SOON, () -> count(request));
        }
        owner.tell(request, why.complaint());
    }

    private void count(InFlight request) {
        counted++;
        countedKinds.addAll(kinds);
        clear();
        owner.free(request);
    }

    /**
     * The child gave an answer, which is no flawed line, while {@code asked} was the first that was owed.
     *
     * @return false if it may be another's, and must go to nobody
     */
    boolean isFor(InFlight asked) {
        if (counted > 0) {
            habits.mayWrite(countedKinds);
            owner.tell(
                    asked,
                    "the program's reply can't be used: it may be for the request before, which was answered by a line that"
                            + " is no reply (see the adapter's log)");
            owner.mixedUp(
                    "it wrote a line that is no reply, and then one that may be for that request or for the next");
            return false;
        }
        if (suspect == asked) {
            habits.writes(kinds);
        }
        clear();
        answered = true;
        habits.answered();
        return true;
    }

    /**
     * The child gave an answer while nothing was owed.
     *
     * @return true if it was missing, and harms nobody
     */
    boolean wasMissing() {
        if (counted == 0) {
            return false;
        }
        if (counted == 1 && countedKinds.size() == 1) {
            habits.writes(countedKinds);
        } else {
            habits.mayWrite(countedKinds);
        }
        counted--;
        return true;
    }

    private void clear() {
        stopTimer();
        suspect = null;
        flaw = null;
        told = false;
        kinds.clear();
    }

    private void stopTimer() {
        if (next != null) {
            next.stop();
            next = null;
        }
    }

    /** The worker is gone. */
    void stop() {
        clear();
    }
}
