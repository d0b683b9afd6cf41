package io.merlinadapter.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
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
        "io.merlinadapter.metrics.."
    };
    private static final String[] FOR_FRONTS = {
        "io.merlinadapter.predict..",
        "io.merlinadapter.memory..",
        "io.merlinadapter.json..",
        "io.merlinadapter.text..",
        "io.merlinadapter.metrics"
    };
    private static final String HTTP = "io.merlinadapter.http..";
    private static final String UPI = "io.merlinadapter.upi..";
    private static final String CLI = "io.merlinadapter.cli..";

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
