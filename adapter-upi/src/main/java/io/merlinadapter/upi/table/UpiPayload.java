package io.merlinadapter.upi.table;

import caraml.upi.v1.Upi.ModelMetadata;
import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.PredictValuesResponse;
import io.merlinadapter.json.FormBody;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.Utf8;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Turns UPI's requests into what the program reads, and what it answers into UPI's responses, in protobuf or in its JSON.
 * Every message that goes in is released here, whatever comes of it. Safe to use on any thread; a message is worked on by
 * the thread that brings it.
 */
public final class UpiPayload {
    private static final int FRAME = 5;

    /** Rows times bytes: at five bytes for a key, a few milliseconds. */
    private static final long MANY_CELLS = 1 << 20;

    private final PayloadKind kind;
    /** A ModelMetadata. */
    private final Slice model;

    private final MemoryBudget budget;
    private final int maxRequest;
    private final int maxResponse;
    private final Consumer<String> foreignRowIds;

    /**
     * @param modelName what responses call the model that has predicted, in {@code modelVersion}
     * @param maxRequest how many bytes the program may be sent for a request
     * @param maxResponse how many bytes a response may have
     * @param foreignRowIds is told of each reply that names other rows than its request, on the thread that works on it: the
     *     first one that differs, and the request's in its place. UPI asks for the number of rows only, so such a reply is good
     */
    public UpiPayload(
            PayloadKind kind,
            String modelName,
            String modelVersion,
            MemoryBudget budget,
            int maxRequest,
            int maxResponse,
            Consumer<String> foreignRowIds) {
        this.kind = kind;
        byte[] metadata = ModelMetadata.newBuilder()
                .setName(modelName)
                .setVersion(modelVersion)
                .build()
                .toByteArray();
        this.model = new Slice(metadata, 0, metadata.length);
        this.budget = budget;
        this.maxRequest = maxRequest;
        this.maxResponse = maxResponse;
        this.foreignRowIds = foreignRowIds;
    }

    /**
     * Reads a PredictValuesRequest in protobuf.
     *
     * @throws PredictException INVALID_REQUEST, TOO_LARGE or OVERLOADED
     */
    public UpiRequest readProto(Body message) {
        return readProto(message, false);
    }

    /**
     * Reads a PredictValuesRequest in protobuf.
     *
     * @param takesArrow whether the program takes tables as Arrow, if it takes tables
     * @throws PredictException INVALID_REQUEST, TOO_LARGE or OVERLOADED
     */
    public UpiRequest readProto(Body message, boolean takesArrow) {
        try {
            MessageMemory memory = new MessageMemory(true, budget, message.length(), message.reserved());
            boolean isArrow = takesArrow && kind == PayloadKind.TABLE;
            return RequestReader.read(new RequestReader.Form(kind, isArrow, maxRequest), message, memory);
        } catch (IOException e) {
            throw PredictException.of(
                    FailureKind.INVALID_REQUEST,
                    "the message is not a PredictValuesRequest in protobuf: " + e.getMessage());
        } finally {
            message.release();
        }
    }

    /**
     * Reads a PredictValuesRequest in protobuf's JSON.
     *
     * @throws PredictException INVALID_REQUEST, TOO_LARGE or OVERLOADED
     */
    public UpiRequest readJson(Body json) {
        return readJson(json, false);
    }

    /** The same, with tables as Arrow where the program takes them so. */
    public UpiRequest readJson(Body json, boolean takesArrow) {
        return readProto(toProto(json), takesArrow);
    }

    /**
     * Makes protobuf of a PredictValuesRequest in protobuf's JSON.
     *
     * @throws PredictException INVALID_REQUEST, TOO_LARGE or OVERLOADED
     */
    public Body toProto(Body json) {
        MessageMemory memory = new MessageMemory(true, budget, json.length(), json.reserved());
        int from = json.offset() + Utf8.markLength(json.bytes(), json.offset(), json.length());
        int to = json.offset() + json.length();
        try (Output out = new Output(memory, maxRequest, json.length() / 2);
                Output scratch = new Output(memory, Output.NO_LIMIT, 0)) {
            new JsonToProto(new Slice(json.bytes(), from, to), out, scratch)
                    .translate(PredictValuesRequest.getDescriptor());
            return out.take();
        } catch (JsonException e) {
            throw PredictException.of(
                    FailureKind.INVALID_REQUEST,
                    "the request is not JSON: " + FormBody.explain(e, json.bytes(), from, to));
        } finally {
            json.release();
        }
    }

    /**
     * Whether a reply may take long to put: not only for its own size, but because each row of the request can have as many
     * cells as one row of the reply has keys, or its Arrow has columns, whose values may be nulls that need no bytes.
     */
    public boolean isHeavyReply(UpiRequest request, Body reply) {
        boolean isCompact = kind == PayloadKind.INSTANCES || !reply.attached().isEmpty();
        return reply.size() > PredictRequest.OFF_LOOP_ABOVE
                || (isCompact
                        && (request.rows() == UpiRequest.ANY_NUMBER || request.rows() * reply.size() > MANY_CELLS));
    }

    /**
     * Puts a program's reply as a PredictValuesResponse in protobuf.
     *
     * @param request what the reply answers; not released
     * @param framed whether the five bytes come first that a message has in front of it in gRPC
     * @throws PredictException BAD_REPLY
     */
    public Body writeProto(UpiRequest request, Body reply, boolean framed) {
        long held = reply.reserved();
        for (Body table : reply.attached()) {
            held += table.reserved();
        }
        int size = (int) Math.min(Integer.MAX_VALUE, reply.size());
        MessageMemory memory = new MessageMemory(false, budget, size, held);
        String foreign;
        Body response;
        try (Output out = new Output(memory, maxResponse, reply.length());
                Reply json = new Reply(reply, memory)) {
            out.startWithHead(framed ? FRAME : 0);
            try (ResultTable table = new ResultTable(json, request, out, memory)) {
                new ResponseWriter(kind, request, json, model, out, table).write();
                foreign = table.foreignRowId();
            }
            response = out.take();
        } catch (JsonException e) {
            throw Reply.fault("it is not JSON: " + e.getMessage());
        } finally {
            reply.release();
        }
        if (framed) {
            ByteBuffer.wrap(response.bytes()).putInt(1, response.length() - FRAME);
        }
        if (foreign != null) {
            foreignRowIds.accept(foreign);
        }
        return response;
    }

    /**
     * Puts a program's reply as a PredictValuesResponse in protobuf's JSON.
     *
     * @param request what the reply answers; not released
     * @throws PredictException BAD_REPLY
     */
    public Body writeJson(UpiRequest request, Body reply) {
        Body proto = writeProto(request, reply, false);
        MessageMemory memory = new MessageMemory(false, budget, proto.length(), proto.reserved());
        try (Output out = new Output(memory, maxResponse, 2L * proto.length())) {
            Slice message = Slice.of(proto);
            new ProtoToJson(out).message(PredictValuesResponse.getDescriptor(), new ProtoInput(message), message.to);
            return out.take();
        } catch (IOException e) {
            // What was written here as protobuf is protobuf, so this is none of the program's doing.
            throw PredictException.of(FailureKind.INTERNAL, "the response is not protobuf: " + e.getMessage());
        } finally {
            proto.release();
        }
    }
}
