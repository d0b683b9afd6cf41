package io.merlinadapter.upi.table;

import static io.merlinadapter.upi.table.Messages.integer;
import static io.merlinadapter.upi.table.Messages.none;
import static io.merlinadapter.upi.table.Messages.real;
import static io.merlinadapter.upi.table.Messages.row;
import static io.merlinadapter.upi.table.Messages.text;
import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.TableOuterClass.Column;
import caraml.upi.v1.TableOuterClass.Row;
import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.Upi.PredictValuesRequest;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of pyarrow, which src/test/resources/arrow/write.py has written, as tables of replies. */
class ArrowReplyTest {
    private static final String REPLY = "{\"prediction_result_table\":{\"arrow\":0}}";
    private static final PredictValuesRequest FOUR_ROWS = Messages.ofRows("a", "b", "c", "d");
    private static final int ROUNDS = 4000;

    private final Messages messages = Messages.of(PayloadKind.TABLE);

    private static byte[] stream(String name) {
        try {
            return Files.readAllBytes(Path.of("src/test/resources/arrow", name + ".arrows"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Table table(String stream) {
        return messages.answered(FOUR_ROWS, REPLY, stream(stream)).getPredictionResultTable();
    }

    private String unusable(PredictValuesRequest request, String reply, byte[]... payloads) {
        return Messages.failed(FailureKind.BAD_REPLY, () -> messages.answered(request, reply, payloads));
    }

    @Test
    void eachTypeOfNumberAndTextIsTaken() {
        Table table = table("types");
        assertThat(table.getColumnsList())
                .extracting(Column::getName)
                .containsExactly(
                        "float64", "float32", "float16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
                        "uint64", "text", "large", "none");
        assertThat(table.getColumnsList())
                .extracting(Column::getTypeValue)
                .containsExactly(1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 1);
        assertThat(table.getRowsList())
                .containsExactly(
                        row(
                                "a",
                                real(0.1),
                                real(0.5),
                                real(1.5),
                                integer(-128),
                                integer(-32768),
                                integer(Integer.MIN_VALUE),
                                integer(Long.MIN_VALUE),
                                integer(0),
                                integer(0),
                                integer(0),
                                integer(0),
                                text(""),
                                none(),
                                none()),
                        row(
                                "b",
                                real(-0.0),
                                none(),
                                real(-65504),
                                integer(127),
                                integer(32767),
                                integer(Integer.MAX_VALUE),
                                integer(Long.MAX_VALUE),
                                integer(255),
                                integer(65535),
                                integer(4294967295L),
                                integer(Long.MAX_VALUE),
                                text("é😀"),
                                text("x".repeat(40)),
                                none()),
                        row(
                                "c",
                                none(),
                                real(Double.NEGATIVE_INFINITY),
                                real(Math.scalb(1.0, -24)),
                                none(),
                                integer(0),
                                integer(0),
                                integer(0),
                                integer(1),
                                none(),
                                integer(1),
                                integer(1),
                                none(),
                                text("b"),
                                none()),
                        row(
                                "d",
                                real(Double.POSITIVE_INFINITY),
                                real(3e38f),
                                real(Double.NaN),
                                integer(0),
                                none(),
                                integer(1),
                                none(),
                                integer(2),
                                integer(2),
                                integer(2),
                                none(),
                                text("\u2028\n\""),
                                text(""),
                                none()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"batches", "unaligned"})
    void severalBatchesAndOldMetadataMakeTheSameTable(String stream) {
        assertThat(table(stream)).isEqualTo(table("types"));
    }

    @Test
    void aTableMayHaveNoColumnsOrNoRows() {
        assertThat(table("columnless").getRowsList()).containsExactly(row("a"), row("b"), row("c"), row("d"));
        for (String stream : List.of("none", "schema")) {
            assertThat(messages.answered(Messages.ofRows(), REPLY, stream(stream))
                            .getPredictionResultTable()
                            .getRowsCount())
                    .isZero();
        }
    }

    @Test
    void namesAndIdsOfTheReplyAreKeptAndOtherMembersBesideTheStreamDoNotMatter() {
        String reply =
                "{\"prediction_result_table\":{\"name\":\"fares\",\"columns\":[\"other\"],\"row_ids\":[\"d\",\"c\",\"b\",\"x\"],"
                        + "\"arrow\":1},\"target_name\":\"fare\"}";
        var response = messages.answered(FOUR_ROWS, reply, new byte[0], stream("types"));
        assertThat(response.getTargetName()).isEqualTo("fare");
        assertThat(response.getPredictionResultTable().getName()).isEqualTo("fares");
        assertThat(response.getPredictionResultTable().getRowsList())
                .extracting(Row::getRowId)
                .containsExactly("d", "c", "b", "x");
        assertThat(messages.foreignRowIds()).hasSize(1);
    }

    @Test
    void aReplyMayHaveItsTableAsJsonBesideAPayload() {
        String json = "{\"prediction_result_table\":{\"columns\":[\"y\"],\"data\":[[1],[2],[3],[4]]}}";
        assertThat(messages.answered(FOUR_ROWS, json, stream("types")).getPredictionResultTable())
                .isEqualTo(messages.answered(FOUR_ROWS, json).getPredictionResultTable());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    compressed | is compressed (expected: options without compression)
                    dictionary | "y" that is dictionary-encoded; decode it
                    bool       | "y" that is of type Bool; cast it to int8
                    list       | "y" that is of type List; cast it to a Float, an Int or Utf8
                    timestamp  | "y" that is of type Timestamp
                    view       | "y" that is of type Utf8View; cast it to Utf8, pyarrow's string
                    file       | (expected: Arrow's IPC streaming format, such as pyarrow.ipc.new_stream writes, and no file)
                    row_id     | a column is called "row_id"
                    uint64     | has 9223372036854775808 in the column "y"
                    """)
    void whatIsNoTableOfUpiIsRefusedWithWhatToWriteInstead(String stream, String why) {
        assertThat(unusable(Messages.ofRows("a"), REPLY, stream(stream)))
                .startsWith("the program's reply: ")
                .contains(why);
    }

    @Test
    void theNumberOfRowsAndThePlaceOfTheStreamAreChecked() {
        assertThat(unusable(Messages.ofRows("a"), REPLY, stream("types")))
                .contains("it has 4 predictions (expected: 1, one for each row of the request)");
        assertThat(unusable(FOUR_ROWS, REPLY)).contains("arrow is 0", "it has 0");
        assertThat(unusable(FOUR_ROWS, REPLY.replace("0", "-1"), stream("types")))
                .contains("arrow is -1");
        assertThat(unusable(FOUR_ROWS, REPLY.replace(":0", ":0,\"columns\":[],\"data\":[]"), stream("types")))
                .contains("has both data and arrow");
        assertThat(unusable(FOUR_ROWS, REPLY, new byte[0])).contains("does not begin with a schema");
    }

    @Test
    void aStreamThatBreaksOffAnywhereIsRefused() {
        byte[] whole = stream("types");
        for (int length = 0; length < whole.length - 8; length++) {
            // Without the mark at its end it is complete.
            byte[] part = Arrays.copyOf(whole, length);
            assertThat(unusable(FOUR_ROWS, REPLY, part)).startsWith("the program's reply: ");
        }
    }

    @Test
    void whateverTheBytesAreTheyAreATableOrRefused() {
        Random random = new Random(Long.getLong("fuzz.seed", 42));
        List<byte[]> streams = List.of(stream("types"), stream("batches"), stream("dictionary"), stream("columnless"));
        int taken = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = streams.get(random.nextInt(streams.size())).clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(bytes.length);
                switch (random.nextInt(4)) {
                    case 0 -> bytes[at] = (byte) random.nextInt();
                    case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                    case 2 -> Arrays.fill(bytes, at & ~3, Math.min(bytes.length, (at & ~3) + 4), (byte) 0xff);
                    default -> Arrays.fill(bytes, at & ~7, Math.min(bytes.length, (at & ~7) + 7), (byte) 0x7f);
                }
            }
            try {
                messages.answered(FOUR_ROWS, REPLY, bytes);
                taken++;
            } catch (PredictException e) {
                assertThat(e.kind()).isEqualTo(FailureKind.BAD_REPLY);
            }
        }
        assertThat(taken).isBetween(1, ROUNDS - 1);
    }

    @Test
    void aStreamThatClaimsMoreThanThereIsMemoryForIsRefusedAndNothingIsKept() {
        Messages small = new Messages(PayloadKind.TABLE, 1 << 20, Messages.MAX, 2000);
        String why = Messages.failed(
                FailureKind.BAD_REPLY, () -> small.answered(Messages.ofRows(ids(400)), REPLY, stream("types")));
        assertThat(why).contains("it has 4 predictions");
        String table = Messages.failed(
                FailureKind.BAD_REPLY,
                () -> new Messages(PayloadKind.TABLE, 1 << 20, Messages.MAX, 300)
                        .answered(FOUR_ROWS, REPLY, stream("types")));
        assertThat(table).contains("makes a response of more than 300 bytes");
    }

    private static String[] ids(int count) {
        String[] ids = new String[count];
        Arrays.setAll(ids, i -> "r" + i);
        return ids;
    }

    @Test
    void inProtobufsJsonItIsTheSameTable() {
        byte[] json = messages.answeredJson(FOUR_ROWS, REPLY, stream("types")).getBytes(StandardCharsets.UTF_8);
        assertThat(new String(json, StandardCharsets.UTF_8)).contains("{\"integerValue\":\"9223372036854775807\"}");
    }
}
