package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.protocol.Capabilities;
import io.merlinadapter.protocol.Flaw;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.protocol.Message;
import io.merlinadapter.transport.Channel;
import io.merlinadapter.transport.Line;
import io.merlinadapter.transport.ReplyReader;
import io.merlinadapter.worker.InFlight.RequestLine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one child is asked and answers, from the opening of its channel to its end: the requests in flight, which reply is
 * for which of them (by its id, or by order in a format without ids), how long each is waited for, and what becomes of them
 * when the child is gone. Each request ends exactly once. Event loop only.
 */
final class Pipeline {
    private static final String BATCH_LOST =
            ", one of a batch of %d; --retry-on-worker-loss repeats each of them alone";

    private final int worker;
    private final WorkerSettings settings;
    private final WorkerSettings.PatienceSettings patience;
    private final EventLoop loop;
    private final Format format;
    private final AdapterMetrics metrics;
    private final ReplyReader replies;
    private final Owner owner;
    private final OwedRequests inFlight = new OwedRequests();

    private final HangDetector hangDetector;
    /** Null where replies have ids. */
    private final @Nullable ReplyOrder order;

    private final SilenceWatch silenceWatch;

    private final Habits habits;
    private final FailureStreak failures;
    private final RequestActions actions = new RequestActions();
    private boolean listens;
    private @Nullable Channel channel;
    /** Lines that the child may have at a time. */
    private int places;

    private Room room = Room.FOR_ONE;
    private boolean cancels;
    private boolean inputLost;
    private int answers;
    private int answered;
    private long lastId;
    /** Since when the oldest request is the oldest: a child that keeps the order has worked on it no longer. */
    private long oldestSince;

    private final NumberedLines numbered;
    /** Lines of which the child has read nothing; known once it is gone. */
    private List<Line> unread = List.of();

    /** Told of what follows from the child's behaviour, and decides what becomes of the worker. */
    interface Owner {
        /** True while the child is being started: its silence has a time limit of its own then. */
        boolean isStarting();

        /** No caller waits for a request any more. */
        void givenUp();

        /** The order check is over: the worker may be given requests again. */
        void orderChecked();

        /**
         * A reply that no request waits for, in a format without ids. The callee drops it.
         *
         * @return true if this is the end of the worker
         */
        boolean surplusReply(Message.Outcome reply);

        /** Replies and requests are out of step, for good; {@code why} is for people. */
        void outOfStep(String why);

        /** The child has been silent for too long; {@code why} is for people. */
        void hung(String why);

        /**
         * An answer is not waited for any more, though the child may give others.
         *
         * @param inAll how many such answers the worker owes
         */
        void abandoned(int inAll, String why);

        /** The child reads no more, although it has not ended. */
        void inputLost();

        /** True if the child works on something, as far as can be seen. */
        boolean isWorking();

        /** Which reply is for which request can't be told any more; {@code why} is for people. */
        void mixedUp(String why);

        /** The child owes an answer, and has written nothing for seconds. More than once, but more and more seldom. */
        void silent();

        /** A caller has waited in vain, and was {@code told} so. */
        void overdue(String told);
    }

    Pipeline(
            int worker,
            WorkerSettings settings,
            PoolResources resources,
            ReplyReader replies,
            Habits habits,
            Owner owner) {
        this.worker = worker;
        this.settings = settings;
        this.patience = settings.patience();
        this.loop = resources.loop();
        this.format = resources.format();
        this.metrics = resources.metrics();
        this.replies = replies;
        this.owner = owner;
        this.places = format.hasIds()
                ? Capabilities.LEAST.concurrency()
                : settings.inFlight().lines();
        this.hangDetector = new HangDetector(
                loop, patience.requestTimeout().plus(patience.hangTimeout()), this::pulse, this::silentForTooLong);
        this.habits = habits;
        this.failures = new FailureStreak(habits);
        this.silenceWatch =
                new SilenceWatch(loop, replies, () -> inFlight.oldest() != null, this::leftUnfinished, owner::silent);
        if (mergesBatches()) {
            room = new Room(
                    settings.batching().maxSize(),
                    settings.batching().maxDelay().toNanos(),
                    true);
            metrics.batchesAreTaken();
        }
        this.numbered = new NumberedLines(settings.inFlight().numbered());
        this.order = format.hasIds() ? null : new ReplyOrder(settings, loop, replies, habits, new OrderActions());
    }

