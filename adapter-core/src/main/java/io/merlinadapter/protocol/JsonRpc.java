package io.merlinadapter.protocol;

import io.merlinadapter.json.JsonWriter;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.protocol.JsonLines.NanPolicy;
import io.merlinadapter.protocol.JsonLines.ReplyKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code jsonrpc} format: JSON-RPC 2.0, one message a line, as language servers and MCP servers speak it. Bodies are
 * spliced in and out as they are. The body stands last in a request, so that what a reader needs first comes first.
 */
public final class JsonRpc implements Format {
    private static final byte[] TAIL = ascii("}}");
    private static final byte[] OPEN = ascii("[");
    private static final byte[] COMMA = ascii(",");
    private static final byte[] CLOSE = ascii("]");

    private final ModelInfo model;
    private final JsonRpcReader reader;

    /** Of a program that serves {@code model}. */
    public JsonRpc(ReplyKind kind, NanPolicy nan, ModelInfo model) {
        this.model = model;
        this.reader = new JsonRpcReader(kind, nan);
    }

    /** All that comes before the body. */
    private static byte[] head(long id, PredictRequest request, long timeoutMillis) {
        JsonWriter json = new JsonWriter();
        json.raw("{\"jsonrpc\":\"2.0\",\"id\":").number(id);
        json.raw(",\"method\":\"predict\",\"params\":{\"timeout_ms\":").number(timeoutMillis);
        json.raw(",\"protocol\":").text(request.protocol());
        String separator = ",\"headers\":{";
        for (var header : request.headers().entrySet()) {
            json.raw(separator).text(header.getKey()).raw(":").text(header.getValue());
            separator = ",";
        }
        json.raw(request.headers().isEmpty() ? ",\"headers\":{}" : "}");
        return json.raw(",\"body\":").bytes();
    }

    @Override
    public ByteBuffer[] request(long id, PredictRequest asked, long timeoutMillis) {
        Body body = asked.body();
        return new ByteBuffer[] {
            ByteBuffer.wrap(head(id, asked, timeoutMillis)),
            ByteBuffer.wrap(body.bytes(), body.offset(), body.length()),
            ByteBuffer.wrap(TAIL)
        };
    }

    @Override
    public ByteBuffer[] batch(List<ByteBuffer[]> requests) {
        List<ByteBuffer> parts = new ArrayList<>();
        for (ByteBuffer[] request : requests) {
            parts.add(ByteBuffer.wrap(parts.isEmpty() ? OPEN : COMMA));
            parts.addAll(Arrays.asList(request));
        }
        parts.add(ByteBuffer.wrap(CLOSE));
        return parts.toArray(ByteBuffer[]::new);
    }

    @Override
    public boolean hasIds() {
        return true;
    }

    @Override
    public @Nullable ByteBuffer initialize(long id, int worker) {
        JsonWriter json = new JsonWriter();
        json.raw("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"initialize\",\"params\":{\"protocol\":"
                + Capabilities.PROTOCOL);
        json.raw(",\"model\":{\"name\":").text(model.name());
        json.raw(",\"version\":").text(model.version());
        json.raw(",\"full_name\":").text(model.fullName());
        json.raw(",\"artifact_location\":").textOrNull(model.artifactLocation());
        return ByteBuffer.wrap(json.raw("},\"worker\":" + worker + "}}").bytes());
    }

    @Override
    public Capabilities capabilities(Body reply) {
        return Capabilities.read(reply);
    }

    @Override
    public ByteBuffer cancellation(long id) {
        return ByteBuffer.wrap(ascii("{\"jsonrpc\":\"2.0\",\"method\":\"cancel\",\"params\":{\"id\":" + id + "}}"));
    }

    @Override
    public @Nullable Message read(Body line) {
        return reader.read(line);
    }

    @Override
    public @Nullable Flaw flaw(byte[] bytes, int offset, int length) {
        return Hints.aboutRpc(bytes, offset, length);
    }

    @Override
    public @Nullable Flaw unfinished(byte[] bytes, int offset, int length) {
        Flaw flaw = Hints.unfinished(bytes, offset, length);
        return flaw == null ? null : flaw.asHint();
    }

    @Override
    public OversizedLine oversizedLine() {
        return new OversizedLine.OfJsonRpc();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
