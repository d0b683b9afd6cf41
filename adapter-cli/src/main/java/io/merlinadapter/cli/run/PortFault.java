package io.merlinadapter.cli.run;

import io.merlinadapter.cli.config.Option;
import java.net.BindException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A port that can't be opened: says why, and which option to change. */
final class PortFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PortFault(Option<?> option, int port, String host, @Nullable Throwable failure) {
        super(describe(option, port, host, failure), failure);
    }

    static String describe(Option<?> option, int port, String host, @Nullable Throwable failure) {
        String why = failure == null || failure.getMessage() == null
                ? "unknown"
                : failure.getMessage().strip();
        return "port " + port + " on " + host + " can't be opened: " + why + "; "
                + (isOfThePort(failure, why.toLowerCase(Locale.ROOT))
                        ? "choose another with " + option.flag()
                        : "expected an address of this machine in --host (such as 127.0.0.1, or 0.0.0.0 for all), and a"
                                + " free port in " + option.flag());
    }

    /** The system has one exception for all that can go wrong here; only its words tell a port from an address. */
    private static boolean isOfThePort(@Nullable Throwable failure, String why) {
        return why.contains("permission denied") || (failure instanceof BindException && why.contains("in use"));
    }
}
