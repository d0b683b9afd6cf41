package io.merlinadapter.cli.run;

/** A command that somebody can copy from the log to see the model answer. */
final class FirstCall {

    private FirstCall() {}

    /** As in {@code curl -s http://localhost:8080/v1/models/model-1:predict -d '{"instances": []}'}. */
    static String command(String host, int port, String model) {
        return "curl -s http://" + reachable(host) + ":" + port + "/v1/models/" + model
                + ":predict -d '{\"instances\": []}'";
    }

    /** As in {@code curl -s http://localhost:9000/v1/predict -d '{"predictionTable": {}}'}. */
    static String upiCommand(String host, int port) {
        return "curl -s http://" + reachable(host) + ":" + port + "/v1/predict -d '{\"predictionTable\": {}}'";
    }

    /** All addresses are no address to call. */
    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0", "::", "[::]" -> "localhost";
            default -> host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        };
    }
}
