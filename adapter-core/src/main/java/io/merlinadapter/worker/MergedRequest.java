package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.protocol.MergedInstances;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several requests that the program gets as one. Each of them ends as if it had been alone. Event loop only. */
final class MergedRequest implements WorkerRequest, InFlight.Actions {
    private final Pipeline pipeline;
    private final EventLoop loop;
    private final MemoryBudget budget;
    private final AdapterMetrics metrics;
    private List<WorkerRequest> requests;
    private MergedInstances instances;
    private PredictRequest asked;
    /** In the order of the requests. */
    private List<InFlight> parts = List.of();

    private @Nullable InFlight whole;
    /** The deadline of one has passed while it waited. */
    private boolean overdue;

    private MergedRequest(
            List<WorkerRequest> requests, MergedInstances instances, Pipeline pipeline, PoolResources resources) {
        this.pipeline = pipeline;
        this.loop = resources.loop();
        this.budget = resources.budget();
        this.metrics = resources.metrics();
        this.requests = requests;
        this.instances = instances;
        this.asked = asked(requests, instances);
    }

    /** Of requests that may share a line of this pipeline; null if there is no memory for that. */
    static @Nullable MergedRequest of(
            List<? extends WorkerRequest> requests, Pipeline pipeline, PoolResources resources) {
        MergedInstances instances = merge(requests, resources.budget());
        return instances == null ? null : new MergedRequest(List.copyOf(requests), instances, pipeline, resources);
    }

    private static @Nullable MergedInstances merge(List<? extends WorkerRequest> requests, MemoryBudget budget) {
        return MergedInstances.of(
                requests.stream().map(request -> request.asked().body()).toList(), budget);
    }

    private static PredictRequest asked(List<WorkerRequest> requests, MergedInstances instances) {
        PredictRequest first = requests.get(0).asked();
        return new PredictRequest(instances.body(), first.deadline(), first.protocol(), first.headers());
    }

    /** It has been sent. Returns what each of the requests is now. */
    List<InFlight> sent(InFlight as) {
        whole = as;
        InFlight.RequestLine on = new InFlight.RequestLine(as.line());
        for (WorkerRequest request : requests) {
            on.add(new InFlight(as.id, request, on, as.sentAt, as.worker(), as.silence, this));
        }
        parts = on.requests;
        return parts;
    }

    @Override
    public PredictRequest asked() {
        return asked;
    }

    @Override
    public int calls() {
        return requests.size();
    }

    /** They went as one, and are late as one. */
    @Override
    public boolean isOverdue(long now) {
        return overdue;
    }

    @Override
    public boolean mayBeRepeated() {
        return requests.stream().allMatch(WorkerRequest::mayBeRepeated);
    }

    @Override
    public void answered(Body reply) {
        MergedInstances.Shares shares;
        try {
            shares = instances.split(reply);
        } catch (PredictException e) {
            reply.release();
            judge(false);
            failed(e);
            return;
        }
        for (int i = 0; i < parts.size(); i++) {
            InFlight part = parts.get(i);
            if (part.givenUp) {
                metrics.lateReply();
            } else {
                part.request.asked().body().release();
                part.request.answered(shares.of(i));
            }
        }
        reply.release();
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
        asked.body().release();
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
        List<WorkerRequest> before = requests;
        MergedInstances sentBefore = instances;
        List<WorkerRequest> rest = left.stream().map(part -> part.request).toList();
        MergedInstances smaller = merge(rest, budget);
        if (smaller == null) {
            return;
        }
        become(rest, smaller);
        if (pipeline.replace(sent, before.size() - rest.size())) {
            sentBefore.body().release();
            InFlight.RequestLine on = new InFlight.RequestLine(sent.line());
            left.forEach(on::add);
            parts = on.requests;
        } else {
            // It has just begun.
            smaller.body().release();
            become(before, sentBefore);
        }
    }

    private void become(List<WorkerRequest> those, MergedInstances merged) {
        requests = those;
        instances = merged;
        asked = asked(those, merged);
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
