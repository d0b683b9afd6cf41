package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Children;
import io.merlinadapter.cli.it.support.Pushgateway;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.run.ExitCode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics pushed to a real Pushgateway, as Merlin's pyfunc server does. */
@SideBySide
final class PushgatewayIT {
    private static final Path HERE = Path.of(".");
    private static final String OFTEN = "1";
    /** So that nothing is pushed but what is at the start and at the end. */
    private static final String NEVER_AGAIN = "86400";

    @TempDir
    Path folder;

    private final int port = AdapterProcess.freePort();

    private AdapterProcess launch(String url, String interval, List<String> options, String... child) {
        Map<String, String> environment = Map.of(
                "PUSHGATEWAY_ENABLED", "true",
                "PUSHGATEWAY_URL", url,
                "PUSHGATEWAY_PUSH_INTERVAL_SEC", interval);
        List<String> all = new ArrayList<>(options);
        all.add("--model-name=eta");
        all.add("--model-full-name=model-1");
        return AdapterProcess.launch(HERE, environment, all, Children.scripted(child));
    }

    private AdapterProcess serve(String url, String interval, String... options) {
        AdapterProcess adapter = launch(url, interval, List.of(options));
        adapter.awaitPort();
        return adapter;
    }

    private String address() {
        return "127.0.0.1:" + port;
    }

    /** A metric of ours, as a Pushgateway shows it: its own labels are the group's. */
    private static Pattern pushed(String job, String metric, int value) {
        return Pattern.compile(
                "(?m)^" + metric + "\\{(?=[^}]*host=\"[^\"]+\")(?=[^}]*instance=\"\")(?=[^}]*job=\"" + job
                        + "\")(?=[^}]*merlin_model_name=\"eta\")(?=[^}]*merlin_model_version=\"1\")(?=[^}]*model_name=\"eta\")"
                        + "[^}]*} " + value + "$");
    }

    private static void awaitPushed(AdapterProcess adapter, Pushgateway gateway, String metric, int value) {
        Pattern line = pushed("merlin_adapter", metric, value);
        adapter.until(() -> line.matcher(gateway.page()).find(), metric + " " + value + " at " + gateway.log());
    }

    private static int count(AdapterProcess adapter, String text) {
        return adapter.output().split(Pattern.quote(text), -1).length - 1;
    }

    @Test
    void whatThePageOfMetricsShowsIsPushedWithTheLabelsOfTheGroup() {
        try (Pushgateway gateway = new Pushgateway(folder, port);
                AdapterProcess adapter = serve(address(), OFTEN)) {
            assertThat(new Callers(adapter).post("{\"do\":[[\"answer\",{}]]}").statusCode())
                    .isEqualTo(200);
            awaitPushed(adapter, gateway, "adapter_workers_ready", 1);
            awaitPushed(adapter, gateway, "adapter_requests_total", 1);
            List<String> types = adapter.metrics()
                    .lines()
                    .filter(line -> line.startsWith("# TYPE "))
                    .toList();
            assertThat(types).isNotEmpty();
            // The next push: the first garbage collection may have added a series of its own since the last.
            adapter.until(() -> gateway.page().lines().toList().containsAll(types), "all of " + types);
            String page = gateway.page();
            assertThat(page).containsPattern("push_failure_time_seconds\\{[^}]*job=\"merlin_adapter\"[^}]*} 0\n");
            assertThat(adapter.metrics()).containsPattern("adapter_pushes_total\\{[^}]*\"failure\"} 0.0\n");
            assertThat(gateway.log()).doesNotContain("overlap").doesNotContain("error");
        }
    }

    @Test
    void aGatewayBelowAPathThatAsksForAPasswordIsPushedTo() {
        try (Pushgateway gateway = Pushgateway.guarded(folder, port, "/team/push");
                AdapterProcess adapter = serve(
                        "http://" + Pushgateway.LOGIN + "@" + address() + "/team/push/",
                        OFTEN,
                        "--pushgateway-job=a/b c")) {
            Pattern ready = pushed("a/b c", "adapter_workers_ready", 1);
            adapter.until(() -> ready.matcher(gateway.page("/team/push")).find(), "push; " + gateway.log());
            adapter.terminate();
            assertThat(adapter.exitCode()).isZero();
            assertThat(gateway.page("/team/push")).contains("go_info").doesNotContain("adapter_");
            assertThat(adapter.output())
                    .contains("pushgateway-url=http://***@" + address() + "/team/push (PUSHGATEWAY_URL)")
                    .doesNotContain("geheim");
        }
    }

