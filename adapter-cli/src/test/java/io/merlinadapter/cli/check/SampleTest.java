package io.merlinadapter.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.check.Sample.Changed;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SampleTest {
    private static Sample sample(String json) {
        return new Sample("a sample", Buffer.buffer(json), true);
    }

    private static String body(@Nullable Changed changed) {
        assertThat(changed).isNotNull();
        return changed.body().toString();
    }

    @Test
    void rowsAreChangedWhereTheyAreObjects() {
        Sample sample = sample("{\"instances\":[[1,2],{\"zone\":\"a\",\"km\":2}]}");

        assertThat(body(sample.withoutMember())).isEqualTo("{\"instances\":[[1,2],{\"km\":2}]}");
        assertThat(body(sample.textForNumber())).isEqualTo("{\"instances\":[[1,2],{\"zone\":\"a\",\"km\":\"far\"}]}");
        assertThat(body(sample.nonAscii()))
                .isEqualTo("{\"instances\":[[1,2],{\"zone\":\"" + Sample.FAR + "\",\"km\":2}]}");
    }

    @Test
    void rowsThatAreListsAreChangedToo() {
        Sample sample = sample("{\"instances\":[[1,2]]}");

        assertThat(body(sample.withoutMember())).isEqualTo("{\"instances\":[[1]]}");
        assertThat(body(sample.textForNumber())).isEqualTo("{\"instances\":[[\"far\",2]]}");
        assertThat(body(sample.nonAscii())).contains("\"comment\":\"" + Sample.FAR);
    }

    @Test
    void aSampleWithoutRowsIsChangedItself() {
        Sample sample = sample("{\"km\":2}");

        assertThat(body(sample.withoutMember())).isEqualTo("{}");
        assertThat(body(sample.textForNumber())).isEqualTo("{\"km\":\"far\"}");
        assertThat(sample.ofRows(3)).isNull();
    }

    @Test
    void whatIsNoObjectIsLeftAlone() {
        Sample sample = sample("[1]");

        assertThat(sample.nonAscii()).isNull();
        assertThat(sample.grown(10)).isNull();
        assertThat(sample.spaced(10)).isNull();
        assertThat(sample.variants()).hasSize(1);
    }

    @Test
    void largeBodiesHaveTheSizeThatWasAskedFor() {
        Sample sample = sample("{\"instances\":[{\"km\":2}]}");

        assertThat(body(sample.grown(100_000)).length()).isBetween(40_000, 110_000);
        assertThat(sample("{\"km\":1}").grown(1000)).isNotNull();
        assertThat(body(sample.spaced(50_000))).hasSizeGreaterThan(50_000);
        assertThat(new JsonObject(body(sample.spaced(50)))).isEqualTo(new JsonObject(sample.body()));
    }

    @Test
    void variantsDifferInTheirNumbersAndInHowManyRowsTheyHave() {
        List<Buffer> variants =
                sample("{\"instances\":[{\"km\":2},{\"km\":3.5}]}").variants();

        assertThat(variants).hasSize(8).doesNotHaveDuplicates();
        assertThat(variants.stream()
                        .map(each -> Sample.rows(new JsonObject(each)).size())
                        .distinct())
                .hasSizeGreaterThan(4);
    }
}
