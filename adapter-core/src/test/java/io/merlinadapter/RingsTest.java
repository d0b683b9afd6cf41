package io.merlinadapter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** What {@code make check} runs needs nothing but Java. */
class RingsTest {
    @Test
    void testsThatStartProcessesAreNamedIT() {
        noClasses()
                .that()
                .haveSimpleNameEndingWith("Test")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "io\\.merlinadapter\\.(CoreHarness|transport\\.(Ends|WritingContract)|os\\.ProcessStarter)"
                                + "|java\\.lang\\.Process(Builder)?")
                .check(new ClassFileImporter().importPackages("io.merlinadapter"));
    }
}
