package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.GoProgram;
import io.merlinadapter.cli.it.support.Mirror;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.Supervised;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The port explains itself to grpcurl, which knows nothing but what reflection tells. */
@SideBySide
class GrpcurlIT {
    private static final String SERVICE = "caraml.upi.v1.UniversalPredictionService";
    private static final String REQUEST = """
            {"prediction_table": {
              "name": "rides",
              "columns": [{"name": "hold", "type": "TYPE_INTEGER"}, {"name": "where", "type": "TYPE_STRING"}],
              "rows": [{"row_id": "a", "values": [{"integer_value": 1}, {"string_value": "Ubud"}]}]
            }, "target_name": "price", "metadata": {"prediction_id": "p-1"}}
            """;
    private static final String ANSWER = """
            {"prediction_result_table": {
              "name": "rides",
              "columns": [{"name": "prediction_0", "type": "TYPE_DOUBLE"}, {"name": "prediction_1", "type": "TYPE_STRING"}],
              "rows": [{"row_id": "a", "values": [{"double_value": 1}, {"string_value": "Ubud"}]}]
            }, "target_name": "price", "metadata": {
              "prediction_id": "p-1",
              "models": [{"name": "model", "version": "1"}]
            }}
            """;

    private static Supervised adapter;

    @BeforeAll
    static void serve() {
        GoProgram.GRPCURL.build();
        adapter = Mirror.serve();
    }

    @AfterAll
    static void stop() {
        adapter.close();
    }

    @Test
    void itListsWhatThereIs() {
        assertThat(grpcurl(List.of(), "list")).isEqualTo("""
                caraml.upi.v1.UniversalPredictionService
                grpc.health.v1.Health
                grpc.reflection.v1.ServerReflection
                grpc.reflection.v1alpha.ServerReflection
                """);
    }

    @Test
    void itDescribesTheService() {
        assertThat(grpcurl(List.of(), "describe", SERVICE)).isEqualTo("""
                caraml.upi.v1.UniversalPredictionService is a service:
                service UniversalPredictionService {
                  rpc PredictValues ( .caraml.upi.v1.PredictValuesRequest ) returns ( .caraml.upi.v1.PredictValuesResponse ) {
                    option (.google.api.http) = { post:"/v1/predict" body:"*" };
                  }
                }
                """);
    }

    @Test
    void itPredicts() {
        assertThat(grpcurl(List.of("-d", REQUEST), SERVICE + "/PredictValues")).isEqualToIgnoringWhitespace(ANSWER);
    }

    @Test
    void itShowsWhyACallIsRefused() {
        String torn = REQUEST.replace("{\"integer_value\": 1}, ", "");
        var refused = GoProgram.GRPCURL.run(arguments(List.of("-d", torn), SERVICE + "/PredictValues"));
        assertThat(refused.output()).contains("Code: InvalidArgument").contains("row 0 (row_id \"a\")");
        assertThat(refused.code()).isNotZero();
    }

    private static String grpcurl(List<String> options, String... what) {
        return GoProgram.GRPCURL.output(arguments(options, what));
    }

    private static String[] arguments(List<String> options, String... what) {
        List<String> all = new ArrayList<>(List.of("-plaintext"));
        all.addAll(options);
        all.add(Mirror.address(adapter));
        all.addAll(Arrays.asList(what));
        return all.toArray(String[]::new);
    }
}
