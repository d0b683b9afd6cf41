package io.merlinadapter.scripted;

import io.merlinadapter.os.Activity;
import io.merlinadapter.os.ByteSink;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.ChildStarter;
import io.merlinadapter.os.Exit;
import io.merlinadapter.os.ProcessTable;
import io.merlinadapter.transport.InMemoryPipe;
import io.merlinadapter.transport.PendingChannel;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A child in memory: does what the test says, when it says so. What it writes and how it ends arrives when the loop next
 * turns. It reads all that is sent, and ends on SIGTERM and SIGKILL, unless it is told otherwise.
 */
public final class ScriptedChild implements Child {
    private final ManualEventLoop loop;
    private final long pid;
    private final ChildStarter.Spec spec;
    private final ChildStarter.Listener listener;
    private final InMemoryPipe stdin;
    private final List<String> signals = new ArrayList<>();
    private final List<String> received = new ArrayList<>();
    private final StringBuilder output = new StringBuilder();
    private Set<String> ignored = Set.of();
    private @Nullable Consumer<String> script;
    private final ByteArrayOutputStream partOfLine = new ByteArrayOutputStream();
    private @Nullable ByteSink replies;
    private @Nullable Runnable opening;
    private boolean outputIsOver;
    private boolean ended;
    private boolean working;
    private SortedSet<Integer> ports = new TreeSet<>();
    private Usage usage = new Usage(0, 0, 0);
    private Activity activity = new Activity(Activity.Doing.READS, 0, 0);
    private int looks;

    ScriptedChild(ManualEventLoop loop, long pid, ChildStarter.Spec spec, ChildStarter.Listener listener) {
        this.loop = loop;
        this.pid = pid;
        this.spec = spec;
        this.listener = listener;
        this.stdin = new InMemoryPipe(loop, this::read);
    }

    // What the adapter has done to it.

    /** What it was started with. */
    public ChildStarter.Spec spec() {
        return spec;
    }

    /** The variables that the adapter gave it. */
    public Map<String, @Nullable String> environment() {
        return spec.environment();
    }

    /** Every line that it has read so far. */
    public List<String> received() {
        return List.copyOf(received);
    }

    /** The line it has read last. */
    public String lastReceived() {
        return received.get(received.size() - 1);
    }

    /** Forgets the lines that it has read: for runs of millions. */
    public void forget() {
        received.clear();
    }

    /** The signals it got, such as {@code TERM}, with those that it ignored. */
    public List<String> signals() {
        return List.copyOf(signals);
    }

    /** Returns true once its stdin was closed. */
    public boolean isInputClosed() {
        return stdin.isEnded();
    }

    // What it does.

    /** Has {@code script} called with every line that it reads from now on, to answer it for example. */
    public void onLine(Consumer<String> script) {
        this.script = script;
    }

    /** Writes whole lines where replies come. */
    public void write(String... lines) {
        for (String line : lines) {
            writeRaw(line + "\n");
        }
    }

    /** As {@link #write}, without a newline. */
    public void writeRaw(String text) {
        if (output.isEmpty()) {
            loop.later(this::deliver);
        }
        output.append(text);
    }

    /** Writes lines to stderr. */
    public void writeToStderr(String... lines) {
        byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        loop.later(() -> spec.stderr().bytes(bytes, bytes.length));
    }

    /** Reads nothing more, but for {@link #read(int)}, until {@link #resumeReading()}. */
    public void stopReading() {
        stdin.setReading(false);
    }

    /** Reads so many bytes once. */
    public void read(int bytes) {
        stdin.read(bytes);
    }

    /** Reads all that has come, and what comes. */
    public void resumeReading() {
        stdin.setReading(true);
    }

    /** Bytes of its stdin that were handed to the operating system and that it has not read. */
    public int unread() {
        return stdin.unread();
    }

    /** Closes its stdin: whoever writes there gets an error. */
    public void closeInput() {
        stdin.breakPipe();
    }

    /** Closes the stream on which its replies come, and lives on. */
    public void closeOutput() {
        loop.later(this::endOutput);
    }

    /** Opens its channel, where {@link ScriptedChildren#holdChannels} was called before its start. */
    public void openChannel() {
        Runnable open = opening;
        opening = null;
        if (open != null) {
            loop.later(open);
        }
    }

    /** Ignores these signals, such as {@code TERM}; one that ignores {@code KILL}, too, hangs in the kernel. */
    public void ignore(String... names) {
        ignored = Set.of(names);
    }

    /** Says whether it is found to work from now on. */
    public void works(boolean now) {
        working = now;
    }

    /** Says on which ports it is found to listen from now on. */
    public void listensOn(Integer... now) {
        ports = new TreeSet<>(List.of(now));
    }

    /** Says what it is found to use from now on. */
    public void uses(Usage now) {
        usage = now;
    }

    /** Says what it is seen to do from now on; at first, that it waits for its input. */
    public void does(Activity.Doing doing) {
        does(new Activity(doing, 0, 0));
    }

    /** As {@link #does(Activity.Doing)}, with what it has used so far. */
    public void does(Activity now) {
        activity = now;
    }

    /** How often it was looked at. */
    public int looks() {
        return looks;
    }

    /** Ends. */
    public void exit(int code) {
        exit(new Exit(code, ""));
    }

    /** Ends. */
    public void exit(Exit how) {
        if (ended) {
            return;
        }
        ended = true;
        stdin.breakPipe();
        loop.later(() -> {
            endOutput();
            spec.stderr().end();
            listener.exited(how);
        });
    }

    // What its starter and its channel need.

    void connect(ByteSink to, PendingChannel.Listener channelListener, boolean hold) {
        replies = to;
        opening = () -> channelListener.opened(stdin.channel(channelListener));
        if (!hold) {
            Runnable open = opening;
            opening = null;
            open.run();
        }
    }

    String missing() {
        return opening == null ? "" : "it has not opened its channel";
    }

    void signalled(String name) {
        signals.add(name);
        if (!ended && !ignored.contains(name)) {
            exit("KILL".equals(name) ? 137 : 143);
        }
    }

    private void read(byte[] bytes) {
        for (byte one : bytes) {
            if (one != '\n') {
                partOfLine.write(one);
                continue;
            }
            String line = partOfLine.toString(StandardCharsets.UTF_8);
            partOfLine.reset();
            received.add(line);
            if (script != null) {
                script.accept(line);
            }
        }
    }

    private void deliver() {
        byte[] bytes = output.toString().getBytes(StandardCharsets.UTF_8);
        output.setLength(0);
        if (bytes.length > 0 && replies != null && !outputIsOver) {
            replies.bytes(bytes, bytes.length);
        }
    }

    private void endOutput() {
        deliver();
        if (replies != null && !outputIsOver) {
            outputIsOver = true;
            replies.end();
        }
    }

    @Override
    public long pid() {
        return pid;
    }

    /** Not used: its channel writes to memory. */
    @Override
    public OutputStream stdin() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public String condition() {
        return ended ? "it has ended" : "it is alive but waits for something";
    }

    @Override
    public boolean isWorking() {
        return working;
    }

    @Override
    public SortedSet<Integer> ports() {
        return ports;
    }

    @Override
    public boolean hasEnded() {
        return ended;
    }

    @Override
    public long residentBytes() {
        return usage.residentBytes();
    }

    @Override
    public long cpuNanos() {
        return activity.cpuNanos();
    }

    @Override
    public Usage usageSince(ProcessTable table) {
        return usage;
    }

    @Override
    public Activity activity(Supplier<ProcessTable> table) {
        looks++;
        return activity;
    }
}
