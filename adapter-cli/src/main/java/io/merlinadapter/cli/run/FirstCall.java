package io.merlinadapter.cli.run;

import io.merlinadapter.text.Texts;
import io.merlinadapter.upi.table.PayloadKind;
import org.jspecify.annotations.Nullable;

/**
 * A command that somebody can copy from the log to see the model answer. It sends the warm-up request, the one request that
 * the program is known to understand; nothing is made up, for many programs end at a request without rows.
 */
final class FirstCall {
    /** Characters of a request that is shown: in part it would be no command. */
    private static final int LONGEST_BODY = 1000;

    /** Characters of a request that is looked into. */
    private static final int LONGEST_SAMPLE = 64 * 1024;

    private final String host;
    /** Its JSON, or @ and a file. */
    private final @Nullable String given;

    private final @Nullable String json;
    private final PayloadKind payload;

    /**
     * @param given the warm-up as it was written, JSON or @ and a file; null when unset
     * @param json the JSON that it stands for
     */
    FirstCall(String host, @Nullable String given, @Nullable String json, PayloadKind payload) {
        this.host = host;
        this.given = given;
        this.json = json;
        this.payload = payload;
    }

    /** As in {@code try it: curl -s http://localhost:8080/v1/models/model-1:predict -d @request.json}. */
    String http(int port, String model) {
        String url = url(port, "/v1/models/" + model + ":predict");
        if (given == null) {
            return "try it, with a request that the program understands in request.json: " + curl(url, "@request.json");
        }
        String body = given.startsWith("@") ? given : shown(given);
        return body == null
                ? "try it, with the request of --warmup in request.json: " + curl(url, "@request.json")
                : "try it: " + curl(url, body);
    }

    /** As in {@code UPI_V1: the program gets tables …, not "instances" as in --warmup}; null if nothing of that kind is seen. */
    @Nullable
    String upiMismatch() {
        String mismatch = json == null || json.length() > LONGEST_SAMPLE ? null : UpiSample.mismatch(json, payload);
        return mismatch == null ? null : "UPI_V1: " + mismatch;
    }

    /** As in {@code try UPI_V1: curl -s http://localhost:9000/v1/predict -d '{"predictionTable": …}'}; null without a sample. */
    @Nullable
    String upi(int port) {
        String sample = json == null || json.length() > LONGEST_SAMPLE ? null : UpiSample.of(json, payload);
        String body = sample == null ? null : shown(sample);
        return body == null ? null : "try UPI_V1: " + curl(url(port, "/v1/predict"), body);
    }

    /** What to say of UPI_V1 where it is all that is served, and no request is known. */
    String upiHint(int port) {
        return "try UPI_V1, with a PredictValuesRequest as JSON in request.json: "
                + curl(url(port, "/v1/predict"), "@request.json");
    }

    /** On one line, which takes nothing from JSON; null if it is too long, or if the log would not show it as it is. */
    private static @Nullable String shown(String json) {
        String line = json.strip().replaceAll("\\s*[\\r\\n]\\s*", " ");
        return line.length() <= LONGEST_BODY && Texts.printable(line).equals(line) ? line : null;
    }

    private String url(int port, String path) {
        return "http://" + reachable(host) + ":" + port + path;
    }

    private static String curl(String url, String body) {
        return "curl -s " + url + " -d " + quoted(body);
    }

    private static String quoted(String word) {
        return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** All addresses are no address to call. */
    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0", "::", "[::]" -> "localhost";
            default -> host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        };
    }
}