    @Test
    void aPasswordThatIsWrongIsAFailureThatSaysWhereItGoes() {
        try (Pushgateway gateway = Pushgateway.guarded(folder, port, "/");
                AdapterProcess adapter = serve("pusher:falsch@" + address(), OFTEN)) {
            adapter.awaitOutput(
                    "fails: status 401 (Unauthorized); have --pushgateway-url hold the user and the password");
            assertThat(adapter.output()).doesNotContain("falsch");
            assertThat(gateway.page("")).doesNotContain("adapter_");
        }
    }

    @Test
    void aGatewayThatComesLateAndGoesAgainIsLoggedOncePerChange() {
        try (AdapterProcess adapter = serve(address(), OFTEN)) {
            Pattern failures = Pattern.compile("adapter_pushes_total\\{[^}]*\"failure\"} [3-9]");
            adapter.until(() -> failures.matcher(adapter.metrics()).find(), "3 failures");
            assertThat(count(adapter, "pushing metrics to http://" + address() + " fails: Connection refused"))
                    .isEqualTo(1);
            try (Pushgateway gateway = new Pushgateway(folder, port)) {
                awaitPushed(adapter, gateway, "adapter_workers_ready", 1);
                adapter.awaitOutput("pushing metrics to http://" + address() + " works again");
            }
            adapter.until(() -> count(adapter, " fails: ") == 2, "second failure");
            assertThat(count(adapter, " works again")).isEqualTo(1);
        }
    }

    @Test
    void aGatewayThatAcceptsAndNeverAnswersDelaysNoRequestAndHardlyTheStop() throws Exception {
        // A push may take up to 5 s then: the first, which is under way all the time, and the last are cut short.
        try (ServerSocket silent = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
                AdapterProcess adapter = serve(address(), NEVER_AGAIN);
                Socket push = silent.accept()) {
            Callers callers = new Callers(adapter);
            for (int i = 0; i < 20; i++) {
                assertThat(callers.post("{\"do\":[[\"answer\",{}]]}").statusCode())
                        .isEqualTo(200);
            }
            adapter.terminate();
            assertThat(adapter.exitCode()).isZero();
            assertThat(push.isClosed()).isFalse();
            adapter.logs("the last metrics could not be pushed and deleted within 2 s");
        }
    }

    @Test
    void aCleanExitPushesTheLastFiguresAndLeavesThemWhereAskedTo() {
        try (Pushgateway gateway = new Pushgateway(folder, port);
                AdapterProcess adapter = serve(address(), NEVER_AGAIN, "--pushgateway-delete=false")) {
            adapter.awaitOutput("metrics are pushed to");
            assertThat(new Callers(adapter).post("{\"do\":[[\"answer\",{}]]}").statusCode())
                    .isEqualTo(200);
            assertThat(gateway.page())
                    .contains("adapter_workers_ready")
                    .doesNotContainPattern(pushed("merlin_adapter", "adapter_requests_total", 1));
            adapter.terminate();
            assertThat(adapter.exitCode()).isZero();
            assertThat(gateway.page())
                    .containsPattern(pushed("merlin_adapter", "adapter_requests_total", 1))
                    .containsPattern(pushed("merlin_adapter", "adapter_workers_ready", 0));
        }
    }

    @Test
    void aCleanExitDeletesTheGroup() {
        try (Pushgateway gateway = new Pushgateway(folder, port);
                AdapterProcess adapter = serve(address(), NEVER_AGAIN)) {
            adapter.awaitOutput("metrics are pushed to");
            assertThat(gateway.page()).contains("merlin_model_name");
            adapter.terminate();
            assertThat(adapter.exitCode()).isZero();
            adapter.logs("are deleted (--pushgateway-delete)");
            assertThat(gateway.page()).contains("go_info").doesNotContain("merlin_model_name");
        }
    }

    @Test
    void anAdapterThatGivesUpLeavesItsLastFiguresToBeLookedAt() {
        try (Pushgateway gateway = new Pushgateway(folder, port);
                AdapterProcess adapter = launch(address(), NEVER_AGAIN, List.of(Supervision.WARMUP), "exit=7")) {
            assertThat(adapter.exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            assertThat(gateway.page()).containsPattern("adapter_worker_deaths_total\\{[^}]*reason=\"startup\"} 5\n");
            assertThat(adapter.output()).doesNotContain("are deleted");
        }
    }
}
