package io.merlinadapter.cli;

import java.net.BindException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says why the port can't be opened, and which setting to change. */
final class PortFault {

    private PortFault() {}

    static String describe(Settings.Serving serving, @Nullable Throwable failure) {
        String why = failure == null || failure.getMessage() == null
                ? "unknown"
                : failure.getMessage().strip();
        return "port " + serving.httpPort() + " on " + serving.host() + " can't be opened: " + why + "; "
                + (isOfThePort(failure, why.toLowerCase(Locale.ROOT))
                        ? "choose another with --http-port"
                        : "expected an address of this machine in --host (such as 127.0.0.1, or 0.0.0.0 for all), and a"
                                + " free port in --http-port");
    }

    /** The system has one exception for all that can go wrong here; only its words tell a port from an address. */
    private static boolean isOfThePort(@Nullable Throwable failure, String why) {
        return why.contains("permission denied") || (failure instanceof BindException && why.contains("in use"));
    }
}
