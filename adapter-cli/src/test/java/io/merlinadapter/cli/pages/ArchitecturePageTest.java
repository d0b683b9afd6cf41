package io.merlinadapter.cli.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/architecture.md lists is there: hops, rooms, tests. */
class ArchitecturePageTest {
    private static final Path PAGE = AdapterProcess.ROOT.resolve("docs/architecture.md");
    private static final Pattern HOP = Pattern.compile("(?m)^\\| \\d+ \\| [^|]+ \\| `(\\w+)\\.(\\w+)` \\|");
    private static final Pattern NUMBERED = Pattern.compile("(?m)^\\| (\\d+) \\| ");
    private static final Pattern TEST_CLASS = Pattern.compile("`(\\w+(?:Test|IT|Contract))`");
    private static final Pattern DECISION = Pattern.compile("(?m)^\\d+\\. \\*\\*");
    private static final int MOST_HOPS = 25;

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.merlinadapter");

    private static String page() throws IOException {
        return Files.readString(PAGE);
    }

    @Test
    void everyHopOfARequestIsAMethodThatIsThere() throws IOException {
        List<MatchResult> hops = HOP.matcher(page()).results().toList();
        assertThat(hops).hasSizeGreaterThan(15);
        assertThat(hops)
                .allSatisfy(hop -> assertThat(hasMethod(hop.group(1), hop.group(2)))
                        .as(hop.group())
                        .isTrue());
    }

    private static boolean hasMethod(String type, String method) {
        return HOUSE.stream()
                .filter(one -> one.getSimpleName().equals(type))
                .map(JavaClass::getMethods)
                .flatMap(Set::stream)
                .map(JavaMethod::getName)
                .anyMatch(method::equals);
    }

    @Test
    void aRequestPassesNoMoreHopsThanItMay() throws IOException {
        List<Integer> numbers = NUMBERED.matcher(page())
                .results()
                .map(row -> Integer.valueOf(row.group(1)))
                .toList();
        assertThat(numbers).isSorted().doesNotHaveDuplicates().last().matches(last -> last <= MOST_HOPS);
    }

    @Test
    void everyTestThatThePageNamesIsThere() throws IOException {
        Set<String> there = testClasses();
        assertThat(TEST_CLASS
                        .matcher(page())
                        .results()
                        .map(named -> named.group(1))
                        .collect(Collectors.toSet()))
                .hasSizeGreaterThan(20)
                .isSubsetOf(there);
    }

    private static Set<String> testClasses() throws IOException {
        try (Stream<Path> files = Files.walk(AdapterProcess.ROOT)) {
            return files.map(Path::toString)
                    .filter(file -> file.contains("/src/test/java/") && file.endsWith(".java"))
                    .map(file -> file.substring(file.lastIndexOf('/') + 1, file.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void everyDecisionSaysWhenItMayGo() throws IOException {
        String[] decisions = DECISION.split(page(), -1);
        assertThat(decisions).hasSize(11);
        assertThat(List.of(decisions).subList(1, 11))
                .allSatisfy(one -> assertThat(one).contains("*Delete when*"));
    }
}
