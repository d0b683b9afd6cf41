package io.merlinadapter.protocol;

import io.merlinadapter.json.ArrayMember;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The instances of several bodies as those of one, for a program that knows only {@code {"instances":[…]}} and {@code
 * {"predictions":[…]}}. The predictions are told apart by their number.
 */
public final class MergedInstances {
    private static final String INSTANCES = "instances";
    private static final String PREDICTIONS = "predictions";
    /** Larger bodies go alone: what grows with a body is no work for the event loop. */
    private static final int LARGEST = 64 * 1024;

    private static final byte[] HEAD = "{\"instances\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TAIL = "]}".getBytes(StandardCharsets.US_ASCII);

    private final Body body;
    /** How many instances each of the bodies has. */
    private final List<Integer> counts;

    private final MemoryBudget budget;

    private MergedInstances(Body body, List<Integer> counts, MemoryBudget budget) {
        this.body = body;
        this.counts = counts;
        this.budget = budget;
    }

    /** True of a body that may be merged with others: {@code instances}, at least one, and no other member. */
    public static boolean mayShare(Body body) {
        if (body.length() > LARGEST) {
            return false;
        }
        ArrayMember instances = ArrayMember.find(body, INSTANCES);
        return instances != null && instances.isAlone() && instances.count() > 0;
    }

    /** Of bodies that {@link #mayShare}; null if there is no memory for that. */
    public static @Nullable MergedInstances of(List<Body> bodies, MemoryBudget budget) {
        int size = HEAD.length
                + TAIL.length
                + bodies.stream().mapToInt(Body::length).sum();
        if (!budget.tryReserve(size)) {
            return null;
        }
        List<Integer> counts = new ArrayList<>(bodies.size());
        byte[] merged = new byte[size];
        int at = put(HEAD, 0, HEAD.length, merged, 0);
        for (Body each : bodies) {
            ArrayMember instances = Objects.requireNonNull(ArrayMember.find(each, INSTANCES), "may share");
            if (!counts.isEmpty()) {
                merged[at++] = ',';
            }
            counts.add(instances.count());
            at = put(each.bytes(), instances.start(0), instances.end(instances.count() - 1), merged, at);
        }
        at = put(TAIL, 0, TAIL.length, merged, at);
        return new MergedInstances(new Body(merged, 0, at, budget, size), counts, budget);
    }

    private static int put(byte[] source, int from, int to, byte[] target, int at) {
        System.arraycopy(source, from, target, at, to - from);
        return at + to - from;
    }

    /** All of them in one. */
    public Body body() {
        return body;
    }

    /**
     * Finds in a reply what is for which of the bodies.
     *
     * @throws PredictException BAD_REPLY if it has not as many predictions as there are instances
     */
    public Shares split(Body reply) {
        ArrayMember predictions = ArrayMember.find(reply, PREDICTIONS);
        int instances = counts.stream().mapToInt(Integer::intValue).sum();
        if (predictions == null || predictions.count() != instances) {
            String number = predictions == null ? "no \"predictions\"" : predictions.count() + " predictions";
            throw PredictException.of(
                    FailureKind.BAD_REPLY,
                    "the program's reply has " + number + " for " + instances
                            + " instances, so it can't be told whose"
                            + " they are; a program that does not give one for each can't be used with --batch=instances");
        }
        return new Shares(reply, predictions);
    }

    /** A reply, which must not be released meanwhile, and where in it each of the bodies has its predictions. */
    public final class Shares {
        private final Body reply;
        private final ArrayMember predictions;
        /** The first prediction of each. */
        private final int[] firsts = new int[counts.size()];

        private Shares(Body reply, ArrayMember predictions) {
            this.reply = reply;
            this.predictions = predictions;
            for (int i = 1; i < firsts.length; i++) {
                firsts[i] = firsts[i - 1] + counts.get(i - 1);
            }
        }

        /** All of the reply but the predictions that are another's, as if the program had been asked this body alone. */
        public Body of(int number) {
            int first = firsts[number];
            int end = reply.offset() + reply.length();
            int from = predictions.start(first);
            int to = predictions.end(first + counts.get(number) - 1);
            byte[] bytes = new byte[predictions.from() - reply.offset() + to - from + end - predictions.to()];
            int at = put(reply.bytes(), reply.offset(), predictions.from(), bytes, 0);
            at = put(reply.bytes(), from, to, bytes, at);
            put(reply.bytes(), predictions.to(), end, bytes, at);
            // In place of the reply itself, which is released in this turn.
            budget.reserve(bytes.length);
            return new Body(bytes, 0, bytes.length, budget, bytes.length);
        }
    }
}