    private boolean mergesBatches() {
        return !format.hasIds()
                && settings.batching().merges()
                && settings.batching().maxSize() > 1;
    }

    /** The child can be written to. */
    void open(Channel to) {
        channel = to;
        if (order != null) {
            replies.gaugeInput(to::unread);
        }
    }

    /** The child has said what it can do. Returns false if that is less than its program was seen to do. */
    boolean learned(Capabilities capabilities) {
        places = Math.min(capabilities.concurrency(), settings.inFlight().lines());
        cancels = capabilities.cancel();
        int most = Math.min(capabilities.batch().maxSize(), settings.batching().maxSize());
        if (most > 1) {
            long delay = Math.min(
                    capabilities.batch().maxDelay().toNanos(),
                    settings.batching().maxDelay().toNanos());
            room = new Room(most, delay, false);
            metrics.batchesAreTaken();
        }
        return habits.takesTables(capabilities.tables());
    }

    /** Requests that the child may have at a time. */
    int capacity() {
        return places * room.most();
    }

    /** Lines that it may have at a time, with one request each or a batch of them. */
    int places() {
        return places;
    }

    Ability ability() {
        return new Ability(places, room.most(), cancels);
    }

    /** What may go on its next line. */
    Room room() {
        return room;
    }

    /** True if it has a request that may be its end. */
    boolean hasSuspect() {
        return inFlight.stream().anyMatch(request -> request.request.isSuspect());
    }

    /** Requests of callers that it has. */
    int load() {
        return inFlight.calls();
    }

    /** Predictions that it has failed in a row. */
    FailureStreak failures() {
        return failures;
    }

    /** Answers that it has given, the adapter's own requests included. */
    int answers() {
        return answers;
    }

    /** Requests that it has answered with those. */
    int answered() {
        return answered;
    }

    /**
     * True if the child may be given a request now. If not, the owner is told when that may have changed. Begins the order
     * check where that is due and the child is idle.
     */
    boolean hasRoom() {
        return !inputLost
                && channel != null
                && inFlight.lines() < linesAllowed()
                && (order == null || order.allows(inFlight.size()))
                && !channel.isCongested();
    }

    private int linesAllowed() {
        if (habits.getsOneAtATime()) {
            return 1;
        }
        // Merged requests share lines: more of these would have fewer on each.
        boolean maySpeedUp = habits.numbersReplies() && settings.inFlight().numbered() > places && !mergesBatches();
        return maySpeedUp && !inFlight.isEmpty()
                ? Math.max(places, numbered.allowed(loop.now() - oldestSince))
                : places;
    }

    /** True if the child is to be left idle for a moment before it counts as ready. */
    boolean isOrderCheckDue() {
        return order != null && order.isCheckDue();
    }

    /** True if any caller waits for an answer. */
    boolean isAwaited() {
        return inFlight.areAwaited();
    }

    /** Asks for predictions, on one line; null if the child reads no more, and has seen none of the requests. */
    @Nullable
    List<InFlight> send(List<? extends WorkerRequest> requests) {
        long now = loop.now();
        List<ByteBuffer[]> messages = new ArrayList<>(requests.size());
        for (WorkerRequest request : requests) {
            messages.add(message(lastId + messages.size() + 1, request, now));
        }
        return write(requests, messages, now);
    }

    private ByteBuffer[] message(long id, WorkerRequest request, long now) {
        return format.request(id, request.asked(), request.asked().deadline().remainingMillis(now));
    }

    /** Sends the first request of a format that has one, whose answer is what the child can do. */
    void initialize(WorkerRequest request) {
        ByteBuffer first = Objects.requireNonNull(format.initialize(lastId + 1, worker));
        write(List.of(request), Collections.singletonList(new ByteBuffer[] {first}), loop.now());
    }

