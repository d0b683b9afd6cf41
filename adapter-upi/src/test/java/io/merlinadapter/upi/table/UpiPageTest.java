package io.merlinadapter.upi.table;

import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.TableOuterClass.Column;
import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.PredictValuesResponse;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.merlinadapter.predict.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every example of docs/upi.md is tried. */
class UpiPageTest {
    private static final String SENT = "⇒ ";
    private static final String READ = "→ ";
    private static final String WRITTEN = "← ";
    private static final String GOT = "⇐ ";

    private final List<String> page = Files.readAllLines(Path.of("..", "docs", "upi.md"));

    UpiPageTest() throws IOException {}

    private List<String> marked(String mark) {
        return page.stream()
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()))
                .toList();
    }

    /** The rows of the tables whose first column has this title, each as its cells without their back-ticks. */
    private List<List<String>> table(String title) {
        return page.stream()
                .dropWhile(line -> !line.startsWith("| " + title + " |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Arrays.stream(line.substring(2, line.length() - 2).split(" \\| "))
                        .map(cell -> cell.replaceAll("^`|`$", ""))
                        .toList())
                .toList();
    }

    private static PayloadKind kindOf(String told) {
        return told.contains("\"instances\"") || told.contains("\"predictions\"")
                ? PayloadKind.INSTANCES
                : PayloadKind.TABLE;
    }

    private static Messages messages(PayloadKind kind) {
        return new Messages(kind, "model", "1");
    }

    @Test
    void examplesAreWhatHappens() throws InvalidProtocolBufferException {
        assertThat(marked(SENT)).hasSizeGreaterThanOrEqualTo(3);
        for (int i = 0; i < marked(SENT).size(); i++) {
            String told = marked(READ).get(i);
            Messages messages = messages(kindOf(told));
            assertThat(messages.toldJson(marked(SENT).get(i))).isEqualTo(told);
            PredictValuesRequest.Builder request = PredictValuesRequest.newBuilder();
            JsonFormat.parser().merge(marked(SENT).get(i), request);
            PredictValuesResponse.Builder response = PredictValuesResponse.newBuilder();
            JsonFormat.parser().merge(marked(GOT).get(i), response);
            assertThat(messages.answered(request.build(), marked(WRITTEN).get(i)))
                    .isEqualTo(response.build());
        }
    }

    @Test
    void predictionsBecomeTheColumnsThatThePageSays() {
        List<List<String>> rows = table("`predictions`");
        assertThat(rows).hasSize(3);
        for (List<String> row : rows) {
            String predictions = row.get(0).replace(",…", "");
            PredictValuesResponse response = messages(PayloadKind.INSTANCES)
                    .answered(Messages.ofRows("a", "b"), "{\"predictions\":" + predictions + "}");
            assertThat(response.getPredictionResultTable().getColumnsList())
                    .extracting(Column::getName)
                    .allSatisfy(name -> assertThat(row.get(1)).contains(name));
        }
    }

    @Test
    void requestsThatThePageRefusesAreRefused() {
        List<List<String>> rows = table("request");
        assertThat(rows).hasSizeGreaterThanOrEqualTo(5);
        for (List<String> row : rows) {
            assertThat(Messages.failed(
                            FailureKind.INVALID_REQUEST,
                            () -> messages(PayloadKind.TABLE).toldJson(row.get(0))))
                    .contains(row.get(1));
        }
    }

    @Test
    void repliesThatThePageRefusesAreRefused() {
        List<List<String>> rows = table("reply");
        assertThat(rows).hasSizeGreaterThanOrEqualTo(10);
        for (List<String> row : rows) {
            assertThat(messages(kindOf(row.get(0))).unusable(Messages.ofRows("a", "b"), row.get(0)))
                    .contains(row.get(1));
        }
    }
}
