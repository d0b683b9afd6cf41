package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OwnWordsTest {
    private static List<String> left(String... args) {
        return OwnWords.takenFrom(List.of(args), "--json"::equals);
    }

    @Test
    void areTakenFromAmongTheOptionsOfServing() {
        assertThat(left("--workers=2", "--json", "--settle", "0", "--", "p"))
                .containsExactly("--workers=2", "--settle", "0", "--", "p");
    }

    @Test
    void areNotLookedForInTheProgramAndItsArguments() {
        assertThat(left("--", "p", "--json")).containsExactly("--", "p", "--json");
        assertThat(left("p", "--json")).containsExactly("p", "--json");
    }

    @Test
    void areNotTakenWhereTheyAreTheValueOfAnOptionOfServing() {
        assertThat(left("--warmup", "--json", "--json", "p")).containsExactly("--warmup", "--json", "p");
    }

    @Test
    void mayFollowASwitchWhichTakesNoNextWord() {
        assertThat(left("--access-log", "--json", "p")).containsExactly("--access-log", "p");
    }
}