    private @Nullable List<InFlight> write(
            List<? extends WorkerRequest> requests, List<ByteBuffer[]> messages, long now) {
        Channel open = channel;
        RequestLine on = new RequestLine(line(requests, messages));
        for (WorkerRequest request : requests) {
            Silence silence = new Silence(replies, now, request.asked().body().length());
            on.add(new InFlight(++lastId, request, on, now, worker, silence, actions));
        }
        if (open == null || inputLost || !write(open, on.line)) {
            inputLost();
            return null;
        }
        oldestSince = inFlight.isEmpty() ? now : oldestSince;
        inFlight.add(on);
        hangDetector.watch();
        silenceWatch.watch();
        if (order != null) {
            on.requests.forEach(order::sent);
        }
        return on.requests;
    }

    private boolean write(Channel open, Line line) {
        boolean othersMayFollow = inFlight.lines() + 1 < linesAllowed();
        return othersMayFollow ? open.write(line) : open.writeLast(line);
    }

    private Line line(List<? extends WorkerRequest> requests, List<ByteBuffer[]> messages) {
        // A body that is written need not be held, and paid for, while the program works on it.
        if (requests.size() == 1) {
            WorkerRequest sole = requests.get(0);
            Body body = sole.asked().body();
            return new Line(sole.mayBeRepeated() ? () -> {} : () -> loop.run(body::release), messages.get(0));
        }
        List<Body> bodies = requests.stream()
                .filter(request -> !request.mayBeRepeated())
                .map(request -> request.asked().body())
                .toList();
        return new Line(
                bodies.isEmpty() ? () -> {} : () -> loop.run(() -> bodies.forEach(Body::release)),
                format.batch(messages));
    }

    /** The child can't be written to any more. */
    void inputLost() {
        if (!inputLost) {
            inputLost = true;
            owner.inputLost();
        }
    }

    /** Takes in what the child has written. */
    void take(List<Message.Outcome> batch, ReplyReader.Arrival arrival) {
        if (order != null) {
            order.take(batch, arrival);
            return;
        }
        for (Message.Outcome reply : batch) {
            if (reply instanceof Message.Batch answers) {
                takeBatch(answers, arrival.at());
                continue;
            }
            InFlight asked = findById(reply, arrival.at());
            if (asked != null && reply.id() == Message.SOLE) {
                settleAll(asked.on, reply);
            } else if (asked != null) {
                settle(asked, reply);
            }
        }
    }

    /** The answers to a batch close it: what it lacks never comes, or else is not known any more. */
    private void takeBatch(Message.Batch answers, long readAt) {
        Map<RequestLine, Integer> answered = new LinkedHashMap<>();
        boolean names = answers.id() != Message.SOLE;
        for (Message.Outcome answer : answers.answers()) {
            names |= answer.id() != Message.NOBODY;
            InFlight asked = findById(answer, readAt);
            if (asked != null) {
                answered.merge(asked.on, 1, Integer::sum);
                settle(asked, answer);
            }
        }
        // An answer with a wrong number must not close the batch of another.
        RequestLine most = answered.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(null);
        if (most == null) {
            InFlight one = names ? inFlight.get(answers.id()) : inFlight.sole();
            most = one == null || !isOpenTo(one, readAt) ? null : one.on;
        }
        if (most != null) {
            settleAll(most, new Message.Unusable(Message.NOBODY, answers.missing()));
        }
    }

    /** Ends what is left of a line. */
    private void settleAll(RequestLine on, Message.Outcome reply) {
        for (InFlight asked : on.requests) {
            if (inFlight.has(asked)) {
                settle(asked, reply);
            }
        }
    }

    private boolean mayBeRead(InFlight request, ReplyReader.Arrival arrival) {
        return request.sentAt <= arrival.at()
                && (channel == null
                        || !(channel.wasUntouched(request.line(), arrival.unread())
                                || channel.isUntouched(request.line())));
    }

    private void leftUnfinished(Flaw flaw) {
        if (order != null && flaw.sign().mayBeReply()) {
            order.flawed(flaw, ReplyReader.Arrival.at(loop.now()));
        }
    }

