package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Tools;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Each template in its image, by the commands of its page. The languages' own images are stood in for by Debian's packages. */
@ImageTest
@Tag("all")
final class TemplateImagesIT {
    private static final String HELPERS = "/opt/merlin-adapter/helpers/";

    /** Builds the template's image by the command of its page; its name. */
    private static String build(Template template) {
        Images.base();
        String language = template.language();
        String standIn = "merlin-adapter-stand-in-" + language;
        engine("build", "--tag", standIn, "examples/src/test/images/" + language);

        TemplateReadme readme = TemplateReadme.of(template);
        List<String> words = new ArrayList<>(Arrays.asList(readme.build().split(" ", -1)));
        assertThat(words).startsWith("docker", "build").endsWith(".");
        words.set(words.size() - 1, template.folder().toString());
        words.addAll(2, List.of("--build-arg", language.toUpperCase(Locale.ROOT) + "=" + standIn));
        engine(words.subList(1, words.size()).toArray(String[]::new));
        return words.get(words.indexOf("--tag") + 1);
    }

    private static String engine(String... words) {
        Container.Ended ended = Container.engine(words);
        assertThat(ended.code()).as(ended.output()).isZero();
        return ended.output().strip();
    }

    /** What holds for each of them, run as Merlin would run it. */
    @Nested
    @ImageTest
    @Tag("all")
    @ParameterizedClass
    @EnumSource
    final class Each implements TemplateContract {
        private static String image = "";
        private static ContainerModel model;

        @Parameter
        private Template template;

        @BeforeParameterizedClassInvocation
        static void serve(Template template) {
            image = build(template);
            model = ContainerModel.serve(TemplateContract.NAME, image);
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

        /** The container of the page's command is the one that its second command calls. */
        @Test
        void theCommandsOfThePageAnswerAsItSays() {
            TemplateReadme readme = TemplateReadme.of(template());
            assertThat(readme.run()).isEqualTo("docker run --rm --publish 8080:8080 --publish 9000:9000 " + image);
            try (Container container = Container.serve(List.of(), image)) {
                URI there = container.address(8080, "");
                String call = readme.call().replace("http://localhost:8080", there.toString());
                assertThat(Tools.run(template().folder(), "sh", "-c", call)).isEqualTo(readme.answer());
                container.hasACleanLog();
                assertThat(container.stop()).isZero();
            }
        }

        /** In the image's own words: what is set there is kept, and what the adapter brings is behind it. */
        @Test
        void theHelperIsFoundWithoutACopy() {
            String tried = switch (template()) {
                case PYTHON ->
                    "cd /tmp && python3 -c 'import merlin_adapter as m; print(m.__file__)' && echo $PYTHONPATH";
                case NODE -> "cd /tmp && node -p 'require.resolve(\"merlin-adapter\")' && echo $NODE_PATH";
                case R ->
                    "cd /tmp && Rscript -e 'source(\"" + HELPERS + "r/merlin_adapter.R\"); cat(is.function(serve))'";
                case GO -> "head -n 1 " + HELPERS + "go/merlinadapter/merlinadapter.go";
            };
            String found = switch (template()) {
                case PYTHON -> HELPERS + "python/merlin_adapter.py\n/own:" + HELPERS + "python";
                case NODE -> HELPERS + "node/merlin-adapter.js\n/own:" + HELPERS + "node";
                case R -> "TRUE";
                case GO -> "// Package merlinadapter serves a function of yours with merlin-adapter.";
            };
            // The program of a moment: the adapter starts it, and gives up when it has ended.
            Container.Ended ended = Container.run(
                    List.of(
                            "--env=PYTHONPATH=/own",
                            "--env=NODE_PATH=/own",
                            "--env=ADAPTER_GIVE_UP_AFTER=1",
                            "--env=ADAPTER_WARMUP=",
                            "--tmpfs=/tmp",
                            "--entrypoint=sh"),
                    image,
                    "-c",
                    "/opt/merlin-adapter/bin/merlin-adapter --format=json -- sh -c \"$0\" 2>&1 || true",
                    tried);
            for (String line : found.lines().toList()) {
                assertThat(ended.output()).contains(line);
            }
        }
    }
}
