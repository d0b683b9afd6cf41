package io.merlinadapter.cli.run;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.config.ProgramFormat;
import io.merlinadapter.cli.config.Protocol;
import io.merlinadapter.http.exchange.PassedHeaders;
import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.protocol.JsonLines;
import io.merlinadapter.protocol.JsonRpc;
import io.merlinadapter.protocol.ModelInfo;
import io.merlinadapter.transport.ConnectAddress;
import io.merlinadapter.transport.ConnectTransport;
import io.merlinadapter.transport.SocketTransport;
import io.merlinadapter.transport.StdioTransport;
import io.merlinadapter.transport.Transport;
import io.merlinadapter.upi.table.PayloadKind;
import io.merlinadapter.upi.table.UpiPayload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, from the configuration, what speaks to the program. */
final class ProgramWiring {
    /** Headers that say which request it is and what it is made of, and nothing about who sent it. */
    static final List<String> USUAL_HEADERS =
            List.of("content-type", "traceparent", "tracestate", "x-request-id", "turing-req-id", "x-merlin-log-id");

    private static final Logger LOG = LoggerFactory.getLogger(ProgramWiring.class);

    private ProgramWiring() {}

    static Format format(Config config) {
        JsonLines.ReplyKind kind = config.get(Options.REPLY);
        JsonLines.NanPolicy nan = config.get(Options.NAN);
        ModelInfo info = new ModelInfo(
                config.get(Options.MODEL_NAME),
                config.get(Options.MODEL_VERSION),
                config.get(Options.MODEL_FULL_NAME),
                config.get(Options.ARTIFACT_LOCATION).orElse(null));
        return switch (config.get(Options.FORMAT)) {
            case JSON -> new JsonLines(kind, nan);
            case JSONRPC -> new JsonRpc(kind, nan, info, servesTables(config));
        };
    }

    /** Whether callers may send tables, which the program gets as such. */
    private static boolean servesTables(Config config) {
        return config.get(Options.PROTOCOL).includes(Protocol.UPI_V1)
                && config.get(Options.UPI_PAYLOAD) == PayloadKind.TABLE;
    }

    static Transport channels(Config config, EventLoop loop) {
        String channel = config.get(Options.CHANNEL);
        return switch (channel) {
            case Options.STDIO -> new StdioTransport(loop);
            case Options.SOCKET ->
                new SocketTransport(
                        loop, config.get(Options.SOCKET_DIR).map(Path::of).orElse(null));
            default -> new ConnectTransport(loop, ConnectAddress.parse(channel));
        };
    }

    /** What makes UPI messages into bodies of the program, and back. */
    static UpiPayload upiPayload(Config config, MemoryBudget budget, AdapterMetrics metrics) {
        AtomicBoolean warned = new AtomicBoolean();
        return new UpiPayload(
                config.get(Options.UPI_PAYLOAD),
                config.get(Options.MODEL_NAME),
                config.get(Options.MODEL_VERSION),
                budget,
                config.get(Options.MAX_BODY),
                config.get(Options.MAX_REPLY),
                difference -> {
                    metrics.foreignRowIds();
                    if (warned.compareAndSet(false, true)) {
                        LOG.warn(
                                "the program's reply names other rows than the request (first: {}); UPI asks for the number"
                                        + " of rows only, so callers get it as it is, but may not be able to join it;"
                                        + " leave row_ids out, or send those of the request. This is said once and counted (adapter_foreign_row_ids_total).",
                                difference);
                    }
                });
    }

    /** A program that reads bare bodies is told of no headers. */
    static PassedHeaders passedHeaders(Config config) {
        if (config.get(Options.FORMAT) == ProgramFormat.JSON) {
            return PassedHeaders.NONE;
        }
        List<String> names = new ArrayList<>(USUAL_HEADERS);
        names.addAll(config.get(Options.PASS_HEADER));
        return new PassedHeaders(names);
    }
}
