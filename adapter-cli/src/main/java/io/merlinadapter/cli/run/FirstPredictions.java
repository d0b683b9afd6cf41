package io.merlinadapter.cli.run;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.http.exchange.FrontSettings;
import io.merlinadapter.http.routes.JsonRoutes;
import io.merlinadapter.http.routes.PredictPath;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.upi.UpiRoutes;
import io.merlinadapter.upi.table.PayloadKind;
import io.merlinadapter.upi.table.UpiPayload;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HexFormat;

/** The predictions that are made over each front before its port opens, as {@link FrontWarmup} says why. */
final class FirstPredictions {
    private static final String INSTANCES = "{\"predictions\":[1.5]}";
    private static final String TABLE =
            "{\"prediction_result_table\":{\"columns\":[\"y\"],\"data\":[[1.5]],\"row_ids\":[\"r\"]}}";

    /** A PredictValuesRequest: a column x of doubles, a row r, and 1.5 in it. */
    private static final byte[] REQUEST = HexFormat.of()
            .parseHex(
                    "0a17" // prediction_table
                            + "1205" + "0a0178" + "1001" // its column: name, type
                            + "1a0e" + "0a0172" // its row: its id
                            + "1209" + "09" + "000000000000f83f"); // its value

    private FirstPredictions() {}

    static Future<Void> overHttp(Vertx vertx, FrontSettings front) {
        String path = PredictPath.of(front.names().fullName());
        return new FrontWarmup(vertx, front)
                .run(JsonRoutes::new, INSTANCES, FrontWarmup.post(path, "{\"instances\":[[1.5]]}"));
    }

    static Future<Void> overGrpc(Vertx vertx, FrontSettings front, Config config) {
        FrontWarmup warmup = new FrontWarmup(vertx, front);
        UpiPayload payload = ProgramWiring.upiPayload(config, warmup.budget(), AdapterMetrics.NONE);
        String reply = config.get(Options.UPI_PAYLOAD) == PayloadKind.TABLE ? TABLE : INSTANCES;
        return warmup.run(
                exchanges -> new UpiRoutes(exchanges, payload), reply, FrontWarmup.grpc(UpiRoutes.PREDICT, REQUEST));
    }
}
