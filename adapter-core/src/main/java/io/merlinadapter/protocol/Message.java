package io.merlinadapter.protocol;

import io.merlinadapter.memory.Body;
import io.merlinadapter.metrics.child.ChildReport;
import io.merlinadapter.text.Texts;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a child may say on its channel. Whom an answer is for is said by the number of the request, or by one of
 * {@link #NEXT}, {@link #SOLE} and {@link #NOBODY}.
 */
public sealed interface Message {
    /** For the request that was asked longest ago: it has no number. */
    long NEXT = 0;

    /** For the only request that is owed an answer, if it is the only one. */
    long SOLE = -1;

    /** Whom it is for can't be made out. */
    long NOBODY = -2;

    /** Bytes, or characters, that {@link Outcome#preview()} shows. */
    int PREVIEW = 200;

    /** A message that ends a request: a reply, an error, one that can't be used, or one that may have been meant as such. */
    sealed interface Outcome extends Message {
        /** The number of the request, or one of {@link #NEXT}, {@link #SOLE} and {@link #NOBODY}. */
        long id();

        /** Its beginning, for a log. */
        String preview();

        /** Gives back the memory that it holds, because nobody wants it. */
        default void drop() {}
    }

    /**
     * A response body, one JSON value. Whoever takes the message releases it.
     *
     * @param remark what its author may not have meant, for the log; null for nothing
     * @param names of its members, as bits: replies that have none in common differ in all of their names; 0 where that
     *     matters to nobody
     */
    record Reply(long id, Body body, @Nullable String remark, long names) implements Outcome {
        Reply(long id, Body body) {
            this(id, body, null, MemberNames.NONE);
        }

        @Override
        public String preview() {
            return Texts.shorten(body.bytes(), body.offset(), body.length(), PREVIEW);
        }

        @Override
        public void drop() {
            body.release();
        }
    }

    /**
     * The program could not answer this request.
     *
     * @param code as the program gave it; {@link #status()} is what it stands for
     * @param remark what its author may not have meant, for the log; null for nothing
     */
    record Failure(
            long id, int code, String message, @Nullable String remark) implements Outcome {
        Failure(long id, int code, String message) {
            this(id, code, message, null);
        }

        /** JSON-RPC's code for a method that the program does not have. */
        public static final int METHOD_NOT_FOUND = -32601;

        private static final int INVALID_PARAMS = -32602;
        private static final int BAD_REQUEST = 400;
        static final int INTERNAL_ERROR = 500;

        /**
         * The HTTP status: 400 to 599 are statuses and -32602 is 400; anything else is 500. 499 and 503 are 500 as well: a
         * proxy that reads them would send the request again, which this child has already seen.
         */
        public int status() {
            if (code == INVALID_PARAMS) {
                return BAD_REQUEST;
            }
            return code >= 400 && code <= 599 && code != 499 && code != 503 ? code : INTERNAL_ERROR;
        }

        @Override
        public String preview() {
            return Texts.shorten(message, PREVIEW);
        }
    }

    /** An answer that can't be passed on, and why. */
    record Unusable(long id, String reason) implements Outcome {
        @Override
        public String preview() {
            return Texts.shorten(reason, PREVIEW);
        }
    }

    /**
     * The answers to the requests of one line, on one line. What of them has no answer here gets none any more.
     *
     * @param id the number of one of the requests, where none of the answers says which they are; else, or where that can't be
     *     told, {@link #SOLE}
     * @param answers in any order; none of them is a batch
     * @param missing why there is no answer to a request that none of these is for
     */
    record Batch(long id, List<Outcome> answers, String missing) implements Outcome {
        @Override
        public String preview() {
            return answers.isEmpty()
                    ? Texts.shorten(missing, PREVIEW)
                    : answers.size() + " answers, the first of which is "
                            + answers.get(0).preview();
        }

        @Override
        public void drop() {
            answers.forEach(Outcome::drop);
        }
    }

    /** A line that is no message, and may have been meant to be the answer to the request that was asked longest ago. */
    record Flawed(Flaw flaw) implements Outcome {
        @Override
        public long id() {
            return NEXT;
        }

        @Override
        public String preview() {
            return flaw.why();
        }
    }

    /**
     * A line behind which payloads follow, bytes that are no text. It counts when they have come.
     *
     * @param said what the line says; a {@link Reply}, or one in a {@link Batch}, gets the payloads that it has announced
     * @param payloads in the order in which they come, at least one
     */
    record Announcement(Message said, List<Payload> payloads) implements Message {
        /** The sizes of the payloads. */
        public long[] sizes() {
            return payloads.stream().mapToLong(Payload::size).toArray();
        }

        /** All of them have come: what was said, with them. What nobody has announced them for is released. */
        public Message with(List<Body> come) {
            IdentityHashMap<Body, List<Body>> of = new IdentityHashMap<>();
            for (int i = 0; i < come.size(); i++) {
                Body owner = payloads.get(i).owner();
                if (owner == null) {
                    come.get(i).release();
                } else {
                    of.computeIfAbsent(owner, any -> new ArrayList<>()).add(come.get(i));
                }
            }
            of.forEach(Body::attach);
            return said;
        }

        /** They could not be kept, or did not come: what was said, but for the replies that had some. */
        public Message without(String why) {
            if (said instanceof Reply reply) {
                return unusable(reply, why);
            } else if (said instanceof Batch batch) {
                List<Outcome> answers = new ArrayList<>();
                for (Outcome answer : batch.answers()) {
                    boolean isReply = answer instanceof Reply reply && has(reply);
                    answers.add(isReply ? unusable(answer, why) : answer);
                }
                return new Batch(batch.id(), answers, batch.missing());
            }
            return said;
        }

        private boolean has(Reply reply) {
            return payloads.stream().anyMatch(payload -> payload.owner() == reply.body());
        }

        private static Unusable unusable(Outcome reply, String why) {
            reply.drop();
            return new Unusable(reply.id(), why);
        }
    }

    /**
     * Bytes that follow a line.
     *
     * @param size how many, as the program has said
     * @param owner the reply that they are a part of; null where it is none, such as an error
     */
    record Payload(long size, @Nullable Body owner) {}

    /** Where the next line begins can't be told any more: what follows must not be read. */
    record Lost(String reason) implements Message {}

    /** A line for the adapter's log. */
    record Log(Level level, String text) implements Message {}

    /** The program asks to be replaced. */
    record Fatal(String reason) implements Message {}

    /** What the program has counted and measured. */
    record Metrics(ChildReport report) implements Message {}

    /** Something that this version has no use for. */
    record Ignored(String what) implements Message {}

    /** How much a line of the log matters. */
    enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR
    }
}
