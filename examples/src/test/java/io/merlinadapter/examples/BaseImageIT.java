package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Tools;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the base image is made of. */
@ImageTest
final class BaseImageIT {
    private static final int MOST_OF_ADAPTER_MB = 104;
    private static final int MOST_OF_IMAGE_MB = 186;
    private static final String HOME = "/opt/merlin-adapter";
    private static final String ECHO = "while read -r line; do echo '{\"predictions\":[1]}'; done";
    /** Named in the jars and not needed: annotation processors, java.beans, JDBC, logback's files, the flight recorder. */
    private static final Set<String> UNUSED =
            Set.of("java.compiler", "java.desktop", "java.sql", "java.xml", "jdk.jfr");

    private static final Pattern MAX_HEAP = Pattern.compile("size_t MaxHeapSize += (\\d+) ");
    private static final Pattern HIGHEST_TIER = Pattern.compile("intx TieredStopAtLevel += (\\d)");
    private static final String PRINT_FLAGS = "ADAPTER_JAVA_OPTS=-XX:+PrintFlagsFinal merlin-adapter --version";

    private static String base;

    @BeforeAll
    static void build() {
        base = Images.base();
    }

    private static String in(String commands, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--entrypoint=sh");
        Container.Ended ended = Container.run(all, base, "-c", commands);
        assertThat(ended.code()).as(ended.output()).isZero();
        return ended.output().strip();
    }

    private static String inspect(String template) {
        return Container.engine("image", "inspect", "--format", template, base)
                .output()
                .strip();
    }

    @Test
    void itIsSmall() {
        assertThat(Integer.parseInt(in("du -s --apparent-size --block-size=1MB " + HOME + " | cut -f1")))
                .as("MB of %s", HOME)
                .isLessThanOrEqualTo(MOST_OF_ADAPTER_MB);
        assertThat(Long.parseLong(inspect("{{.Size}}")) / 1_000_000)
                .as("MB of the image")
                .isLessThanOrEqualTo(MOST_OF_IMAGE_MB);
    }

    @Test
    void platformsAreToldHowToRunIt() {
        assertThat(inspect("{{.Config.Entrypoint}}")).isEqualTo("[tini -- merlin-adapter]");
        assertThat(inspect("{{.Config.User}}")).isEqualTo("10001:10001");
        assertThat(inspect("{{.Config.ExposedPorts}}")).contains("8080/tcp", "9000/tcp");
        assertThat(inspect("{{.Config.StopSignal}}")).isEqualTo("SIGTERM");
        assertThat(inspect("{{json .Config.Labels}}"))
                .contains(
                        "org.opencontainers.image.title",
                        "org.opencontainers.image.version",
                        "org.opencontainers.image.revision",
                        "org.opencontainers.image.licenses");
        assertThat(inspect("{{json .Config}}")).doesNotContain("Healthcheck", "JAVA");
    }

    /** Of what the jars refer to, all is there but what is known to be of no use. */
    @Test
    @Tag("all")
    void everyModuleOfJavaThatIsInUseIsThere() {
        Path lib = AdapterProcess.ROOT.resolve("adapter-cli/target/merlin-adapter/lib");
        String script = "d=$(mktemp -d); trap 'rm -rf $d' EXIT; cd $d; for j in " + lib + "/*.jar; do"
                + " python3 -c 'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); z.extractall(\".\","
                + " [n for n in z.namelist() if n.endswith(\".class\") and not n.startswith(\"META-INF\") and n != \"module-info.class\"])'"
                + " $j; done; jdeps --ignore-missing-deps --print-module-deps --recursive .";
        String[] used =
                Tools.run(AdapterProcess.ROOT, "bash", "-ec", script).strip().split(",");
        Set<String> needed = new TreeSet<>(List.of(used));
        needed.removeAll(UNUSED);

        assertThat(in(HOME + "/runtime/bin/java --list-modules | cut -d@ -f1").lines())
                .containsAll(needed)
                .doesNotContainAnyElementsOf(UNUSED);
    }

    @Test
    void theTermsOfAllThatIsInItAreThere() {
        assertThat(in("ls " + HOME)).contains("LICENSE", "THIRD-PARTY.txt");
        assertThat(in("grep -m1 OpenJDK " + HOME + "/runtime/legal/copyright")).contains("OpenJDK");
        assertThat(in("cat " + HOME + "/debian-packages")).contains("openjdk-25-jre-headless", "ca-certificates");
        assertThat(in("merlin-adapter --version")).contains("Java 25");
    }

    @Test
    void certificatesAreThereForItselfAndForPrograms() {
        assertThat(in("grep -c BEGIN /etc/ssl/certs/ca-certificates.crt")).matches("[1-9]\\d\\d?");
        assertThat(in("wc -c <" + HOME + "/runtime/lib/security/cacerts")).matches("[1-9]\\d{5,}");
    }

    @Test
    void itStartsFromTheClassesThatATrainingRunHasLeft() {
        String options = "-XX:AOTMode=on -Xlog:class+load:file=/tmp/classes";
        try (Container container =
                Container.serve(List.of("--env=ADAPTER_JAVA_OPTS=" + options), base, "sh", "-c", ECHO)) {
            String counted = container.shell(
                    "grep -c 'shared objects' /tmp/classes; grep -c 'source: [fj]' /tmp/classes || true");
            int cached = Integer.parseInt(counted.lines().toList().get(0));
            int loaded = Integer.parseInt(counted.lines().toList().get(1));
            assertThat(cached).isGreaterThan(3000);
            assertThat(loaded).as("classes that were not in the cache").isLessThan(cached / 50);
        }
    }

    /** So the test above can fail. */
    @Test
    void aCacheThatDoesNotFitTheJarsIsFoundOut() {
        List<String> asRoot = List.of("--user=0", "--entrypoint=sh", "--env=ADAPTER_JAVA_OPTS=-XX:AOTMode=on");
        Container.Ended ended =
                Container.run(asRoot, base, "-c", "touch " + HOME + "/lib/vertx-core-*.jar; merlin-adapter cat");

        assertThat(ended.code()).isNotZero();
        assertThat(ended.output()).contains("AOT").contains("vertx-core").doesNotContain("serving");
    }

    @Test
    void theHeapFollowsTheLimitOfTheContainer() {
        assertThat(heapMegabytes("--memory=64m")).isEqualTo(80);
        assertThat(heapMegabytes("--memory=400m")).isEqualTo(100);
        assertThat(heapMegabytes("--memory=1g")).isEqualTo(256);
        assertThat(heapMegabytes("--memory=8g")).isEqualTo(1024);
        assertThat(heapMegabytes("--env=NO=limit")).isEqualTo(128);
    }

    @Test
    void theSecondCompilerRunsWhereTheContainerHasTheMemoryAndTheProcessorsForIt() {
        assertThat(highestTier("--memory=500m")).isEqualTo(1);
        assertThat(highestTier("--memory=512m")).isEqualTo(4);
        assertThat(highestTier("--cpus=1.9")).isEqualTo(1);
        assertThat(highestTier("--cpus=2")).isEqualTo(4);
        assertThat(highestTier("--env=NO=limit")).isEqualTo(4);
    }

    private static int highestTier(String option) {
        Matcher tier = HIGHEST_TIER.matcher(in(PRINT_FLAGS, option));
        assertThat(tier.find()).isTrue();
        return Integer.parseInt(tier.group(1));
    }

    private static long heapMegabytes(String option) {
        Matcher heap = MAX_HEAP.matcher(in(PRINT_FLAGS, option));
        assertThat(heap.find()).isTrue();
        return Long.parseLong(heap.group(1)) >> 20;
    }
}
