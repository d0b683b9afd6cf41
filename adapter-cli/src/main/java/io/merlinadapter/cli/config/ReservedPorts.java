package io.merlinadapter.cli.config;

import java.util.Map;

/**
 * Ports that other containers of a pod listen on under Knative and KServe. They are refused everywhere: a model that
 * works on a laptop is deployed next.
 */
final class ReservedPorts {

    private static final Map<Integer, String> OWNERS = Map.of(
            8008, "Knative's queue-proxy, for profiling",
            8012, "Knative's queue-proxy, for requests over HTTP/1",
            8013, "Knative's queue-proxy, for requests over HTTP/2",
            8022, "Knative's queue-proxy, for its health and the drain at a stop",
            8112, "Knative's queue-proxy, for requests over TLS",
            9090, "Knative's queue-proxy, for the autoscaler's metrics",
            9091, "Knative's queue-proxy, for the metrics of requests",
            9081, "KServe's agent, for logging and batching requests",
            9088, "KServe, for the metrics of all containers together");

    private ReservedPorts() {}

    static int check(int port, Given given, ConfigReader reader) {
        String owner = OWNERS.get(port);
        if (owner != null) {
            reader.faults()
                    .add(given.statement() + ", which another container of the pod uses under Merlin: " + owner
                            + "; expected another port, such as "
                            + given.option().fallbackShown());
        }
        return port;
    }
}
