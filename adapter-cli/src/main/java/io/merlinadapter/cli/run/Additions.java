package io.merlinadapter.cli.run;

import io.merlinadapter.cli.config.Option;
import io.merlinadapter.http.exchange.Exchanges;
import io.merlinadapter.http.routes.PortRoutes;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the run of a developer has beside all that others have: its ports are open before the program is ready, and answers
 * say where their time went.
 *
 * @param routes puts more around the routes of a port
 * @param lastWords lines that are said at last, when all is ready, given the numbers of the ports
 */
public record Additions(Around routes, Function<Map<Option<?>, Integer>, List<String>> lastWords) {

    /** Makes the routes of one event loop of the port that this option chooses. */
    @FunctionalInterface
    public interface Around {
        PortRoutes of(Option<?> port, PortRoutes own, Exchanges on);
    }
}
