package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.http.TestFront;
import io.merlinadapter.http.exchange.FrontSettings;
import io.merlinadapter.http.exchange.ModelNames;
import io.merlinadapter.http.exchange.PassedHeaders;
import io.merlinadapter.memory.MemoryBudget;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final MemoryBudget BUDGET = new MemoryBudget(1);

    @Test
    void badValuesAreNamedWithWhatWasExpected() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new PortSettings("h", 70_000, second, 1, 1, BUDGET))
                .hasMessage("port: 70000 (expected: 0 to 65535)");
        assertThatThrownBy(() -> new PortSettings("h", 1, second, 0, 1, BUDGET))
                .hasMessage("event loops: 0 (expected: at least 1)");
        assertThatThrownBy(() -> new PortSettings("h", 1, second, 1, 0, BUDGET))
                .hasMessage("max connections: 0 (expected: at least 1)");
        assertThatThrownBy(() -> new FrontSettings(TestFront.NAMES, Duration.ZERO, 1, PassedHeaders.NONE))
                .hasMessage("request timeout: PT0S (expected: at least 1 ms)");
        assertThatThrownBy(() -> new FrontSettings(TestFront.NAMES, second, 0, PassedHeaders.NONE))
                .hasMessage("max body: 0 (expected: at least 1 byte)");
        assertThatThrownBy(() -> new ModelNames("", "a")).hasMessageContaining("neither is empty");
    }

    @Test
    void idleConnectionsOutliveEveryProxysPatienceAndEveryRequest() {
        HttpServerOptions usual = ServerOptions.of(Duration.ofSeconds(30));
        HttpServerOptions patient = ServerOptions.of(Duration.ofSeconds(1_000));

        assertThat(usual.getIdleTimeout()).isEqualTo(620);
        assertThat(patient.getIdleTimeout()).isEqualTo(1_060);
    }
}
