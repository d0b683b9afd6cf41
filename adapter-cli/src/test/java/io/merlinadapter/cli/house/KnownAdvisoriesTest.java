package io.merlinadapter.cli.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fails on a library that the list beside this says something about; it asks nobody else. */
class KnownAdvisoriesTest {

    record Advisory(String library, List<Version> mendedIn, String ids, String what) {
        static Advisory of(String line) {
            String[] words = line.split(" ", 4);
            assertThat(words).as(line).hasSize(4);
            return new Advisory(
                    words[0],
                    Arrays.stream(words[1].split(",")).map(Version::parse).toList(),
                    words[2],
                    words[3]);
        }

        /** True below what mends the version's own line of releases, or, if nothing does, below all that is mended. */
        boolean isAbout(String version) {
            Version mended = mendedIn.stream()
                    .filter(candidate -> line(candidate.toString()).equals(line(version)))
                    .findFirst()
                    .orElse(Collections.max(mendedIn, Comparator.naturalOrder()));
            return Version.parse(version).compareTo(mended) < 0;
        }

        private static String line(String version) {
            return String.join(".", Arrays.asList(version.split("\\.")).subList(0, 2));
        }
    }

    private static List<Advisory> advisories() throws IOException {
        try (var list = KnownAdvisoriesTest.class.getResourceAsStream("/advisories.txt")) {
            return new String(list.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Advisory::of)
                    .toList();
        }
    }

    /** Maven's local repository names them: …/io/netty/netty-common/4.2.20.Final/netty-common-4.2.20.Final.jar */
    private static final Pattern JAR = Pattern.compile(".*/([^/]+)/([^/]+)/\\1-\\2\\.jar!/.*");

    /** The versions on the class path by the path of their folder, which ends in group and artifact. */
    private static Map<String, String> versions() throws IOException {
        Map<String, String> versions = new LinkedHashMap<>();
        for (URL manifest :
                Collections.list(KnownAdvisoriesTest.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
            Matcher jar = JAR.matcher(manifest.getPath());
            if (jar.matches()) {
                versions.put(manifest.getPath().substring(0, jar.end(1)), jar.group(2));
            }
        }
        return versions;
    }

    @Test
    void noLibraryHasAKnownAdvisory() throws IOException {
        Map<String, String> versions = versions();
        List<String> found = new ArrayList<>();
        for (Advisory advisory : advisories()) {
            String folder = "/" + advisory.library().replace('.', '/').replace(':', '/');
            List<String> used = versions.entrySet().stream()
                    .filter(library -> library.getKey().endsWith(folder))
                    .map(Map.Entry::getValue)
                    .toList();
            assertThat(used)
                    .as("%s of advisories.txt, which is misspelt, or no longer used", advisory.library())
                    .hasSize(1);
            if (advisory.isAbout(used.get(0))) {
                found.add(advisory.library() + " " + used.get(0) + " has " + advisory.ids() + " (" + advisory.what()
                        + "), mended in " + advisory.mendedIn());
            }
        }
        assertThat(found).as("versions to raise in pom.xml").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "4.2.13.Final, true",
        "4.2.15.Final, false",
        "4.2.20.Final, false",
        "4.1.134.Final, true",
        "4.1.135.Final, false",
        "4.0.9.Final, true", // a line that nothing mends
        "4.3.0.Final, false"
    })
    void versionsAreHeldAgainstTheirOwnLine(String version, boolean affected) {
        Advisory advisory =
                Advisory.of("io.netty:netty-codec-http2 4.1.135.Final,4.2.15.Final CVE-1,CVE-2 any number of");
        assertThat(advisory.isAbout(version)).isEqualTo(affected);
    }
}
