package io.merlinadapter.metrics.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules by themselves; MetricsNoticeTest has them as a program meets them. */
class ChildSampleTest {
    private static String fault(ChildSample.Type type, double value, Double... buckets) {
        return ChildSample.fault(type, "a", value, List.of(), List.of(buckets));
    }

    @Test
    void whatIsInOrderHasNoFault() {
        assertThat(ChildSample.nameFault("ns:a_1")).isEmpty();
        assertThat(ChildSample.labelFault("zone")).isEmpty();
        assertThat(ChildSample.labelValueFault("zone", "x".repeat(ChildSample.LONGEST)))
                .isEmpty();
        assertThat(fault(ChildSample.Type.COUNTER, 0)).isEmpty();
        assertThat(fault(ChildSample.Type.HISTOGRAM, -1, -1.0, 1.0)).isEmpty();
    }

    @Test
    void lengthsAndNumbersAreLimited() {
        String longest = "a".repeat(ChildSample.LONGEST);
        assertThat(ChildSample.nameFault(longest)).isEmpty();
        assertThat(ChildSample.nameFault(longest + "a")).contains("more than 200 characters");
        assertThat(ChildSample.labelValueFault("zone", longest + "a")).contains("more than 200 characters");
        Double[] buckets = new Double[ChildSample.MOST_BUCKETS + 1];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = (double) i;
        }
        assertThat(fault(ChildSample.Type.HISTOGRAM, 1, buckets)).isEqualTo("it has more than 100 \"buckets\"");
    }

    @Test
    void noCharacterIsCutInHalf() {
        String word = "x".repeat(ChildSample.LONGEST - 1) + "😀y";
        assertThat(ChildSample.quoted(word)).isEqualTo('"' + "x".repeat(ChildSample.LONGEST - 1) + "…\"");
        assertThat(ChildSample.shortHelp("x".repeat(498) + "😀yz"))
                .isEqualTo("x".repeat(498) + "…")
                .hasSizeLessThan(500);
    }
}
