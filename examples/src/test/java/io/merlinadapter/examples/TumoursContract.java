package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Callers who share calls of scikit-learn, and a program that doesn't know of it. */
interface TumoursContract extends RefusingContract, BatchingContract {
    String NAME = "tumours-sklearn-python";

    /** An instance of the sample request. */
    Pattern TUMOUR = Pattern.compile("\\{\\s+(\"mean_radius\": [^}]+)}");

    @Test
    default void aBadTumourIsNamedWithWhatIsWrong() {
        List<String> good = tumours();
        refuses(
                request(good.get(0), good.get(1).replaceFirst("(\"mean_area\": )[\\d.]+", "$1\"large\"")),
                "instances[1]: must be an object or a list of 30");
        refuses(request(good.get(0).replaceFirst("\"mean_radius\"", "\"radius\"")), "KeyError('mean_radius')");
        refuses(request(good.get(0).replaceFirst("17.99", "null")), "instances[0]: must be");
        refuses(
                request("[1, 2, 3]"),
                "instances[0]: must be an object or a list of 30 numbers: ValueError('it has 3')");
        refuses("{\"instances\": 3}", "the request: must be {");
    }

    @Test
    default void theSampleRequestOfUpiGetsTheSameProbabilities() {
        String[] rows = Pattern.compile("0\\.\\d+")
                .matcher(file("response.json"))
                .results()
                .map(MatchResult::group)
                .map(probability -> "\"values\":[{\"doubleValue\":" + probability + "}]}")
                .toArray(String[]::new);
        assertThat(rows).hasSize(3);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = "{\"rowId\":\"tumour-" + (i + 1) + "\"," + rows[i];
        }
        answersByUpi(rows);
    }

    @Override
    default String body(int caller) {
        String own = tumours().get(caller % 3).replaceFirst("\"mean_texture\": [\\d.]+", "\"mean_texture\": " + caller);
        String last = caller % 4 == 3 ? "null" : own;
        return IntStream.rangeClosed(0, caller % 5)
                .mapToObj(i -> i == caller % 5 ? last : own)
                .collect(Collectors.joining(",", "{\"instances\": [", "]}"));
    }

    private List<String> tumours() {
        return TUMOUR.matcher(file("request.json"))
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private static String request(String... tumours) {
        return "{\"instances\": [" + String.join(",", tumours) + "]}";
    }
}
