package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.CheckRun;
import io.merlinadapter.cli.it.support.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The template folders as they are, served from the folder. */
@Timeout(600)
final class TemplatesIT {
    /** What holds for each of them. */
    @Nested
    @ParameterizedClass
    @EnumSource
    final class Each implements TemplateContract {
        private static LocalModel model;

        @Parameter
        private Template template;

        @BeforeParameterizedClassInvocation
        static void serve(Template template) {
            List<String> options = List.of("--format=jsonrpc", "--upi-payload=instances", "--warmup=@request.json");
            Path artifact = template.folder().resolve("artifact");
            model = LocalModel.serve(TemplateContract.NAME, template.folder(), artifact, options, template.program());
        }

        @AfterParameterizedClassInvocation
        static void stop() {
            model.close();
        }

        @Override
        public Model model() {
            return model;
        }

        @Override
        public Template template() {
            return template;
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("all")
    void theCheckFindsNothingAmiss(Template template) {
        List<String> words = new ArrayList<>(List.of("--quick", "--format=jsonrpc", "--warmup=@request.json", "--"));
        words.addAll(template.program());
        CheckRun run = CheckRun.of(template.folder(), Map.of("ADAPTER_UPI_PAYLOAD", "instances"), words);

        assertThat(run.exitCode()).as(run.output() + run.errors()).isZero();
        assertThat(run.said())
                .contains("It will serve: no failures,")
                .contains("ok answers request.json: 200 after ")
                .contains("ok upi upi-request.json: gRPC OK after ")
                .contains("ok jsonrpc it takes ");
        // A machine with other work to do is no fault of the program.
        assertThat(run.output().lines().filter(line -> line.startsWith("warn")))
                .allMatch(line -> line.contains("for its first answer"), run.output());
    }

    @Test
    void allHaveTheSameRequestsAndNumbers() throws IOException {
        Path python = Template.PYTHON.folder();
        for (Template template : Template.values()) {
            for (String file : List.of("request.json", "upi-request.json")) {
                assertThat(template.folder().resolve(file)).hasSameTextualContentAs(python.resolve(file));
            }
        }
        for (Template template : List.of(Template.NODE, Template.GO)) {
            String file = "artifact/model.json";
            assertThat(template.folder().resolve(file)).hasSameTextualContentAs(python.resolve(file));
        }
        assertThat(Template.R.folder().resolve("deliveries.csv"))
                .hasSameTextualContentAs(python.resolve("deliveries.csv"));
    }

    @Test
    void trainingAgainMakesTheSameModel(@TempDir Path temp) throws IOException {
        for (Template template : List.of(Template.PYTHON, Template.R)) {
            Path copy = Files.createDirectories(temp.resolve(template.language()));
            Files.createDirectory(copy.resolve("artifact"));
            try (Stream<Path> files = Files.list(template.folder())) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }
        }
        Tools.run(temp.resolve("python"), "/usr/bin/python3", "train.py");
        Tools.run(temp.resolve("r"), "Rscript", "train.R");

        assertThat(temp.resolve("python/artifact/model.json"))
                .hasSameTextualContentAs(Template.PYTHON.folder().resolve("artifact/model.json"));
        String same = "a <- readRDS('artifact/model.rds'); b <- readRDS('"
                + Template.R.folder().resolve("artifact/model.rds")
                + "'); stopifnot(all.equal(coef(a), coef(b)), identical(a$xlevels, b$xlevels))";
        Tools.run(temp.resolve("r"), "Rscript", "-e", same);
    }

    /** The copy that programs have beside them goes first; this is for those that have none. */
    @Test
    void aProgramWithoutACopyFindsTheHelperAndWhatWasSetIsKept(@TempDir Path folder) throws IOException {
        Path own = Files.createDirectory(folder.resolve("own"));
        Files.writeString(own.resolve("rates.py"), "PER_KM = 3\n");
        Files.writeString(folder.resolve("predict.py"), """
                import os
                import merlin_adapter
                import prometheus_client
                from rates import PER_KM
                from merlin_adapter import serve

                merlin_adapter.REPORT_SECONDS = 0.1

                asked = prometheus_client.Counter("rides_asked", "Rides")
                took = prometheus_client.Histogram("rides_km", "Km", buckets=[1, 10])

                def predict(body):
                    asked.inc()
                    took.observe(body["km"])
                    return {"predictions": [5 + PER_KM * body["km"]], "path": os.environ["PYTHONPATH"]}

                serve(predict)
                """);
        Path helpers = AdapterProcess.ROOT.resolve("adapter-cli/target/merlin-adapter/helpers");
        AdapterProcess adapter = AdapterProcess.launch(
                folder,
                Map.of("PYTHONPATH", own.toString()),
                List.of("--format=jsonrpc"),
                List.of("/usr/bin/python3", "predict.py"));
        try (Served served = Served.of(adapter)) {
            assertThat(served.predict("{\"km\":2}").body())
                    .isEqualTo("{\"predictions\": [11], \"path\": \"" + own + ":" + helpers.resolve("python") + "\"}");
            served.predict("{\"km\":0.5}");
            // Reported when nobody calls any more.
            Pattern both = Pattern.compile("rides_km_count\\{[^}]*} 2\n");
            adapter.until(() -> both.matcher(adapter.metrics()).find(), "histogram of the program");
            assertThat(served.value("rides_asked_total")).isEqualTo(2);
            assertThat(served.value("rides_km_sum")).isCloseTo(2.5, offset(1e-6));
            assertThat(adapter.metrics()).containsPattern("rides_km_bucket\\{[^}]*le=\"1.0\"[^}]*} 1\n");
        }

        Files.writeString(folder.resolve("predict.js"), """
                const { serve } = require('merlin-adapter');
                serve(() => ({ predictions: [], path: process.env.NODE_PATH }));
                """);
        List<String> options = List.of("--format=jsonrpc");
        try (Served served = Served.start(folder, options, List.of("node", "predict.js"))) {
            assertThat(served.predict("{}").body())
                    .isEqualTo("{\"predictions\":[],\"path\":\"" + helpers.resolve("node") + "\"}");
        }
        for (Template template : Template.values()) {
            Path delivered = helpers.resolve(template.language())
                    .resolve(template.folder().relativize(template.helper()));
            assertThat(delivered).hasSameTextualContentAs(template.helper());
        }
    }
}
