package io.merlinadapter.metrics;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/** What tells one pusher's metrics from another's at a Pushgateway: labels, as the path of a URL. */
final class GroupingKey {
    private static final String BASE64 = "@base64/";

    private GroupingKey() {}

    /** @param labels in the order of the path; the first is {@code job}, which can't be empty */
    static String path(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> "/" + label.getKey() + value(label.getValue()))
                .collect(Collectors.joining("", "/metrics", ""));
    }

    private static String value(String value) {
        if (value.isEmpty()) {
            return BASE64 + "=";
        }
        // A dot or two would be steps of the path.
        if (value.contains("/") || value.equals(".") || value.equals("..")) {
            return BASE64 + Base64.getUrlEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
        }
        return "/" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
