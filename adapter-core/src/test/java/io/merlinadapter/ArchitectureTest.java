package io.merlinadapter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The arrows between the packages of core: dispatch → worker → protocol + transport → os, all of which use predict, memory,
 * text, metrics and loop.
 */
class ArchitectureTest {
    private static final String ROOT = "io.merlinadapter.";

    /** What each package may know of the others. */
    private static final Map<String, List<String>> ARROWS = new LinkedHashMap<>(Map.ofEntries(
            entry("memory", List.of()),
            entry("text", List.of()),
            entry("predict", List.of("memory")),
            entry("loop", List.of()),
            entry("metrics", List.of("predict", "metrics.child")),
            entry("metrics.child", List.of("predict", "text")),
            entry("metrics.push", List.of("metrics", "text")),
            entry("protocol", List.of("predict", "memory", "text", "metrics.child")),
            entry("os", List.of("metrics", "text")),
            entry("transport", List.of("loop", "os", "memory", "protocol", "metrics", "metrics.child", "text")),
            entry(
                    "worker",
                    List.of(
                            "predict",
                            "memory",
                            "text",
                            "loop",
                            "metrics",
                            "metrics.child",
                            "protocol",
                            "os",
                            "transport")),
            entry("dispatch", List.of("predict", "memory", "text", "loop", "metrics", "protocol", "worker"))));

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.merlinadapter");

    @Test
    void arrowsPointOneWay() {
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
                    .because(name + " may lean on " + known + " only")
                    .check(CORE);
        });
    }

    @Test
    void everyPackageHasItsPlaceInTheMap() {
        String[] known = ARROWS.keySet().stream().map(name -> ROOT + name).toArray(String[]::new);
        classes().should().resideInAnyPackage(known).check(CORE);
    }

    @Test
    void noPackagesKnowEachOtherInACircle() {
        slices().matching("io.merlinadapter.(**)").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void noTypesOfOnePackageKnowEachOtherInACircle() {
        for (String name : List.of("transport", "os", "memory")) {
            slices().assignedFrom(new OutermostTypesOf(ROOT + name))
                    .should()
                    .beFreeOfCycles()
                    .check(CORE);
        }
    }

    /** The types of one package; nested types belong to their outermost type. */
    private record OutermostTypesOf(String name) implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            JavaClass outermost = type;
            while (outermost.getEnclosingClass().isPresent()) {
                outermost = outermost.getEnclosingClass().get();
            }
            return type.getPackageName().equals(name)
                    ? SliceIdentifier.of(outermost.getSimpleName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "types of " + name;
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
    void formatsDoNoInputOrOutputAndKnowNoThreads() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx..", "java.nio.file..", "java.net..", "java.util.concurrent..", "org.slf4j..")
                .check(CORE);
    }

    @Test
    void onlyTheProcessPackageTouchesTheOperatingSystemsProcesses() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "os..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Process")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("org.zeroturnaround..")
                .check(CORE);
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.ProcessBuilder")
                .check(CORE);
    }

    @Test
    void stateOfTheLoopIsNotGuardedByLocks() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "dispatch..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent.atomic..", "java.util.concurrent.locks..")
                .check(CORE);
    }

    @Test
    void nobodySleeps() {
        JavaClasses all = new ClassFileImporter().importPackages("io.merlinadapter");
        Stream.of(Thread.class)
                .forEach(type -> noClasses()
                        .should()
                        .callMethod(type, "sleep", long.class)
                        .check(all));
    }
}
