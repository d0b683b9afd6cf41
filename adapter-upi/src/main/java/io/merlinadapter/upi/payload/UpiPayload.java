package io.merlinadapter.upi.payload;

import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.PredictValuesResponse;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import java.io.IOException;

/**
 * Turns UPI's requests into what the program reads, and what it answers into UPI's responses, in protobuf or in its JSON.
 * Every message that goes in is released here, whatever comes of it. Safe to use on any thread; a message is worked on by
 * the thread that brings it.
 */
public final class UpiPayload {
    private static final int FRAME = 5;

    private final Shape requestShape = Shape.of(PredictValuesRequest.getDescriptor());
    private final Shape responseShape = Shape.of(PredictValuesResponse.getDescriptor());

    /** Rows times bytes: at five bytes for a key, a few milliseconds. */
    private static final long MANY_CELLS = 1 << 20;

    private final PayloadKind kind;
    private final ModelName model;
    private final MemoryBudget budget;
    private final int maxRequest;
    private final int maxResponse;

    /**
     * @param modelName what responses call the model that has predicted, in {@code modelVersion}
     * @param maxRequest how many bytes the program may be sent for a request
     * @param maxResponse how many bytes a response may have
     */
    public UpiPayload(
            PayloadKind kind,
            String modelName,
            String modelVersion,
            MemoryBudget budget,
            int maxRequest,
            int maxResponse) {
        this.kind = kind;
        this.model = ModelName.of(modelName, modelVersion);
        this.budget = budget;
        this.maxRequest = maxRequest;
        this.maxResponse = maxResponse;
    }

    /**
     * Reads a PredictValuesRequest in protobuf.
     *
     * @throws PredictException INVALID_REQUEST, TOO_LARGE or OVERLOADED
     */
    public UpiRequest readProto(Body message) {
        Purse kept = new Purse(budget, Way.IN, message.length());
        UpiRequest request = null;
        try (Purse scratch = kept.another()) {
            int from = message.offset();
            request = new RequestTranslation(kind, message, maxRequest, scratch, kept)
                    .translate(from, from + message.length());
            return request;
        } catch (IOException e) {
            throw Way.IN.fault("the message is not a PredictValuesRequest in protobuf: " + e.getMessage());
        } finally {
            message.release();
            if (request == null) {
                kept.close();
            }
        }
    }

    /**
     * Reads a PredictValuesRequest in protobuf's JSON.
     *
     * @throws PredictException INVALID_REQUEST, TOO_LARGE or OVERLOADED
     */
    public UpiRequest readJson(Body json) {
        return readProto(toProto(json));
    }

    private Body toProto(Body json) {
        try (Purse scratch = new Purse(budget, Way.IN, json.length())) {
            int from = json.offset();
            int to = from + json.length();
            if (!ProtoCursor.isUtf8(json.bytes(), from, to)) {
                throw Way.IN.fault("the request is not UTF-8");
            }
            PaidBytes out = new PaidBytes(scratch, maxRequest, json.length() / 2);
            new JsonToProto(new JsonCursor(json.bytes(), from, to), out).translate(requestShape);
            return out.take();
        } catch (JsonFault e) {
            throw Way.IN.fault("the request is not JSON: " + e.getMessage());
        } finally {
            json.release();
        }
    }

    /**
     * Whether a reply of so many bytes may take long to put: not only for its own size, but because each row of the
     * request can have as many cells as one row of the reply has keys.
     */
    public boolean isHeavyReply(UpiRequest request, int reply) {
        return reply > PredictRequest.OFF_LOOP_ABOVE
                || (kind == PayloadKind.INSTANCES && (long) request.kept().rows() * reply > MANY_CELLS);
    }

    /**
     * Puts a program's reply as a PredictValuesResponse in protobuf.
     *
     * @param request what the reply answers; not released
     * @param framed whether the five bytes come first that a message has in front of it in gRPC
     * @throws PredictException BAD_REPLY
     */
    public Body writeProto(UpiRequest request, Body reply, boolean framed) {
        try (Purse scratch = new Purse(budget, Way.OUT, reply.length())) {
            PaidBytes out = new PaidBytes(scratch, maxResponse, 0, framed ? FRAME : 0);
            ResponseWriter writer = new ResponseWriter(request.kept(), model, scratch, out);
            Reply read = new Reply(reply.bytes(), reply.offset(), reply.offset() + reply.length());
            if (kind == PayloadKind.TABLE) {
                writer.writeTableReply(read);
            } else {
                writer.writeInstancesReply(read);
            }
            return out.take();
        } catch (JsonFault e) {
            throw Reply.fault("it is not JSON: " + e.getMessage());
        } finally {
            reply.release();
        }
    }

    /**
     * Puts a program's reply as a PredictValuesResponse in protobuf's JSON.
     *
     * @param request what the reply answers; not released
     * @throws PredictException BAD_REPLY
     */
    public Body writeJson(UpiRequest request, Body reply) {
        Body proto = writeProto(request, reply, false);
        try (Purse scratch = new Purse(budget, Way.OUT, proto.length())) {
            PaidBytes out = new PaidBytes(scratch, maxResponse, (int) Math.min(maxResponse, 2L * proto.length()));
            new ProtoToJson(proto.bytes(), out).message(responseShape, proto.offset(), proto.offset() + proto.length());
            return out.take();
        } catch (IOException e) {
            // What has been put here as protobuf is protobuf, so this is none of the program's doing.
            throw PredictException.of(FailureKind.INTERNAL, "the response is not protobuf: " + e.getMessage());
        } finally {
            proto.release();
        }
    }
}
