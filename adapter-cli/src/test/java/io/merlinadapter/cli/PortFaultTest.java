package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class PortFaultTest {
    private static final Settings.Serving SERVING =
            new Settings.Serving(80, "taxi.example", Settings.Protocol.HTTP_JSON, 1);

    @Test
    void aPortThatIsTakenOrForbiddenIsToBeChanged() {
        assertThat(PortFault.describe(SERVING, new BindException("Address already in use")))
                .isEqualTo("port 80 on taxi.example can't be opened: Address already in use;"
                        + " choose another with --http-port");
        assertThat(PortFault.describe(SERVING, new SocketException("Permission denied")))
                .endsWith("Permission denied; choose another with --http-port");
    }

    @Test
    void anAddressThatIsNotOursIsToBeChanged() {
        assertThat(PortFault.describe(SERVING, new BindException("Cannot assign requested address")))
                .contains("requested address; expected an address of this machine in --host (such as");
        assertThat(PortFault.describe(SERVING, new UnknownHostException("taxi.example")))
                .contains("--host")
                .endsWith("and a free port in --http-port");
    }

    @Test
    void anUnknownReasonNamesBothSettings() {
        assertThat(PortFault.describe(SERVING, null)).contains("unknown", "--host", "--http-port");
        assertThat(PortFault.describe(SERVING, new IllegalStateException())).contains("unknown", "--host");
    }
}
