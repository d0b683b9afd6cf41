package io.merlinadapter.cli.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.predict.FailureKind;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/access-log.md says of the lines. */
public class AccessLogPageTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|");

    private static String page() {
        try {
            return Files.readString(AdapterProcess.ROOT.resolve("docs/access-log.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The members that its table explains. */
    public static List<String> members() {
        return ROW.matcher(page()).results().map(row -> row.group(1)).toList();
    }

    @Test
    void itExplainsEveryMemberOfItsExamplesInTheirOrder() {
        Set<String> shown = new LinkedHashSet<>(List.of("kind", "batch_size"));
        for (String line : page().lines().filter(text -> text.startsWith("{")).toList()) {
            List<String> names = List.copyOf(new JsonObject(line).fieldNames());
            assertThat(members()).containsSubsequence(names);
            shown.addAll(names);
        }
        assertThat(members()).containsExactlyInAnyOrderElementsOf(shown);
    }

    @Test
    void itNamesEveryKindOfFailure() {
        assertThat(page())
                .contains(Arrays.stream(FailureKind.values())
                        .map(kind -> "`" + kind.name().toLowerCase(Locale.ROOT) + "`")
                        .toList());
    }
}
