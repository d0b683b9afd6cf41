package io.merlinadapter.metrics.child;

import static io.merlinadapter.metrics.child.Reports.counter;
import static io.merlinadapter.metrics.child.Reports.gauge;
import static io.merlinadapter.metrics.child.Reports.said;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What one worker measures is its own, and holds for as long as it lives; what it counts is for ever. */
class ChildGaugesTest {
    private final Reports reports = new Reports(1000);

    @Test
    void countersAddUpOverWorkersAndOutliveThemAndGaugesDoNeither() {
        ChildReports zero = reports.child(0);
        ChildReports one = reports.child(1);
        zero.reported(said(counter("hits", 2), gauge("age", 1), gauge("age", 5)));
        one.reported(said(counter("hits", 3), gauge("age", 7)));
        assertThat(reports.series())
                .containsExactly("age{worker=\"0\"} 5.0", "age{worker=\"1\"} 7.0", "hits_total 5.0");
        zero.ended();
        assertThat(reports.series()).containsExactly("age{worker=\"1\"} 7.0", "hits_total 5.0");
        ChildReports next = reports.child(0);
        next.reported(said(counter("hits", 1), gauge("age", 0)));
        assertThat(reports.series())
                .containsExactly("age{worker=\"0\"} 0.0", "age{worker=\"1\"} 7.0", "hits_total 6.0");
    }

    @Test
    void aSuccessorsValueIsShownFromTheMomentItIsThereAndStaysWhenTheOldOneEnds() {
        ChildReports old = reports.child(0);
        old.reported(said(gauge("age", 1), gauge("only_old", 1)));
        ChildReports successor = reports.child(0);
        assertThat(reports.series()).contains("age{worker=\"0\"} 1.0");
        successor.reported(said(gauge("age", 2)));
        old.reported(said(gauge("age", 3)));
        assertThat(reports.series()).containsExactly("age{worker=\"0\"} 2.0", "only_old{worker=\"0\"} 1.0");
        old.ended();
        assertThat(reports.series()).containsExactly("age{worker=\"0\"} 2.0");
        successor.ended();
        assertThat(reports.series()).isEmpty();
    }

    @Test
    void aSuccessorThatFailsLeavesTheOldOnesValueAsItWas() {
        ChildReports old = reports.child(0);
        old.reported(said(gauge("age", 1)));
        ChildReports successor = reports.child(0);
        successor.reported(said(gauge("age", 2), gauge("only_new", 2)));
        successor.ended();
        assertThat(reports.series()).containsExactly("age{worker=\"0\"} 1.0");
    }

    @Test
    void whatIsReadAfterAChildsEndIsCountedButNotMeasured() {
        ChildReports child = reports.child(0);
        child.ended();
        child.reported(said(counter("hits", 1), gauge("age", 1)));
        child.ended();
        assertThat(reports.series()).containsExactly("hits_total 1.0");
        assertThat(reports.dropped("series")).isZero();
    }

    @Test
    void gaugesThatAreGoneLeaveTheirPlaceAndTheirNamesToOthers() {
        Reports few = new Reports(3);
        for (int start = 0; start < 1000; start++) {
            ChildReports child = few.child(start % 2);
            child.reported(said(gauge("a" + start, 1), gauge("b", 1, "start", "" + start), gauge("c" + start, 1)));
            assertThat(few.series()).hasSize(3);
            child.ended();
        }
        few.child(0).reported(said(counter("b", 1), counter("a1", 1), counter("c1_total", 1)));
        assertThat(few.series()).containsExactly("a1_total 1.0", "b_total 1.0", "c1_total 1.0");
        assertThat(few.complaints).isEmpty();
    }
}
