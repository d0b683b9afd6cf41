package io.merlinadapter.cli.run;

import io.merlinadapter.cli.config.Option;
import io.merlinadapter.http.server.Front;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The ports of all fronts, which open and close together. Any thread. */
final class Ports {
    private final List<Port> ports;

    private Ports(List<Port> ports) {
        this.ports = ports;
    }

    /** A front and the option that says where it is. */
    record Port(Option<?> option, String host, Front front) {
        private Future<Void> reopen() {
            return front.reopen().recover(why -> Future.failedFuture(new PortFault(option, front.port(), host, why)));
        }
    }

    /** Opens a front; fails with a {@link PortFault}. */
    interface Opener extends Supplier<Future<Port>> {}

    /** Opens one after the other; when one can't be, those before it are closed again. */
    static Future<Ports> open(List<Opener> openers) {
        List<Port> open = new ArrayList<>();
        Future<Void> last = Future.succeededFuture();
        for (Opener opener : openers) {
            last = last.compose(before -> opener.get()).map(port -> {
                open.add(port);
                return null;
            });
        }
        return last.map(all -> new Ports(List.copyOf(open)))
                .recover(why -> new Ports(open).stop(Duration.ZERO).transform(closed -> Future.failedFuture(why)));
    }

    /** The numbers of all, by the option of each. */
    Map<Option<?>, Integer> numbers() {
        return ports.stream()
                .collect(Collectors.toUnmodifiableMap(
                        Port::option, port -> port.front().port()));
    }

    /** The number of the front's port, also where 0 was asked for; null if it is not served. */
    @Nullable
    Integer numberOf(Option<?> option) {
        return ports.stream()
                .filter(port -> port.option() == option)
                .map(port -> port.front().port())
                .findFirst()
                .orElse(null);
    }

    void shut() {
        ports.forEach(port -> port.front().shut());
    }

    /** Fails with a {@link PortFault}. */
    Future<Void> reopen() {
        return all(Port::reopen);
    }

    void announceStop() {
        ports.forEach(port -> port.front().announceStop());
    }

    Future<Void> stop(Duration within) {
        return all(port -> port.front().stop(within));
    }

    private Future<Void> all(Function<Port, Future<Void>> what) {
        return Future.join(ports.stream().map(what).toList()).mapEmpty();
    }
}
