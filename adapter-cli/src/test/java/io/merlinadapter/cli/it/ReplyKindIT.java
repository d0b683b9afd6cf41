package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.run.ExitCode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What counts as a reply, by the option and by the program itself. */
@SideBySide
class ReplyKindIT {
    private static final String LOGS_JSON = """
            import json, sys
            for line in sys.stdin:
              print(json.dumps({'level': 30, 'msg': 'got a request'}), flush=True)
              print(json.dumps({'predictions': [json.loads(line)['n']]}), flush=True)
            """;

    private static AdapterProcess serve(List<String> options) {
        AdapterProcess adapter =
                AdapterProcess.launch(Path.of("."), Map.of(), options, List.of("python3", "-c", LOGS_JSON));
        adapter.awaitPort();
        return adapter;
    }

    @Test
    void aLogInJsonIsALogWhereOnlyPredictionsAreReplies() {
        try (AdapterProcess adapter = serve(List.of("--reply=predictions"))) {
            Callers callers = new Callers(adapter);
            for (int n = 0; n < 20; n++) {
                HttpResponse<String> answer = callers.post("{\"n\":" + n + "}");
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("{\"predictions\": [" + n + "]}");
            }
            adapter.logs("worker 0 stdout: {\"level\": 30, \"msg\": \"got a request\"}");
            assertThat(adapter.output()).containsOnlyOnce("with --reply=predictions a reply has \"predictions\"");
        }
    }

    @Test
    void recordsOfALoggerAreLinesOfTheLogHoweverLateTheReplyComes() {
        String program = """
                import json, sys, time
                for line in sys.stdin:
                  print(json.dumps({'time': time.time(), 'level': 'INFO', 'msg': 'got it'}), flush=True)
                  time.sleep(1.5)
                  print(json.dumps({'total': json.loads(line)['n']}), flush=True)
                """;
        List<String> options = List.of("--warmup={\"n\":0}");
        try (AdapterProcess adapter =
                AdapterProcess.launch(Path.of("."), Map.of(), options, List.of("python3", "-c", program))) {
            adapter.awaitPort();
            Callers callers = new Callers(adapter);
            for (int n = 1; n < 4; n++) {
                HttpResponse<String> answer = callers.post("{\"n\":" + n + "}");
                assertThat(answer.body()).isEqualTo("{\"total\": " + n + "}");
                assertThat(answer.statusCode()).isEqualTo(200);
            }
            assertThat(adapter.output()).containsOnlyOnce("a record of a log (--reply=any takes it for a reply)");
        }
    }

    @Test
    void withoutThatTheAdapterGivesUpAndNamesIt() {
        try (AdapterProcess adapter = serve(List.of("--give-up-after=2", "--unready-grace=1m"))) {
            Callers callers = new Callers(adapter);
            // Nothing is known of the program at its first answer.
            callers.post("{\"n\":1}");
            HttpResponse<String> told = callers.post("{\"n\":2}");
            assertThat(told.statusCode()).isEqualTo(502);
            assertThat(told.body()).contains("it can't be told which of them is the reply", "--reply=predictions");
            assertThat(adapter.exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            adapter.logs("2 starts in a row ended without a single answer", "it wrote more JSON objects than");
        }
    }
}
