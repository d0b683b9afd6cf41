package io.merlinadapter.cli.config;

import static io.merlinadapter.cli.config.Options.*;

import io.merlinadapter.transport.ConnectAddress;
import java.time.Duration;

/** The rules between options. Each is judged only where the values it compares are good by themselves. */
public final class Inequalities {

    /** What follows the drain for a program that hears nothing: the end of its input, 2 s, SIGTERM, 2 s, SIGKILL. */
    private static final Duration STOP_LADDER = Duration.ofSeconds(4);

    /** For signals to arrive, for the last push to a Pushgateway, and for the adapter's own end. */
    private static final Duration TO_SPARE = Duration.ofSeconds(5);

    /** What a stop takes when the requests have had their time. */
    public static final Duration AFTER_DRAIN = STOP_LADDER.plus(TO_SPARE);

    private final Config config;
    private final Faults faults;
    private final Machine machine;

    /**
     * Rules for these values.
     *
     * @param machine what this process may use
     */
    public Inequalities(Config config, Faults faults, Machine machine) {
        this.config = config;
        this.faults = faults;
        this.machine = machine;
    }

    public void check() {
        budgetHoldsTwo();
        budgetFitsHeap(config.get(MEMORY_BUDGET));
        connectionsLeaveFiles();
        if (config.get(FORMAT) == ProgramFormat.JSON) {
            less(ORDER_CHECK, REQUEST_TIMEOUT, "or a request could miss its deadline while its worker is left idle");
        }
        less(SETTLE, STARTUP_TIMEOUT, "or no program would become ready in time");
        addressPerWorker();
        portPerFront();
        restarts();
        stopFitsIntoGracePeriod();
    }

    private void addressPerWorker() {
        String channel = config.get(CHANNEL);
        boolean shared = !channel.equals(STDIO)
                && !channel.equals(SOCKET)
                && !ConnectAddress.parse(channel).isPerWorker();
        if (shared && config.get(WORKERS) > 1 && faults.none(CHANNEL, WORKERS)) {
            faults.add(config.mention(CHANNEL) + " is one address for " + config.mention(WORKERS)
                    + ", but two programs can't listen at the same address; put {worker} into it, which becomes the number"
                    + " of the worker, and let each program listen at the address with its ADAPTER_WORKER");
        }
    }

    private void portPerFront() {
        boolean same = config.get(HTTP_PORT).equals(config.get(GRPC_PORT)) && config.get(HTTP_PORT) != 0;
        if (config.get(PROTOCOL) == Protocol.BOTH && same && faults.none(HTTP_PORT, GRPC_PORT)) {
            faults.add(config.mention(HTTP_PORT) + " and " + config.mention(GRPC_PORT)
                    + " are the same port, but each protocol needs"
                    + " its own; give them different ports, or serve only one protocol with "
                    + PROTOCOL.flag());
        }
    }

    private void restarts() {
        if (config.get(BACK_OFF).compareTo(config.get(BACK_OFF_MAX)) > 0) {
            outOfOrder(BACK_OFF, "must be at most", BACK_OFF_MAX, "because the wait doubles up to it");
        }
        less(BACK_OFF_MAX, STABLE_AFTER, "or a program that keeps ending could count as stable");
        less(BACK_OFF_MAX, UNREADY_GRACE, "or the port could close over a single restart");
    }

    private void less(Option<Duration> low, Option<Duration> high, String otherwise) {
        if (config.get(low).compareTo(config.get(high)) >= 0) {
            outOfOrder(low, "must be less than", high, otherwise);
        }
    }

    private void outOfOrder(Option<Duration> low, String rule, Option<Duration> high, String why) {
        if (faults.none(low, high)) {
            faults.add(config.mention(low) + " " + rule + " " + config.mention(high) + ", " + why + "; lower "
                    + low.flag() + " or raise " + high.flag());
        }
    }

    private void stopFitsIntoGracePeriod() {
        Duration needed =
                config.get(DRAIN_DELAY).plus(config.get(DRAIN_TIMEOUT)).plus(AFTER_DRAIN);
        if (faults.none(DRAIN_DELAY, DRAIN_TIMEOUT, GRACE_PERIOD) && needed.compareTo(config.get(GRACE_PERIOD)) > 0) {
            faults.add(config.mention(DRAIN_DELAY) + " and " + config.mention(DRAIN_TIMEOUT) + " must fit into "
                    + config.mention(GRACE_PERIOD) + " together with " + Amounts.show(STOP_LADDER)
                    + " to end the program and "
                    + Amounts.show(TO_SPARE) + " to spare, but " + Amounts.show(config.get(DRAIN_DELAY)) + " + "
                    + Amounts.show(config.get(DRAIN_TIMEOUT)) + " + " + Amounts.show(STOP_LADDER) + " + "
                    + Amounts.show(TO_SPARE) + " is " + Amounts.show(needed) + "; " + lowerForStop() + "raise "
                    + GRACE_PERIOD.flag() + " with the platform's (terminationGracePeriodSeconds)");
        }
    }

    private String lowerForStop() {
        if (!config.get(DRAIN_TIMEOUT).isZero()) {
            return "lower " + DRAIN_TIMEOUT.flag() + ", or ";
        }
        return config.get(DRAIN_DELAY).isZero() ? "" : "lower " + DRAIN_DELAY.flag() + ", or ";
    }

    private void budgetHoldsTwo() {
        Option<Integer> largest = config.get(MAX_BODY) >= config.get(MAX_REPLY) ? MAX_BODY : MAX_REPLY;
        long needed = 2L * Math.max(config.get(MAX_BODY), config.get(MAX_REPLY));
        if (faults.none(MEMORY_BUDGET, MAX_BODY, MAX_REPLY) && config.get(MEMORY_BUDGET) < needed) {
            boolean ofHeap = needed > machine.maxHeap() / 2;
            String raise = ofHeap ? "set the variable " + heapFor(needed) : "raise " + MEMORY_BUDGET.flag();
            faults.add(config.mention(MEMORY_BUDGET) + " must hold two of " + config.mention(largest)
                    + "; expected at least " + Amounts.show(needed) + "; " + raise + " or lower " + largest.flag());
        }
    }

    private void budgetFitsHeap(long memoryBudget) {
        if (faults.none(MEMORY_BUDGET) && memoryBudget > machine.maxHeap() / 2) {
            faults.add(
                    config.mention(MEMORY_BUDGET) + " must fit into half of the Java heap (" + (machine.maxHeap() >> 20)
                            + "MiB); lower " + MEMORY_BUDGET.flag() + " or set the variable "
                            + heapFor(memoryBudget));
        }
    }

    private void connectionsLeaveFiles() {
        int ports = config.get(PROTOCOL).ports();
        long most = machine.filesForConnections(config.get(WORKERS)) / ports;
        if (faults.none(MAX_CONNECTIONS, WORKERS) && config.get(MAX_CONNECTIONS) > most) {
            faults.add(config.mention(MAX_CONNECTIONS) + " must leave the program some of the " + machine.maxFiles()
                    + " file descriptors of this process; expected at most " + most + " for each port; lower "
                    + MAX_CONNECTIONS.flag() + " or raise the limit (ulimit -n)");
        }
    }

    private static String heapFor(long memoryBudget) {
        // The virtual machine keeps a part of -Xmx for itself, so exactly twice the budget would not be enough.
        return JAVA_VARIABLE + "=-Xmx" + (memoryBudget / (1 << 20) * 5 / 2 + 1) + "m";
    }
}
