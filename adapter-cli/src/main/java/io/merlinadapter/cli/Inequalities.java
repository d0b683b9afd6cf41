package io.merlinadapter.cli;

import static io.merlinadapter.cli.Setting.*;

import io.merlinadapter.transport.ConnectAddress;
import java.time.Duration;

/** The rules between settings. Each is judged only where the values it compares are good by themselves. */
final class Inequalities {

    /** What follows the drain for a program that hears nothing: the end of its input, 2 s, SIGTERM, 2 s, SIGKILL. */
    private static final Duration STOP_LADDER = Duration.ofSeconds(4);

    /** For signals to arrive, for the last push to a Pushgateway, and for the adapter's own end. */
    private static final Duration TO_SPARE = Duration.ofSeconds(5);

    private record Time(Setting setting, Duration value) {}

    private final SettingReader reader;
    private final Faults faults;
    private final Machine machine;

    /** @param machine what this process may use */
    Inequalities(SettingReader reader, Faults faults, Machine machine) {
        this.reader = reader;
        this.faults = faults;
        this.machine = machine;
    }

    void check(Settings settings) {
        budgetHoldsTwo(settings.limits());
        budgetFitsHeap(settings.limits().memoryBudget());
        connectionsLeaveFiles(settings);
        Settings.Life life = settings.life();
        Time requestTimeout = new Time(REQUEST_TIMEOUT, settings.limits().requestTimeout());
        Time startupTimeout = new Time(STARTUP_TIMEOUT, life.startupTimeout());
        if (settings.program().wire().format() == Settings.Format.JSON) {
            less(
                    new Time(ORDER_CHECK, settings.program().orderCheck()),
                    requestTimeout,
                    "or a request could miss its deadline while its worker is left idle");
        }
        less(new Time(SETTLE, life.settle()), startupTimeout, "or no program would become ready in time");
        addressPerWorker(settings.program());
        portPerFront(settings.serving());
        restarts(settings.restarts(), new Time(UNREADY_GRACE, life.unreadyGrace()));
        stopFitsIntoGracePeriod(life);
    }

    private void addressPerWorker(Settings.Program program) {
        String channel = program.wire().channel();
        boolean shared = !channel.equals(Settings.Wire.STDIO)
                && !channel.equals(Settings.Wire.SOCKET)
                && !ConnectAddress.parse(channel).isPerWorker();
        if (shared && program.workers() > 1 && faults.none(CHANNEL, WORKERS)) {
            faults.add(mention(CHANNEL) + " is one address for " + mention(WORKERS)
                    + ", but two programs can't listen at the same address; put {worker} into it, which becomes the number"
                    + " of the worker, and let each program listen at the address with its ADAPTER_WORKER");
        }
    }

    private void portPerFront(Settings.Serving serving) {
        boolean same = serving.httpPort() == serving.grpcPort() && serving.httpPort() != 0;
        if (serving.protocol() == Settings.Protocol.BOTH && same && faults.none(HTTP_PORT, GRPC_PORT)) {
            faults.add(mention(HTTP_PORT) + " and " + mention(GRPC_PORT) + " are the same port, but each protocol needs"
                    + " its own; give them different ports, or serve only one protocol with "
                    + PROTOCOL.flag());
        }
    }

    private void restarts(Settings.Restarts restarts, Time unreadyGrace) {
        Time backOff = new Time(BACK_OFF, restarts.backOff());
        Time longest = new Time(BACK_OFF_MAX, restarts.backOffMax());
        Time stableAfter = new Time(STABLE_AFTER, restarts.stableAfter());
        if (backOff.value().compareTo(longest.value()) > 0) {
            outOfOrder(backOff, "must be at most", longest, "because the wait doubles up to it");
        }
        less(longest, stableAfter, "or a program that keeps ending could count as stable");
        less(longest, unreadyGrace, "or the port could close over a single restart");
    }

    private void less(Time low, Time high, String otherwise) {
        if (low.value().compareTo(high.value()) >= 0) {
            outOfOrder(low, "must be less than", high, otherwise);
        }
    }

    private void outOfOrder(Time low, String rule, Time high, String why) {
        if (faults.none(low.setting(), high.setting())) {
            faults.add(mention(low.setting()) + " " + rule + " " + mention(high.setting()) + ", " + why + "; lower "
                    + low.setting().flag() + " or raise " + high.setting().flag());
        }
    }

    private void stopFitsIntoGracePeriod(Settings.Life life) {
        Duration needed =
                life.drainDelay().plus(life.drainTimeout()).plus(STOP_LADDER).plus(TO_SPARE);
        if (faults.none(DRAIN_DELAY, DRAIN_TIMEOUT, GRACE_PERIOD) && needed.compareTo(life.gracePeriod()) > 0) {
            faults.add(mention(DRAIN_DELAY) + " and " + mention(DRAIN_TIMEOUT) + " must fit into "
                    + mention(GRACE_PERIOD) + " together with " + Amounts.show(STOP_LADDER) + " to end the program and "
                    + Amounts.show(TO_SPARE) + " to spare, but " + Amounts.show(life.drainDelay()) + " + "
                    + Amounts.show(life.drainTimeout()) + " + " + Amounts.show(STOP_LADDER) + " + "
                    + Amounts.show(TO_SPARE) + " is " + Amounts.show(needed) + "; lower " + DRAIN_TIMEOUT.flag()
                    + ", or raise " + GRACE_PERIOD.flag() + " with the platform's (terminationGracePeriodSeconds)");
        }
    }

    private void budgetHoldsTwo(Settings.Limits limits) {
        Setting largest = limits.maxBody() >= limits.maxReply() ? MAX_BODY : MAX_REPLY;
        long needed = 2L * Math.max(limits.maxBody(), limits.maxReply());
        if (faults.none(MEMORY_BUDGET, MAX_BODY, MAX_REPLY) && limits.memoryBudget() < needed) {
            boolean ofHeap = needed > machine.maxHeap() / 2;
            String raise = ofHeap ? "set the variable " + heapFor(needed) : "raise " + MEMORY_BUDGET.flag();
            faults.add(mention(MEMORY_BUDGET) + " must hold two of " + mention(largest) + "; expected at least "
                    + Amounts.show(needed) + "; " + raise + " or lower " + largest.flag());
        }
    }

    private void budgetFitsHeap(long memoryBudget) {
        if (faults.none(MEMORY_BUDGET) && memoryBudget > machine.maxHeap() / 2) {
            faults.add(mention(MEMORY_BUDGET) + " must fit into half of the Java heap (" + (machine.maxHeap() >> 20)
                    + "MiB); lower " + MEMORY_BUDGET.flag() + " or set the variable "
                    + heapFor(memoryBudget));
        }
    }

    private void connectionsLeaveFiles(Settings settings) {
        int ports = settings.serving().protocol().ports();
        long most = machine.filesForConnections(settings.program().workers()) / ports;
        if (faults.none(MAX_CONNECTIONS, WORKERS) && settings.limits().maxConnections() > most) {
            faults.add(mention(MAX_CONNECTIONS) + " must leave the program some of the " + machine.maxFiles()
                    + " file descriptors of this process; expected at most " + most + " for each port; lower "
                    + MAX_CONNECTIONS.flag() + " or raise the limit (ulimit -n)");
        }
    }

    private static String heapFor(long memoryBudget) {
        // The virtual machine keeps a part of -Xmx for itself, so exactly twice the budget would not be enough.
        return JAVA_VARIABLE + "=-Xmx" + (memoryBudget / (1 << 20) * 5 / 2 + 1) + "m";
    }

    private String mention(Setting setting) {
        return reader.given(setting).mention();
    }
}
