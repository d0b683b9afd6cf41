package io.merlinadapter.cli.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.merlinadapter.cli.Main;
import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.SideBySide;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The arrows between the modules: cli → upi → http → core, and of core the fronts know its two public faces only. */
class HouseTest {
    private static final String[] CORE = {
        "io.merlinadapter.dispatch..",
        "io.merlinadapter.worker..",
        "io.merlinadapter.protocol..",
        "io.merlinadapter.transport..",
        "io.merlinadapter.os..",
        "io.merlinadapter.loop..",
        "io.merlinadapter.memory..",
        "io.merlinadapter.json..",
        "io.merlinadapter.predict..",
        "io.merlinadapter.text..",
        "io.merlinadapter.trace..",
        "io.merlinadapter.metrics.."
    };
    private static final String[] FOR_FRONTS = {
        "io.merlinadapter.predict..",
        "io.merlinadapter.memory..",
        "io.merlinadapter.json..",
        "io.merlinadapter.text..",
        "io.merlinadapter.trace",
        "io.merlinadapter.metrics"
    };
    private static final String HTTP = "io.merlinadapter.http..";
    private static final String UPI = "io.merlinadapter.upi..";
    private static final String CLI = "io.merlinadapter.cli..";

    /** As docs/architecture.md lists the rooms of the command: name, what it holds, what it leans on. */
    private static final Pattern ROOM = Pattern.compile("\\| `(cli[a-z.]*)` \\| [^|]+ \\| ([^|]+) \\|");

    private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.merlinadapter");

    @Test
    void coreKnowsNothingAboveIt() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, UPI, CLI)
                .check(HOUSE);
    }

    @Test
    void frontsSayPredictAndTellMetricsAndNothingElse() {
        DescribedPredicate<JavaClass> insides =
                resideInAnyPackage(CORE).and(DescribedPredicate.not(resideInAnyPackage(FOR_FRONTS)));
        noClasses()
                .that()
                .resideInAnyPackage(HTTP, UPI)
                .should()
                .dependOnClassesThat(insides)
                .check(HOUSE);
        noClasses()
                .that(resideInAPackage(HTTP))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(UPI, CLI)
                .check(HOUSE);
        noClasses()
                .that(resideInAPackage(UPI))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CLI)
                .check(HOUSE);
    }

    @Test
    void routesHandToExchangesAndThoseUseTheServer() {
        noClasses()
                .that()
                .resideInAPackage("io.merlinadapter.http.server")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.merlinadapter.http.exchange", "io.merlinadapter.http.routes")
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAPackage("io.merlinadapter.http.exchange")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.merlinadapter.http.routes")
                .check(HOUSE);
    }

    @Test
    void payloadsAreBytesAndKnowNoNetwork() {
        noClasses()
                .that()
                .resideInAPackage("io.merlinadapter.upi.table..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.merlinadapter.upi", "io.merlinadapter.metrics..", HTTP, CLI, "io.vertx..", "io.netty..")
                .check(HOUSE);
    }

    @Test
    void theRoomsOfTheCommandLeanOnWhatThePageSaysAndThatStandsBelowThem() throws IOException {
        String page = Files.readString(AdapterProcess.ROOT.resolve("docs/architecture.md"));
        Map<String, String> leansOn = new LinkedHashMap<>();
        ROOM.matcher(page).results().forEach(row -> leansOn.put(row.group(1), row.group(2)));
        List<String> rooms = List.copyOf(leansOn.keySet());
        assertThat(rooms).hasSize(8);
        leansOn.forEach((room, known) -> {
            List<String> named =
                    NAME.matcher(known).results().map(found -> found.group(1)).toList();
            assertThat(rooms.subList(rooms.indexOf(room) + 1, rooms.size()))
                    .as(room)
                    .containsAll(named);
            String[] strangers = rooms.stream()
                    .filter(other -> !other.equals(room) && !named.contains(other))
                    .map(other -> "io.merlinadapter." + other)
                    .toArray(String[]::new);
            classes()
                    .that()
                    .resideInAPackage("io.merlinadapter." + room)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideOutsideOfPackages(strangers)
                    .check(HOUSE);
        });
        classes()
                .that()
                .resideInAPackage(CLI)
                .should()
                .resideInAnyPackage(
                        rooms.stream().map(room -> "io.merlinadapter." + room).toArray(String[]::new))
                .check(HOUSE);
    }

    @Test
    void everyClassLivesInAKnownPackage() {
        classes().should().resideInAnyPackage(concat(CORE, HTTP, UPI, CLI)).check(HOUSE);
    }

    @Test
    void theEnvironmentIsReadAndTheProcessEndedInMainAlone() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Main.class.getName())
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(HOUSE);
    }

    @Test
    void thereIsOneClock() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.merlinadapter.loop.VertxEventLoop")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(HOUSE);
    }

    @Test
    void testsThatStartTheCommandRunSideBySideOrAlone() {
        classes()
                .that()
                .haveSimpleNameEndingWith("IT")
                .should()
                .beAnnotatedWith(SideBySide.class)
                .orShould()
                .beAnnotatedWith(Isolated.class)
                .check(new ClassFileImporter().importPackages("io.merlinadapter.cli"));
    }

    private static String[] concat(String[] some, String... more) {
        String[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
