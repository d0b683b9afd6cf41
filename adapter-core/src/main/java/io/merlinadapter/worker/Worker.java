package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.metrics.child.ChildReports;
import io.merlinadapter.os.Activity;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.ChildLog;
import io.merlinadapter.os.ChildStarter;
import io.merlinadapter.os.Exit;
import io.merlinadapter.os.Shortage;
import io.merlinadapter.protocol.Message;
import io.merlinadapter.transport.Channel;
import io.merlinadapter.transport.DroppedMetricLog;
import io.merlinadapter.transport.PendingChannel;
import io.merlinadapter.transport.ReplyReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One child together with its channel and its requests, from the start of the child to its end; its successor is another
 * worker with the same number. It is told what the child does or fails to do, and decides what follows. Event loop only.
 *
 * <p>Ways to an end: {@link #drain} finishes what it has; {@link #terminate} ends the child, politely or not; {@link #hurry}
 * does so at once; {@code exited} and {@code end} say that it has ended.
 */
final class Worker implements Pipeline.Owner, ReplyReader.Inbox {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    /** How long the end of a child may lag behind the end of its streams. */
    private static final Duration EXIT_LAG = Duration.ofMillis(100);
    /** Looks at a child that has ended, as it seems, before its end is no longer waited for. */
    private static final int EXIT_LOOKS = 20;

    /** What programs that expect JSON-RPC miss in a bare body, as in {@code KeyError: 'method'}. */
    private static final Pattern RPC_MEMBER = Pattern.compile("['\"`](method|jsonrpc)['\"`]");

    private final int number;
    private final WorkerSettings settings;
    private final PoolResources resources;
    private final EventLoop loop;
    private final Owner owner;
    private final Habits habits;
    private final ChildLog log;
    private final ChildLog.Sink stdout;
    private final ChildLog.Sink stderr;
    private final ChildReports reports;
    private final ReplyReader replies;
    private final Pipeline pipeline;
    private final SilenceLog silenceLog;
    private final Startup startup;
    private final Termination termination;
    private final long bornAt;
    private State state = State.STARTING;
    private @Nullable Child child;
    private @Nullable PendingChannel pending;
    private long readyAt;
    /** Answers that were no caller's. */
    private int answersBeforeReady;

    /** What {@link #served} was when it was last asked for new answers. */
    private int servedBefore;

    private boolean warnedOfBanner;
    /** Its replies did not match its requests. */
    private boolean outOfStep;

    /** The life of a worker. Busy is no state: it follows from what the worker owes. */
    enum State {
        /** Started, not yet known to answer. */
        STARTING,
        /** Takes requests. */
        READY,
        /** Takes no more, finishes what it has. */
        DRAINING,
        /** Is being ended. */
        TERMINATING,
        /** Has ended; for ever. */
        DEAD;

        /** True of a worker that is being ended, or has ended. */
        boolean isEnd() {
            return this == TERMINATING || this == DEAD;
        }

        private Set<State> next() {
            return switch (this) {
                case STARTING -> EnumSet.of(READY, TERMINATING, DEAD);
                case READY -> EnumSet.of(DRAINING, TERMINATING, DEAD);
                case DRAINING -> EnumSet.of(TERMINATING, DEAD);
                case TERMINATING -> EnumSet.of(DEAD);
                case DEAD -> EnumSet.noneOf(State.class);
            };
        }

        boolean mayBecome(State other) {
            return next().contains(other);
        }
    }

    /**
     * The end of a worker.
     *
     * @param cause as in {@code it ended with exit code 1}
     * @param how what became of its requests
     * @param shortage why it could not be started, where that is no fault of the program; else null
     */
    record Death(
            DeathReason reason,
            Cause cause,
            Restarts.End how,
            @Nullable Shortage shortage) {}

    /** Told what has become of a worker. */
    interface Owner {
        /** It may take a request now, or a caller's request has ended. */
        void mayHaveRoom(Worker worker);

        /** It is in another state. */
        void moved(Worker worker, String why);

        /** It has ended, and owes nothing any more. */
        void ended(Worker worker, Death death);
    }

    /**
     * Starts a child.
     *
     * @param proven true if this program has answered before
     */
    static Worker launch(
            int number, WorkerSettings settings, PoolResources resources, Habits habits, Owner owner, boolean proven) {
        resources.metrics().workerStartTried(number);
        Worker worker = new Worker(number, settings, resources, habits, owner, proven);
        Launch launch = worker.new Launch();
        resources.starter().start(launch, launch);
        return worker;
    }

    private Worker(
            int number, WorkerSettings settings, PoolResources resources, Habits habits, Owner owner, boolean proven) {
        this.number = number;
        this.settings = settings;
        this.resources = resources;
        this.loop = resources.loop();
        this.owner = owner;
        this.habits = habits;
        this.bornAt = loop.now();
        this.log = new ChildLog(number, resources.metrics(), loop::now);
        this.stdout = log.sink(ChildLog.STDOUT);
        this.stderr = log.sink(ChildLog.STDERR);
        this.reports = resources.metrics().childStarts(number, new DroppedMetricLog(log, loop::now));
        this.replies = new ReplyReader(resources.replies(settings.maxReply()), log, reports, this);
        this.pipeline = new Pipeline(number, settings, resources, replies, habits, this);
        this.termination = new Termination(toString(), resources, pipeline::closeInput, this::survivedKill);
        this.silenceLog =
                new SilenceLog(toString(), loop, settings.startup().startupTimeout(), replies.stream(), pipeline);
        this.startup = new Startup(
                settings.startup(), resources, number, pipeline, proven, this::describeChild, this::idleElsewhere);
        startup.outcome().onComplete(this::ready, why -> terminate(DeathReason.STARTUP, startup.whyNever(why)));
    }

    int number() {
        return number;
    }

    State state() {
        return state;
    }

    /** Requests that it may be given at a time. */
    int capacity() {
        return pipeline.capacity();
    }

    Ability ability() {
        return pipeline.ability();
    }

    /** Requests of callers that it has, in however many lines. */
    int load() {
        return pipeline.load();
    }

    /** Requests of callers that it has answered; the warm-up is none. */
    int served() {
        return readyAt == 0 ? 0 : pipeline.answered() - answersBeforeReady;
    }

    /** Predictions that it has failed in a row. */
    FailureStreak failures() {
        return pipeline.failures();
    }

    /** True if it has answered a caller since this was last asked. */
    boolean noteAnswers() {
        int before = servedBefore;
        servedBefore = served();
        return servedBefore > before;
    }

    /** The process, once it runs. */
    @Nullable
    Child child() {
        return child;
    }

    /** True while its child is to be looked at, or will be, to see whether it is ready. */
    boolean isWatched() {
        return startup.isWatched();
    }

    /** Its child was looked at. */
    void seen(Activity activity) {
        startup.seen(activity);
    }

    /** The last lines that it wrote to its stderr. */
    List<String> lastWords() {
        return log.lastWords();
    }

    /** Whether these can be seen at the end of the log. */
    boolean areLastWordsInSight() {
        return log.areLastWordsInSight();
    }

    /** True if it ends, or has ended, as planned, and through no fault of the child's. */
    boolean isPlanned() {
        return termination.isPlanned();
    }

    /**
     * True if its number will have a ready worker: it is ready or may become so, or it has ended, or is being ended, and its
     * successor comes next. False for one that is to end although there is no child yet that could be ended.
     */
    boolean isDue() {
        return state != State.TERMINATING || termination.isUnderWay();
    }

    boolean canTake() {
        return state == State.READY && pipeline.hasRoom();
    }

    /** For how long it has owed an answer that no caller waits for any more, in nanoseconds; else 0. */
    long owedInVain() {
        return pipeline.owedInVain();
    }

    /** How long ago it was started, in nanoseconds. */
    long ageNanos() {
        return loop.now() - bornAt;
    }

    /** How long it has been ready, in nanoseconds; 0 if it never was. */
    long readyNanos() {
        return readyAt == 0 ? 0 : loop.now() - readyAt;
    }

    /** What may go on its next line. */
    Room room() {
        return pipeline.room();
    }

    /** True if it has a request that may be its end. */
    boolean hasSuspect() {
        return pipeline.hasSuspect();
    }

    /** Gives the child requests, on one line, or only the first of them, where there is no memory; null if it reads no more, and has seen none of them. */
    @Nullable
    List<InFlight> send(List<? extends WorkerRequest> requests) {
        return requests.size() > 1 && room().merges() ? sendMerged(requests) : pipeline.send(requests);
    }

    private @Nullable List<InFlight> sendMerged(List<? extends WorkerRequest> requests) {
        MergedRequest merged = MergedRequest.of(requests, pipeline, resources);
        if (merged == null) {
            return pipeline.send(requests.subList(0, 1));
        }
        List<InFlight> sent = pipeline.send(List.of(merged));
        if (sent == null) {
            merged.asked().body().release();
            return null;
        }
        return merged.sent(sent.get(0));
    }

    // What the child does.

    @Override
    public void replies(List<Message.Outcome> batch, ReplyReader.Arrival arrival) {
        pipeline.take(batch, arrival);
        // Only now, with the whole batch taken in: what follows an answer in it was not asked for by the next request.
        roomChanged();
    }

    @Override
    public void fatal(String why) {
        LOG.warn("{}: it asks to be replaced: {}", this, why);
        drainWithLimit(DeathReason.FATAL, new Cause("it asked to be replaced", why));
    }

    /** The child has closed what its replies come on. */
    @Override
    public void ended() {
        lostStream("it has closed its " + replies.stream(), EXIT_LOOKS);
    }

    /** One that only closed its input is of no use. */
    @Override
    public void inputLost() {
        lostStream("it reads no more", EXIT_LOOKS);
    }

    /** Of a child that has ended, that is heard within moments, with the true reason; one that lives on is of no use. */
    private void lostStream(String why, int looksLeft) {
        loop.after(EXIT_LAG, () -> {
            if (looksLeft > 0 && child != null && child.hasEnded()) {
                lostStream(why, looksLeft - 1);
            } else {
                terminate(DeathReason.PROTOCOL, Cause.of(why));
            }
        });
    }

    @Override
    public boolean isStarting() {
        return state == State.STARTING;
    }

    @Override
    public boolean surplusReply(Message.Outcome reply) {
        boolean starting = state == State.STARTING;
        boolean isLost = (!starting || pipeline.answers() > 0) && state.mayBecome(State.TERMINATING);
        String line = reply.preview();
        reply.drop();
        if (isLost) {
            LOG.error(
                    "{}: it wrote an answer to its {} that no request was waiting for{}; it is replaced. Either this line or"
                            + " one before it was no reply, such as a log in JSON, which belongs on stderr. The line: {}",
                    this,
                    replies.stream(),
                    pipeline.answers() > 1
                            ? ", so answers since its last check may have gone to the wrong requests"
                            : "",
                    line);
            outOfStep(ReplyOrder.TOO_MUCH);
        } else if (starting && !warnedOfBanner) {
            warnedOfBanner = true;
            LOG.warn("{}: it wrote a JSON object before it was asked anything; write logs to stderr: {}", this, line);
        }
        return isLost;
    }

    @Override
    public void outOfStep(String why) {
        if (state.mayBecome(State.TERMINATING)) {
            outOfStep = true;
            terminate(DeathReason.PROTOCOL, Cause.of(why));
        }
    }

    @Override
    public boolean isWorking() {
        return child != null && child.isWorking();
    }

    @Override
    public void mixedUp(String why) {
        if (state.mayBecome(State.TERMINATING)) {
            LOG.warn("{}: {}; it is replaced", this, why);
            terminate(DeathReason.PROTOCOL, Cause.of(why));
        }
    }

    @Override
    public void silent() {
        if (child != null && !state.isEnd()) {
            silenceLog.silent(child);
        }
    }

    @Override
    public void overdue(String told) {
        silenceLog.overdue(told);
    }

    private void idleElsewhere(Runnable unexplained) {
        if (child != null) {
            silenceLog.idle(child, unexplained);
        }
    }

    @Override
    public void hung(String why) {
        terminate(DeathReason.HANG, Cause.of(why + "; " + behaviour()));
    }

    @Override
    public void abandoned(int inAll, String why) {
        String what = why + "; " + behaviour();
        resources.metrics().abandoned();
        if (!resources.format().hasIds()) {
            // Without ids an answer that never comes makes all later ones useless.
            terminate(DeathReason.HANG, Cause.of(what));
        } else if (2 * inAll >= pipeline.places()) {
            drainWithLimit(
                    DeathReason.HANG,
                    Cause.of(inAll + " of " + pipeline.places()
                            + " requests at a time were never answered; of the last: " + what));
        } else {
            log.warn("request abandoned: " + what);
        }
    }

    @Override
    public void orderChecked() {
        startup.orderChecked();
        owner.mayHaveRoom(this);
    }

    @Override
    public void givenUp() {
        roomChanged();
    }

    /** A request has ended, or no caller waits for it any more. */
    private void roomChanged() {
        endIfDrained();
        if (state != State.DEAD) {
            owner.mayHaveRoom(this);
        }
    }

    /** For the log, of a child that does not get ready; may name paths. */
    private String describeChild() {
        String missing = pending == null ? "" : pending.missing();
        return (missing.isEmpty() ? "" : missing + "; ") + behaviour();
    }

    /** For a message about a child that does not answer. */
    private String behaviour() {
        if (child == null) {
            return "it could not be started so far";
        }
        // Where replies come on stdout, nothing of it goes to the log alone.
        String written = stdout.seen() == 0 ? "" : stdout.seen() + " bytes to its stdout, ";
        return silenceLog.listensOn() + "it has written " + written + replies.seen()
                + " bytes to its " + replies.stream() + " and " + stderr.seen() + " to its stderr, and "
                + child.condition();
    }

    // From state to state.

    private void ready(String sign) {
        answersBeforeReady = pipeline.answers();
        readyAt = loop.now();
        // First, lest whoever hears of it miss it in the metrics.
        resources.metrics().workerStarted(number, readyAt - bornAt);
        moveTo(State.READY, sign);
        owner.mayHaveRoom(this);
    }

    /** Takes no more; ends when no caller waits for it. */
    void drain(DeathReason reason, String why) {
        leave(reason, Cause.of(why));
    }

    /** As {@link #drain}, of one that is no good any more: it gets --drain-timeout and no more. */
    private void drainWithLimit(DeathReason reason, Cause why) {
        leave(reason, why);
        loop.after(settings.drainTimeout(), () -> terminate(reason, why));
    }

    private void leave(DeathReason reason, Cause why) {
        if (state == State.READY) {
            termination.afterDrain(reason, why);
            moveTo(State.DRAINING, why.forLog());
            endIfDrained();
        } else if (state != State.DRAINING) {
            terminate(reason, why);
        }
    }

    /** Answers that nobody waits for keep no worker alive. */
    private void endIfDrained() {
        if (state == State.DRAINING && !pipeline.isAwaited()) {
            DeathReason reason = termination.drainReason();
            String done = pipeline.load() == 0 ? "it has finished what it had" : "no caller waits for it";
            terminate(reason, reason == DeathReason.RECYCLED ? Cause.of(done) : termination.drainWhy());
        }
    }

    /** Ends the child now, whoever waits for it. */
    void hurry() {
        terminate(DeathReason.RECYCLED, Cause.of("the adapter is stopping at once"));
        termination.hurry();
    }

    /** Ends the child. One that has served, and is replaced as planned or at its own wish, gets time to end by itself. */
    void terminate(DeathReason reason, Cause why) {
        if (!state.mayBecome(State.TERMINATING)) {
            return;
        }
        boolean asked = reason == DeathReason.RECYCLED || reason == DeathReason.FAILING || reason == DeathReason.FATAL;
        boolean polite = state != State.STARTING && asked;
        startup.stop();
        silenceLog.stop();
        pipeline.stopWatching();
        termination.decide(reason, why);
        moveTo(State.TERMINATING, why.forLog());
        termination.begin(polite);
    }

    private void exited(Exit exit) {
        DeathReason natural = exit.bySignal() ? DeathReason.SIGNAL : DeathReason.EXIT;
        if (exit.outOfMemory()) {
            natural = DeathReason.OOM;
        } else if (state == State.STARTING) {
            natural = DeathReason.STARTUP;
        }
        end(natural, Cause.of("it ended with " + exit.describe() + reasonFor(exit)), null);
    }

    /** What may have led to an end that nobody asked for, by what was seen; empty if nothing was. */
    private String reasonFor(Exit exit) {
        if (exit.bySignal() || termination.isUnderWay() || termination.isPlanned()) {
            return "";
        }
        boolean clean = exit.code() == 0;
        if (clean && habits.endedAfter(readyAt == 0 ? 0 : pipeline.answers() - answersBeforeReady)) {
            LOG.warn(
                    "{}: the program ends after each answer, and has been started anew for each of {}; it must go on reading"
                            + " lines until its stdin ends",
                    this,
                    Habits.LIVES_OF_ONE_ANSWER);
        }
        if (pipeline.isInitializing()) {
            return " while it was asked to initialize; does it speak JSON-RPC (--format=jsonrpc)? A program that reads bare JSON"
                    + " lines needs --format=json";
        }
        List<String> words = log.lastWords();
        if (words.stream().anyMatch(line -> line.contains("token too long"))) {
            return "; its reader of lines has a limit (Go's bufio.Scanner: 64 KiB, unless Buffer sets another)";
        }
        if (!clean) {
            boolean wantsRpc = !resources.format().hasIds()
                    && pipeline.load() > 0
                    && words.stream().anyMatch(line -> RPC_MEMBER.matcher(line).find());
            if (wantsRpc) {
                return "; does it speak JSON-RPC? Then set --format=jsonrpc";
            }
            boolean readNothing =
                    isR() && served() == 0 && words.stream().anyMatch(line -> line.contains("premature EOF"));
            return readNothing
                    ? "; was there no line for it? In R, read lines from file(\"stdin\"): readline() asks a terminal only, and"
                            + " there is none"
                    : "";
        }
        return ", by itself: a program must read lines until its stdin ends"
                + (isR() ? " (in R, of file(\"stdin\"), not of stdin())" : "")
                + (pipeline.large().isEmpty() ? "" : "." + pipeline.large());
    }

    private boolean isR() {
        Path program = Path.of(settings.command().get(0));
        return program.endsWith("Rscript") || program.endsWith("R");
    }

    /** Nothing ends it; its successor shall not wait for that. */
    private void survivedKill() {
        end(DeathReason.HANG, Cause.of("it can't be killed and is left behind; " + behaviour()), null);
        if (pending != null) {
            pending.close();
        }
    }

    /** There is no child, or no more. Everything that is owed is settled here and only here. */
    private void end(DeathReason natural, Cause how, @Nullable Shortage shortage) {
        if (state == State.DEAD) {
            return;
        }
        termination.over();
        startup.stop();
        silenceLog.stop();
        reports.ended();
        pipeline.end();
        Cause full = pipeline.endedInside() ? startup.withRequest(how) : how;
        moveTo(State.DEAD, full.forLog());
        Cause cause = termination.cause(full);
        int lost = pipeline.writeOff(cause.told(), !cause.detail().isEmpty());
        owner.ended(this, new Death(termination.reason(natural), cause, how(lost), shortage));
    }

    private Restarts.End how(int lost) {
        if (outOfStep) {
            return Restarts.End.IN_DISORDER;
        }
        // Before it was ready it had no caller's request, only the warm-up.
        return readyAt != 0 && lost > 0 ? Restarts.End.WITH_REQUEST : Restarts.End.OTHER;
    }

    private void moveTo(State next, String why) {
        loop.check();
        if (!state.mayBecome(next)) {
            throw new IllegalStateException(this + " can't become " + next);
        }
        state = next;
        owner.moved(this, why);
    }

    @Override
    public String toString() {
        return "worker " + number;
    }

    /** One start. It is told on the threads of the starter and of the channel, and tells the worker on the event loop. */
    private final class Launch implements ChildStarter.Preparation, ChildStarter.Listener, PendingChannel.Listener {
        private volatile @Nullable PendingChannel made;

        @Override
        public ChildStarter.Spec prepare() throws IOException {
            PendingChannel channel = resources.transport().prepare(number);
            made = channel;
            Map<String, @Nullable String> environment = new HashMap<>(settings.environment());
            environment.put("ADAPTER_WORKER", Integer.toString(number));
            environment.putAll(channel.environment());
            return new ChildStarter.Spec(
                    settings.command(), environment, "worker-" + number, channel.stdout(replies, stdout), stderr);
        }

        @Override
        public void started(Child process) {
            LOG.info("{}: started as process {}", Worker.this, process.pid());
            PendingChannel channel = Objects.requireNonNull(made);
            loop.later(() -> {
                child = process;
                pending = channel;
                termination.attach(process);
            });
            channel.open(process, replies, this);
        }

        @Override
        public void opened(Channel channel) {
            loop.later(() -> {
                pipeline.open(channel);
                startup.begin();
            });
        }

        @Override
        public void room() {
            loop.later(() -> {
                if (state == State.READY) {
                    owner.mayHaveRoom(Worker.this);
                }
            });
        }

        @Override
        public void broken() {
            loop.later(pipeline::inputLost);
        }

        @Override
        public void failed(IOException cause) {
            closeChannel();
            Cause why = new Cause("the program could not be started", String.valueOf(cause.getMessage()));
            loop.later(() -> end(DeathReason.STARTUP, why, Shortage.of(cause)));
        }

        @Override
        public void exited(Exit exit) {
            try {
                Objects.requireNonNull(made).awaitEnd();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            closeChannel();
            loop.later(() -> Worker.this.exited(exit));
        }

        private void closeChannel() {
            PendingChannel channel = made;
            if (channel != null) {
                channel.close();
            }
        }
    }
}