    /** An id is given once in the life of a worker, so a reply whose id is unknown, late or repeated harms nobody. */
    private @Nullable InFlight findById(Message.Outcome reply, long readAt) {
        InFlight asked = reply.id() == Message.SOLE ? inFlight.sole() : inFlight.get(reply.id());
        if (asked != null && isOpenTo(asked, readAt)) {
            return asked;
        }
        if (!(reply instanceof Message.Unusable)) {
            // Those were counted, and warned of, where they were read.
            metrics.unusableLine();
            String which = reply.id() == Message.SOLE ? "a request that it did not name" : "request " + reply.id();
            replies.warn("it answered " + which + ", which it " + unexpected(reply.id()) + ": " + reply.preview());
        }
        reply.drop();
        return null;
    }

    /** True if what was read then may be an answer to this. */
    private boolean isOpenTo(InFlight asked, long readAt) {
        return asked.sentAt <= readAt && (channel == null || !channel.isUnbegun(asked.line()));
    }

    private String unexpected(long id) {
        if (id == Message.SOLE) {
            return "can only do while it has just one";
        }
        boolean wasAsked = id >= 1 && id <= lastId && inFlight.get(id) == null;
        return wasAsked ? "has answered before" : "was never asked";
    }

    private void settle(InFlight asked, Message.Outcome reply) {
        long now = loop.now();
        WorkerRequest request = asked.request;
        answers++;
        answered += request.calls();
        if (inFlight.oldest() == asked) {
            numbered.answered(now - oldestSince);
            oldestSince = now;
        }
        inFlight.remove(asked);
        asked.end();
        asked.tookNanos = asked.answeredAt(now) - asked.sentAt;
        request.asked().body().release();
        if (request.isCallers()) {
            metrics.workerAnswered(request.calls(), asked.tookNanos);
        }
        if (request.isCallers() && !asked.givenUp) {
            failures.answered(reply);
        }
        if (asked.givenUp) {
            metrics.lateReply();
            reply.drop();
        } else if (reply instanceof Message.Reply answer) {
            request.answered(answer.body());
        } else if (reply instanceof Message.Failure failure) {
            request.refused(failure.code(), PredictException.modelFailed(failure.status(), failure.message()));
        } else if (reply instanceof Message.Unusable unusable) {
            request.failed(PredictException.of(FailureKind.BAD_REPLY, unusable.reason()));
        }
    }

    /** Takes a request back that the child has read nothing of, and leaves the others on its line. False if that can't be. */
    private boolean takeBack(InFlight left) {
        Channel open = channel;
        if (open == null || !open.isUnbegun(left.line())) {
            return false;
        } else if (left.batchSize() == 1) {
            if (!open.withdraw(left.line())) {
                return false;
            }
            inFlight.remove(left);
            return true;
        }
        List<InFlight> others =
                left.on.requests.stream().filter(other -> other != left).toList();
        long now = loop.now();
        RequestLine rest = new RequestLine(line(
                others.stream().map(other -> other.request).toList(),
                others.stream()
                        .map(other -> message(other.id, other.request, now))
                        .toList()));
        if (!open.replace(left.line(), rest.line)) {
            return false;
        }
        inFlight.remove(left, others, rest);
        return true;
    }

    /** True if the child has certainly not been given anything of it yet. */
    boolean isUnbegun(InFlight sent) {
        return channel != null && inFlight.has(sent) && channel.isUnbegun(sent.line());
    }

    /**
     * A request that consists of several has become smaller, by so many: the child gets that in its place. Returns false if it
     * has been given some of the other already.
     */
    boolean replace(InFlight smaller, int by) {
        WorkerRequest request = smaller.request;
        RequestLine anew = new RequestLine(
                line(List.of(request), Collections.singletonList(message(smaller.id, request, loop.now()))));
        if (channel == null || !channel.replace(smaller.line(), anew.line)) {
            return false;
        }
        inFlight.shrunk(smaller, by, anew);
        owner.givenUp();
        return true;
    }

