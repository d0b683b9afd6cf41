package io.merlinadapter.cli.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The figures of docs/scaling.md are those of Erlang's formula for waiting. */
class ScalingPageTest {
    private static final Pattern ROW = Pattern.compile("\\| (\\d) \\| (\\d+) % \\| (\\d\\.\\d) \\|");

    @Test
    void withOneOpenRequestForEachWorkerWorkersAreBusyAndRequestsWaitAsTheTableSays() throws IOException {
        String page = Files.readString(AdapterProcess.ROOT.resolve("docs/scaling.md"));
        assertThat(ROW.matcher(page).results()).hasSize(4).allSatisfy(row -> {
            int workers = Integer.parseInt(row.group(1));
            double busy = busyWithOneOpenEach(workers);
            assertThat(Double.parseDouble(row.group(2)) / 100).isCloseTo(busy, within(0.006));
            assertThat(Double.parseDouble(row.group(3)))
                    .isCloseTo(waiting(workers, busy) / (workers * busy), within(0.05));
        });
    }

    /** How busy workers are when on average as many requests are open as there are workers. */
    private static double busyWithOneOpenEach(int workers) {
        double low = 0;
        double high = 1;
        while (high - low > 1e-6) {
            double busy = (low + high) / 2;
            if (workers * busy + waiting(workers, busy) < workers) {
                low = busy;
            } else {
                high = busy;
            }
        }
        return low;
    }

    /** How many requests wait on average, if they come at random and their answers' times are exponential. */
    private static double waiting(int workers, double busy) {
        double offered = workers * busy;
        double term = 1;
        double sum = 0;
        for (int k = 0; k < workers; k++) {
            sum += term;
            term *= offered / (k + 1);
        }
        double all = term / (1 - busy);
        return all / (sum + all) * busy / (1 - busy);
    }
}
