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
import java.util.stream.Collectors;
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
    /** Of a line behind which payloads follow; known by its identity. */
    private static final byte[] NEWLINE = ascii("\n");

    /** The member that says how many bytes each of the payloads has that follow the line. */
    static final String PAYLOADS = "payload_bytes";

    private static final String OFFER = ",\"tables\":[\"json\",\"arrow\"]";

    private final ModelInfo model;
    private final boolean offersArrow;
    private final JsonRpcReader reader;

    /** Of a program that serves {@code model}, and is asked no tables. */
    public JsonRpc(ReplyKind kind, NanPolicy nan, ModelInfo model) {
        this(kind, nan, model, false);
    }

    /**
     * Of a program that serves {@code model}.
     *
     * @param offersArrow whether it may have tables as Arrow; else it knows nothing of payloads
     */
    public JsonRpc(ReplyKind kind, NanPolicy nan, ModelInfo model, boolean offersArrow) {
        this.model = model;
        this.offersArrow = offersArrow;
        this.reader = new JsonRpcReader(kind, nan, offersArrow);
    }

    /** All that comes before the body. */
    private static byte[] head(long id, PredictRequest request, long timeoutMillis) {
        JsonWriter json = new JsonWriter();
        json.raw("{\"jsonrpc\":\"2.0\",\"id\":")
                .number(id)
                .raw(sizes(request.body().attached()));
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
        List<Body> payloads = asked.body().attached();
        ByteBuffer[] text = {
            ByteBuffer.wrap(head(id, asked, timeoutMillis)), content(asked.body()), ByteBuffer.wrap(TAIL)
        };
        if (payloads.isEmpty()) {
            return text;
        }
        List<ByteBuffer> parts = new ArrayList<>(List.of(text));
        // The channel puts another one behind all of it, by which a reader sees that it has kept count.
        parts.add(ByteBuffer.wrap(NEWLINE));
        payloads.forEach(payload -> parts.add(content(payload)));
        return parts.toArray(ByteBuffer[]::new);
    }

    private static String sizes(List<Body> payloads) {
        return payloads.isEmpty()
                ? ""
                : payloads.stream()
                        .map(payload -> Integer.toString(payload.length()))
                        .collect(Collectors.joining(",", ",\"" + PAYLOADS + "\":[", "]"));
    }

    private static ByteBuffer content(Body body) {
        return ByteBuffer.wrap(body.bytes(), body.offset(), body.length());
    }

    @Override
    public ByteBuffer[] batch(List<ByteBuffer[]> requests) {
        List<ByteBuffer> parts = new ArrayList<>();
        List<ByteBuffer> payloads = new ArrayList<>();
        for (ByteBuffer[] request : requests) {
            parts.add(ByteBuffer.wrap(parts.isEmpty() ? OPEN : COMMA));
            int text = textParts(request);
            parts.addAll(Arrays.asList(request).subList(0, text));
            payloads.addAll(Arrays.asList(request).subList(Math.min(text + 1, request.length), request.length));
        }
        parts.add(ByteBuffer.wrap(CLOSE));
        if (!payloads.isEmpty()) {
            parts.add(ByteBuffer.wrap(NEWLINE));
            parts.addAll(payloads);
        }
        return parts.toArray(ByteBuffer[]::new);
    }

    /** How many parts of the request are its text, behind which its payloads follow. */
    private static int textParts(ByteBuffer[] request) {
        int count = 0;
        while (count < request.length && request[count].array() != NEWLINE) {
            count++;
        }
        return count;
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
        return ByteBuffer.wrap(json.raw("},\"worker\":" + worker + (offersArrow ? OFFER : "") + "}}")
                .bytes());
    }

    @Override
    public Capabilities capabilities(Body reply) {
        Capabilities said = Capabilities.read(reply);
        return said.tables() == Capabilities.Tables.ARROW && !offersArrow ? said.withoutArrow() : said;
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
        return new OversizedLine.OfJsonRpc(offersArrow);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
