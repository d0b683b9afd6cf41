package io.merlinadapter.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.config.Options;
import java.net.BindException;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PortFaultTest {
    @Test
    void aPortThatIsTakenOrForbiddenIsToBeChanged() {
        assertThat(describe(new BindException("Address already in use")))
                .isEqualTo("port 80 on taxi.example can't be opened: Address already in use;"
                        + " choose another with --http-port");
        assertThat(describe(new SocketException("Permission denied")))
                .endsWith("Permission denied; choose another with --http-port");
    }

    @Test
    void anAddressThatIsNotOursIsToBeChanged() {
        assertThat(describe(new BindException("Cannot assign requested address")))
                .contains("requested address; expected an address of this machine in --host (such as");
        assertThat(describe(new UnknownHostException("taxi.example")))
                .contains("--host")
                .endsWith("and a free port in --http-port");
    }

    @Test
    void anUnknownReasonNamesBothSettings() {
        assertThat(describe(null)).contains("unknown", "--host", "--http-port");
        assertThat(describe(new IllegalStateException())).contains("unknown", "--host");
    }

    @Test
    void theSettingOfTheFrontIsNamed() {
        assertThat(new PortFault(Options.GRPC_PORT, 9000, "::", new BindException("in use")))
                .hasMessage("port 9000 on :: can't be opened: in use; choose another with --grpc-port");
    }

    private static String describe(@Nullable Throwable failure) {
        return PortFault.describe(Options.HTTP_PORT, 80, "taxi.example", failure);
    }
}
