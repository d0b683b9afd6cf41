package io.merlinadapter.worker;

import io.merlinadapter.json.ArrayMember;
import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Several requests that the program gets as one, for a program that knows only {@code {"instances":[…]}} and {@code
 * {"predictions":[…]}}: the instances of all in one array. The predictions are told apart by their number. Event loop only.
 */
final class MergedRequest implements WorkerRequest, InFlight.Actions {
    private static final String INSTANCES = "instances";
    private static final String PREDICTIONS = "predictions";
    /** Larger bodies go alone: what grows with a body is no work for the event loop. */
    private static final int LARGEST = 64 * 1024;

    private static final byte[] HEAD = "{\"instances\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TAIL = "]}".getBytes(StandardCharsets.US_ASCII);

    private final Pipeline pipeline;
    private final EventLoop loop;
    private final MemoryBudget budget;
    private final AdapterMetrics metrics;
    private Content content;
    /** In the order of the requests. */
    private List<InFlight> parts = List.of();

    private @Nullable InFlight whole;
    /** The deadline of one has passed while it waited. */
    private boolean overdue;

    /**
     * What the child is asked.
     *
     * @param counts how many instances each of the requests has
     */
    private record Content(List<WorkerRequest> requests, List<Integer> counts, PredictRequest asked) {}

    private MergedRequest(Content content, Pipeline pipeline, PoolResources resources) {
        this.content = content;
        this.pipeline = pipeline;
        this.loop = resources.loop();
        this.budget = resources.budget();
        this.metrics = resources.metrics();
    }

    /** Of requests that {@link #mayShare}, for this pipeline; null if there is no memory for that. */
    static @Nullable MergedRequest of(
            List<? extends WorkerRequest> requests, Pipeline pipeline, PoolResources resources) {
        Content content = merge(List.copyOf(requests), resources.budget());
        return content == null ? null : new MergedRequest(content, pipeline, resources);
    }

    /** True of a request that may be merged with others: {@code instances}, at least one, and no other member. */
    static boolean mayShare(PredictRequest asked) {
        if (asked.body().length() > LARGEST) {
            return false;
        }
        ArrayMember instances = ArrayMember.find(asked.body(), INSTANCES);
        return instances != null && instances.isAlone() && instances.count() > 0;
    }

    /** Returns null if there is no memory for that. */
    private static @Nullable Content merge(List<WorkerRequest> requests, MemoryBudget budget) {
        int size = HEAD.length + TAIL.length;
        for (WorkerRequest request : requests) {
            size += request.asked().body().length();
        }
        if (!budget.tryReserve(size)) {
            return null;
        }
        List<Integer> counts = new ArrayList<>(requests.size());
        byte[] merged = new byte[size];
        int at = put(HEAD, 0, HEAD.length, merged, 0);
        for (WorkerRequest request : requests) {
            Body body = request.asked().body();
            ArrayMember instances = Objects.requireNonNull(ArrayMember.find(body, INSTANCES), "may share");
            if (!counts.isEmpty()) {
                merged[at++] = ',';
            }
            counts.add(instances.count());
            at = put(body.bytes(), instances.start(0), instances.end(instances.count() - 1), merged, at);
        }
        at = put(TAIL, 0, TAIL.length, merged, at);
        PredictRequest first = requests.get(0).asked();
        Body body = new Body(merged, 0, at, budget, size);
        return new Content(
                requests, counts, new PredictRequest(body, first.deadline(), first.protocol(), first.headers()));
    }

    private static int put(byte[] source, int from, int to, byte[] target, int at) {
        System.arraycopy(source, from, target, at, to - from);
        return at + to - from;
    }

    /** It has been sent. Returns what each of the requests is now. */
    List<InFlight> sent(InFlight as) {
        whole = as;
        InFlight.RequestLine on = new InFlight.RequestLine(as.line());
        for (WorkerRequest request : content.requests) {
            on.add(new InFlight(as.id, request, on, as.sentAt, as.worker(), as.silence, this));
        }
        parts = on.requests;
        return parts;
    }

    @Override
    public PredictRequest asked() {
        return content.asked;
    }

    @Override
    public int calls() {
        return content.requests.size();
    }

    /** They went as one, and are late as one. */
    @Override
    public boolean isOverdue(long now) {
        return overdue;
    }

    @Override
    public boolean mayBeRepeated() {
        return content.requests.stream().allMatch(WorkerRequest::mayBeRepeated);
    }

    @Override
    public void answered(Body reply) {
        ArrayMember predictions = ArrayMember.find(reply, PREDICTIONS);
        int instances = content.counts.stream().mapToInt(Integer::intValue).sum();
        if (predictions == null || predictions.count() != instances) {
            String number = predictions == null ? "no \"predictions\"" : predictions.count() + " predictions";
            reply.release();
            judge(false);
            failed(
                    PredictException.of(
                            FailureKind.BAD_REPLY,
                            "the program's reply has " + number + " for " + instances
                                    + " instances, so it can't be told whose"
                                    + " they are; a program that does not give one for each can't be used with --batch=instances"));
            return;
        }
        int first = 0;
        for (int i = 0; i < parts.size(); i++) {
            InFlight part = parts.get(i);
            int behind = first + content.counts.get(i);
            if (part.givenUp) {
                metrics.lateReply();
            } else {
                part.request.asked().body().release();
                part.request.answered(share(reply, predictions, first, behind));
            }
            first = behind;
        }
        reply.release();
    }

    /** All of the reply but the predictions that are another's. */
    private Body share(Body reply, ArrayMember predictions, int first, int behind) {
        int end = reply.offset() + reply.length();
        int from = predictions.start(first);
        int to = predictions.end(behind - 1);
        byte[] bytes = new byte[predictions.from() - reply.offset() + to - from + end - predictions.to()];
        int at = put(reply.bytes(), reply.offset(), predictions.from(), bytes, 0);
        at = put(reply.bytes(), from, to, bytes, at);
        put(reply.bytes(), predictions.to(), end, bytes, at);
        // In place of the reply itself, which is released in this turn.
        budget.reserve(bytes.length);
        return new Body(bytes, 0, bytes.length, budget, bytes.length);
    }

    @Override
    public void failed(PredictException why) {
        endAll(why, " (" + calls() + " calls went to it as one, --batch=instances)");
    }

    @Override
    public void refused(int code, PredictException why) {
        if (mayBeRepeated()) {
            for (int i = parts.size() - 1; i >= 0; i--) {
                if (!parts.get(i).givenUp) {
                    parts.get(i).request.triedAlone();
                }
            }
        } else {
            endAll(
                    why,
                    " (" + calls()
                            + " calls went to the program as one, --batch=instances, so this may be the fault of"
                            + " another one; --retry-on-worker-loss repeats each of them alone)");
        }
    }

    private void endAll(PredictException why, String remark) {
        String reason = why.reason() + remark;
        PredictException told = why.kind() == FailureKind.MODEL_FAILED
                ? PredictException.modelFailed(why.status(), reason)
                : PredictException.of(why.kind(), reason);
        for (InFlight part : parts) {
            if (!part.givenUp) {
                part.request.asked().body().release();
                part.request.failed(told);
            }
        }
    }

    @Override
    public void comesBack(boolean seen) {
        asked().body().release();
        String how = whole == null ? "" : whole.lostBy;
        for (int i = parts.size() - 1; i >= 0; i--) {
            InFlight part = parts.get(i);
            if (!part.givenUp) {
                part.lostBy = how;
                part.request.comesBack(seen);
            }
        }
    }

    /** One of them leaves; the others stay. */
    @Override
    public void giveUp(InFlight part) {
        InFlight sent = whole;
        if (part.givenUp || sent == null) {
            return;
        }
        part.givenUp = true;
        overdue |= part.request.isOverdue(loop.now());
        List<InFlight> left = parts.stream().filter(each -> !each.givenUp).toList();
        if (left.isEmpty()) {
            sent.giveUp();
        } else if (pipeline.isUnbegun(sent)) {
            leaveOut(sent, left);
        }
        part.request.asked().body().release();
    }

    /** Those that have left are not to be sent. */
    private void leaveOut(InFlight sent, List<InFlight> left) {
        Content before = content;
        Content rest = merge(left.stream().map(part -> part.request).toList(), budget);
        if (rest == null) {
            return;
        }
        content = rest;
        if (pipeline.replace(sent, before.requests.size() - left.size())) {
            before.asked.body().release();
            InFlight.RequestLine on = new InFlight.RequestLine(sent.line());
            left.forEach(on::add);
            parts = on.requests;
        } else {
            // It has just begun.
            rest.asked.body().release();
            content = before;
        }
    }

    @Override
    public void judge(InFlight part, boolean good) {
        judge(good);
    }

    private void judge(boolean good) {
        if (whole != null) {
            whole.judge(good);
        }
    }

    @Override
    public String silence(InFlight part) {
        return whole == null ? "" : whole.silence();
    }

    @Override
    public void overdue(String told) {
        if (whole != null) {
            whole.overdue(told);
        }
    }
}