    /** No caller waits for this answer any more. */
    private void giveUp(InFlight left) {
        if (!inFlight.has(left) || left.givenUp) {
            return;
        }
        if (takeBack(left)) {
            left.request.asked().body().release();
            if (order != null) {
                order.left();
            }
        } else {
            left.givenUp = true;
            if (left.request.isOverdue(loop.now())) {
                failures.late(loop.now() - left.sentAt);
            }
            // What counts is not when its caller left, which may have been very soon, but the time that any request may
            // take.
            abandonLater(left, left.sentAt + patience.requestTimeout().toNanos() - loop.now());
            cancel(left);
        }
        owner.givenUp();
    }

    /** The child was seen to listen for connections that the adapter does not make. */
    void listens() {
        listens = true;
    }

    /** True if the child has certainly not read the request that it owes an answer first. */
    boolean isUnread() {
        InFlight oldest = inFlight.oldest();
        return oldest != null && channel != null && channel.isUntouched(oldest.line());
    }

    /** True if the child owes the answer to {@link #initialize}. */
    boolean isInitializing() {
        InFlight oldest = inFlight.oldest();
        return format.hasIds() && oldest != null && oldest.id == 1;
    }

    /** Something about large requests that the child has and may have failed on; else nothing. */
    String large() {
        InFlight oldest = inFlight.oldest();
        return oldest == null ? "" : oldest.silence.large();
    }

    private void cancel(InFlight left) {
        if (cancels && channel != null) {
            channel.writeFirst(new Line(() -> {}, format.cancellation(left.id)));
        }
    }

    private void abandonLater(InFlight left, long nanosLeft) {
        left.abandonment = loop.after(patience.abandonAfter().plusNanos(nanosLeft), () -> abandon(left));
    }

    private void abandon(InFlight left) {
        if (!inFlight.has(left) || left.held != null) {
            return;
        }
        boolean inOrder = order != null;
        long busyFor = inOrder && inFlight.oldest() != left ? 0 : loop.now() - oldestSince;
        if (inOrder
                && busyFor
                        < patience.requestTimeout()
                                .plus(patience.abandonAfter())
                                .toNanos()) {
            // The child was busy with those before it.
            abandonLater(left, patience.requestTimeout().toNanos() - busyFor);
            return;
        }
        left.abandoned = true;
        owner.abandoned(
                inFlight.abandonedLines(), owed(left, "(--request-timeout and --abandon-after together are over)"));
    }

    private HangDetector.@Nullable Pulse pulse() {
        InFlight oldest = inFlight.oldest();
        return oldest == null ? null : new HangDetector.Pulse(replies.lastByteAt(), oldest.sentAt);
    }

    private void silentForTooLong() {
        InFlight oldest = inFlight.oldest();
        if (oldest != null && !owner.isStarting()) {
            owner.hung("it is hung: "
                    + owed(
                            oldest,
                            "and written nothing meanwhile (--request-timeout and --hang-timeout together are over)"));
        }
    }

    private String owed(InFlight request, String how) {
        long seconds = (loop.now() - request.sentAt) / 1_000_000_000L;
        return "it has owed an answer for " + seconds + " s " + how;
    }

    /** The first that is owed an answer. */
    @Nullable
    InFlight oldest() {
        return inFlight.oldest();
    }

    /** For how long the first has been owed an answer that no caller waits for any more, in nanoseconds; else 0. */
    long owedInVain() {
        InFlight oldest = inFlight.oldest();
        return oldest != null && oldest.givenUp ? loop.now() - oldest.sentAt : 0;
    }

    /** Tells the child that there is nothing more to come. */
    void closeInput() {
        if (channel != null) {
            channel.close();
        }
    }

    /** It has been decided what becomes of the child: its silence matters no more. */
    void stopWatching() {
        hangDetector.stop();
        silenceWatch.stop();
        if (order != null) {
            order.stopWatching();
        }
    }

    /** There is no child any more. To be followed by {@link #writeOff}. */
    void end() {
        stopWatching();
        if (order != null) {
            order.end();
        }
        unread = channel == null ? List.of() : channel.halt();
    }

    /** True if the child had read a request that it did not answer. To follow {@link #end}. */
    boolean endedInside() {
        return inFlight.stream().anyMatch(request -> !unread.contains(request.line()));
    }

