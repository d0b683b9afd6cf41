package io.merlinadapter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rooms of core and the arrows between them, as docs/architecture.md lists them. */
class ArchitectureTest {
    private static final String ROOT = "io.merlinadapter.";
    /** A row of the page's table: the room, what it holds, what it leans on. */
    private static final Pattern ROOM = Pattern.compile("\\| `((?!cli)[a-z.]+)` \\| [^|]+ \\| ([^|]+) \\|");

    private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");
    private static final Map<String, List<String>> ARROWS = readArrows();

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.merlinadapter");

    private static Map<String, List<String>> readArrows() {
        Map<String, List<String>> arrows = new LinkedHashMap<>();
        try {
            Path page = Path.of(System.getProperty("project.root"), "docs/architecture.md");
            Matcher rows = ROOM.matcher(Files.readString(page));
            while (rows.find()) {
                arrows.put(
                        rows.group(1),
                        NAME.matcher(rows.group(2))
                                .results()
                                .map(found -> found.group(1))
                                .toList());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return arrows;
    }

    @Test
    void roomsLeanOnNothingButWhatThePageSays() {
        ARROWS.forEach((name, known) -> {
            String[] strangers = ARROWS.keySet().stream()
                    .filter(other -> !other.equals(name) && !known.contains(other))
                    .map(other -> ROOT + other)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + name)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(strangers)
                    .because(name + " may lean on " + known + " only (docs/architecture.md)")
                    .check(CORE);
        });
    }

    @Test
    void thePageListsNoArrowThatIsNotThere() {
        ARROWS.forEach((name, known) -> assertThat(known)
                .as(name)
                .allSatisfy(other -> assertThat(CORE.stream()
                                .filter(type -> type.getPackageName().equals(ROOT + name))
                                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                                .anyMatch(to ->
                                        to.getTargetClass().getPackageName().equals(ROOT + other)))
                        .as(name + " leans on " + other)
                        .isTrue()));
    }

    @Test
    void everyClassLivesInARoomOfThePage() {
        String[] known = ARROWS.keySet().stream().map(name -> ROOT + name).toArray(String[]::new);
        classes().should().resideInAnyPackage(known).check(CORE);
    }

    @Test
    void noTypesUseEachOtherInACircle() {
        slices().assignedFrom(new OutermostTypes()).should().beFreeOfCycles().check(CORE);
    }

    /** A nested type counts as its outermost one. */
    private static final class OutermostTypes implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getName();
            int nested = name.indexOf('$');
            return name.startsWith(ROOT)
                    ? SliceIdentifier.of(nested < 0 ? name : name.substring(0, nested))
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "outermost types";
        }
    }

    @Test
    void coreKnowsNoFrontAndReadsNoEnvironment() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.core.http..", "io.vertx.ext.web..", "io.vertx.grpc..")
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(CORE);
    }

    @Test
    void protocolsAndJsonDoNoInputOrOutputAndKnowNoThreads() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + "protocol", ROOT + "json")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx..", "java.nio.file..", "java.net..", "java.util.concurrent..", "org.slf4j..")
                .check(CORE);
    }

    @Test
    void onlyOneRoomTouchesTheOperatingSystemsProcesses() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "os")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Process")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("org.zeroturnaround..")
                .check(CORE);
        // It changes the one that zt-exec has made.
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + "os.ChildPipe")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.ProcessBuilder")
                .orShould()
                .callConstructor("java.lang.ProcessBuilder", "[Ljava.lang.String;")
                .orShould()
                .callConstructor("java.lang.ProcessBuilder", "java.util.List")
                .check(CORE);
    }

    @Test
    void stateOfTheEventLoopIsNotGuardedByLocks() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + "dispatch", ROOT + "worker")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent.atomic..", "java.util.concurrent.locks..")
                .check(CORE);
    }

    @Test
    void nobodySleeps() {
        JavaClasses all = new ClassFileImporter().importPackages("io.merlinadapter");
        noClasses()
                .should()
                .callMethodWhere(new DescribedPredicate<JavaMethodCall>("sleeps") {
                    @Override
                    public boolean test(JavaMethodCall call) {
                        String name = call.getTarget().getName();
                        String owner = call.getTargetOwner().getName();
                        return name.equals("sleep")
                                && List.of("java.lang.Thread", "java.util.concurrent.TimeUnit")
                                        .contains(owner);
                    }
                })
                .check(all);
    }
}
