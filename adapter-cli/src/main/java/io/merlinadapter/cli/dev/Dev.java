package io.merlinadapter.cli.dev;

import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.config.Protocol;
import io.merlinadapter.cli.log.Logging;
import io.merlinadapter.cli.run.AdapterRun;
import io.merlinadapter.cli.run.Additions;
import io.merlinadapter.cli.run.ExitCode;
import io.merlinadapter.http.exchange.Exchanges;
import io.merlinadapter.http.routes.PortRoutes;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves as always, and has the page of developers, and a program that is replaced when it changes. Used once. */
public final class Dev {
    private static final Logger LOG = LoggerFactory.getLogger(Dev.class);

    private final DevSettings settings;
    private final OutputLines output = new OutputLines();
    private final Reloads reloads;
    private final CheckRun check;
    private final OwnAddress address;
    private final Option<Integer> home;
    private volatile Map<Option<?>, Integer> ports = Map.of();

    private Dev(DevSettings settings) {
        this.settings = settings;
        this.reloads = new Reloads(settings.folders(), settings.config().command());
        this.check = new CheckRun(settings.check());
        this.address = new OwnAddress(settings.config().get(Options.HOST));
        this.home = settings.config().get(Options.PROTOCOL).includes(Protocol.HTTP_JSON)
                ? Options.HTTP_PORT
                : Options.GRPC_PORT;
    }

    /** Serves until a signal comes or something fails for good. */
    public static ExitCode run(DevSettings settings, Logging logging) {
        Dev dev = new Dev(settings);
        logging.copyTo(dev.output::add);
        return dev.run();
    }

    private ExitCode run() {
        AdapterRun run = new AdapterRun(settings.config(), settings.childEnvironment(), settings.searchPath());
        run.add(new Additions(this::around, this::lastWords));
        run.onProgram(reloads::begin);
        run.onOpen(this::opened);
        try (FolderWatch watch = FolderWatch.start(settings.folders(), reloads::changed)) {
            if (watch.isOn()) {
                LOG.info("reload: watching {}", watch.describe());
            }
            return run.run();
        } finally {
            check.close();
        }
    }

    private void opened(Map<Option<?>, Integer> numbers) {
        ports = numbers;
        // Once it is ready that is said at last.
        reloads.look().onSuccess(look -> {
            if (look.workers().stream().noneMatch(worker -> worker.state().equals("ready"))) {
                LOG.info("dev: {} shows the program as it starts", page(numbers));
            }
        });
    }

    private List<String> lastWords(Map<Option<?>, Integer> numbers) {
        return List.of("dev: " + page(numbers));
    }

    private String page(Map<Option<?>, Integer> numbers) {
        return address.url(numbers.getOrDefault(home, 0)) + DevRoutes.PATH;
    }

    private PortRoutes around(Option<?> port, PortRoutes own, Exchanges on) {
        if (port == home) {
            About about = new About(settings, () -> ports);
            return new DevRoutes(on, own, address, about, reloads, output, check);
        }
        return new CallsFromPage(on, own, address, () -> ports.getOrDefault(home, 0));
    }
}
