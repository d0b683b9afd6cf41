package io.merlinadapter.cli;

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

/** Makes, from the settings, what speaks to the program. */
final class ProgramWiring {
    /** Headers that say which request it is and what it is made of, and nothing about who sent it. */
    static final List<String> USUAL_HEADERS =
            List.of("content-type", "traceparent", "tracestate", "x-request-id", "turing-req-id", "x-merlin-log-id");

    private static final Logger LOG = LoggerFactory.getLogger(ProgramWiring.class);

    private ProgramWiring() {}

    static Format format(Settings settings) {
        Settings.Program program = settings.program();
        JsonLines.ReplyKind kind = switch (program.reply()) {
            case OBJECT -> JsonLines.ReplyKind.OBJECT;
            case PREDICTIONS -> JsonLines.ReplyKind.PREDICTIONS;
            case ANY -> JsonLines.ReplyKind.ANY;
        };
        JsonLines.NanPolicy nan =
                program.nan() == Settings.Nan.NULL ? JsonLines.NanPolicy.NULL : JsonLines.NanPolicy.FAIL;
        Settings.Model model = settings.model();
        ModelInfo info = new ModelInfo(model.name(), model.version(), model.fullName(), model.artifactLocation());
        return program.wire().format() == Settings.Format.JSON
                ? new JsonLines(kind, nan)
                : new JsonRpc(kind, nan, info);
    }

    static Transport channels(Settings settings, EventLoop loop) {
        Settings.Wire wire = settings.program().wire();
        String directory = wire.socketDir();
        return switch (wire.channel()) {
            case Settings.Wire.STDIO -> new StdioTransport(loop);
            case Settings.Wire.SOCKET -> new SocketTransport(loop, directory == null ? null : Path.of(directory));
            default -> new ConnectTransport(loop, ConnectAddress.parse(wire.channel()));
        };
    }

    /** What makes UPI messages into bodies of the program, and back. */
    static UpiPayload upiPayload(Settings settings, MemoryBudget budget, AdapterMetrics metrics) {
        PayloadKind kind = settings.serving().upiPayload() == Settings.UpiPayload.TABLE
                ? PayloadKind.TABLE
                : PayloadKind.INSTANCES;
        Settings.Model model = settings.model();
        Settings.Limits limits = settings.limits();
        AtomicBoolean warned = new AtomicBoolean();
        return new UpiPayload(
                kind, model.name(), model.version(), budget, limits.maxBody(), limits.maxReply(), difference -> {
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
    static PassedHeaders passedHeaders(Settings.Program program) {
        if (program.wire().format() == Settings.Format.JSON) {
            return PassedHeaders.NONE;
        }
        List<String> names = new ArrayList<>(USUAL_HEADERS);
        names.addAll(program.wire().passedHeaders());
        return new PassedHeaders(names);
    }
}