    /**
     * Ends every request that is left: what the child has not read comes back, and so does what may be repeated; the rest
     * fails with WORKER_LOST.
     *
     * @param logHasMore true if the log has what the child said of its end
     * @return how many requests the child had read
     */
    int writeOff(String why, boolean logHasMore) {
        List<InFlight> left = inFlight.clear();
        int inside = 0;
        // From the last to the first: each that comes back goes to the head of the queue.
        for (int i = left.size() - 1; i >= 0; i--) {
            InFlight lost = left.get(i);
            boolean seen = !unread.contains(lost.line());
            inside += seen ? 1 : 0;
            writeOff(lost, seen, why, logHasMore || replies.errorLines() > 0);
        }
        return inside;
    }

    private static void writeOff(InFlight lost, boolean seen, String why, boolean logHasMore) {
        lost.end();
        if (lost.held != null) {
            lost.held.drop();
        }
        WorkerRequest request = lost.request;
        lost.lostBy = why;
        if (!lost.givenUp && (!seen || request.mayBeRepeated())) {
            request.comesBack(seen);
            return;
        }
        request.asked().body().release();
        if (!lost.givenUp) {
            request.failed(PredictException.of(
                    FailureKind.WORKER_LOST,
                    "the program was lost while it worked on this request"
                            + (lost.batchSize() == 1 ? "" : BATCH_LOST.formatted(lost.batchSize())) + ": " + why
                            + (logHasMore
                                    ? "; the adapter's log has its last words"
                                    : "; it has written nothing to its stderr")));
        }
    }

    /** What requests ask of their pipeline. */
    private final class RequestActions implements InFlight.Actions {
        @Override
        public void giveUp(InFlight request) {
            Pipeline.this.giveUp(request);
        }

        @Override
        public String silence(InFlight request) {
            if (request.held != null) {
                return "its reply has come, and was to be passed on once it was clear that no other follows (--order-check)";
            }
            boolean unread = channel != null && inFlight.has(request) && channel.isUntouched(request.line());
            return request.silence.describe(unread, listens);
        }

        @Override
        public void overdue(String told) {
            owner.overdue(told);
        }

        @Override
        public void judge(InFlight request, boolean good) {
            failures.judged(good, request.tookNanos);
        }
    }

    /** What the order of replies is told by, and what follows from it. */
    private final class OrderActions implements ReplyOrder.Owner {
        @Override
        public @Nullable InFlight oldest() {
            return inFlight.oldest();
        }

        @Override
        public int load() {
            return inFlight.size();
        }

        @Override
        public boolean mayBeRead(InFlight request, ReplyReader.Arrival arrival) {
            return Pipeline.this.mayBeRead(request, arrival);
        }

        @Override
        public boolean isUntouched(InFlight request) {
            return channel != null && channel.isUntouched(request.line());
        }

        @Override
        public int read(ReplyReader.Arrival arrival) {
            return (int) inFlight.stream()
                    .filter(request -> request.held == null && mayBeRead(request, arrival))
                    .count();
        }

        @Override
        public void settle(InFlight request, Message.Outcome reply) {
            Pipeline.this.settle(request, reply);
        }

        @Override
        public void late(Message.Outcome reply) {
            metrics.lateReply();
            reply.drop();
        }

        @Override
        public boolean surplus(Message.Outcome reply) {
            return owner.surplusReply(reply);
        }

        @Override
        public void outOfStep(String why) {
            owner.outOfStep(why);
        }

        @Override
        public void checked() {
            owner.orderChecked();
        }

        @Override
        public boolean isWorking() {
            return owner.isWorking();
        }

        @Override
        public void tell(InFlight request, String complaint) {
            if (inFlight.has(request) && !request.givenUp) {
                request.givenUp = true;
                failures.failed("a line that is no reply");
                request.request.failed(PredictException.of(FailureKind.BAD_REPLY, complaint));
                owner.givenUp();
            }
        }

        @Override
        public void free(InFlight request) {
            if (order != null && inFlight.has(request)) {
                inFlight.remove(request);
                oldestSince = loop.now();
                order.counted();
                request.end();
                request.request.asked().body().release();
                owner.givenUp();
            }
        }

        @Override
        public void mixedUp(String why) {
            owner.mixedUp(why);
        }
    }
}
