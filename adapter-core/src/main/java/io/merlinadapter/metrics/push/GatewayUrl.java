package io.merlinadapter.metrics.push;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The address of a Pushgateway. {@link #toString} hides the login.
 *
 * @param address scheme, host, port if there is one, and path without a slash at its end
 * @param authorization value of the HTTP header Authorization; null for none
 */
public record GatewayUrl(String address, @Nullable String authorization) {
    /** What {@link #parse} accepts, for messages. */
    public static final String EXPECTED = "host:port or http(s)://host:port, with user:password@ before the host and a"
            + " path behind the port where they are needed, such as localhost:9091 or"
            + " https://user:password@push.example/gateway (%40 for @ and %2F for / in a password)";

    private static final Pattern FORM = Pattern.compile(
            "(?:(https?)://)?" // scheme
                    + "(?:([^/]*)@)?" // user and password
                    + "(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::([0-9]{1,5}))?" // host and port
                    + "(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?",
            Pattern.CASE_INSENSITIVE);

    private static final int LAST_PORT = 65_535;
    private static final String BASE64 = "@base64/";

    /** Parses an address; the default scheme is http. */
    public static GatewayUrl parse(String text) {
        Matcher parts = FORM.matcher(text.trim());
        if (!parts.matches()) {
            throw wrong();
        }
        String scheme = parts.group(1) == null ? "http" : parts.group(1).toLowerCase(Locale.ROOT);
        String path = parts.group(5) == null ? "" : parts.group(5).replaceFirst("/+$", "");
        String address = scheme + "://" + parts.group(3) + port(parts.group(4)) + path;
        // Throws an IllegalArgumentException, too, for a % without two hexadecimal digits.
        URI.create(address);
        return new GatewayUrl(address, parts.group(2) == null ? null : basic(parts.group(2)));
    }

    private static String port(@Nullable String digits) {
        if (digits == null) {
            return "";
        }
        int port = Integer.parseInt(digits);
        if (port < 1 || port > LAST_PORT) {
            throw wrong();
        }
        return ":" + port;
    }

    /** User and password as HTTP sends them (RFC 7617). */
    private static String basic(String encoded) {
        // The decoder is made for forms, in which a plus is a space.
        String login = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        String complete = login.contains(":") ? login : login + ":";
        return "Basic " + Base64.getEncoder().encodeToString(complete.getBytes(StandardCharsets.UTF_8));
    }

    /** The message does not repeat the text, which may hold a password. */
    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException("address of a Pushgateway (expected: " + EXPECTED + ")");
    }

    @Override
    public String toString() {
        return authorization == null ? address : address.replaceFirst("://", "://***@");
    }

    /**
     * The address of one group of metrics there.
     *
     * @param labels the grouping key, in the order of the path; the first is {@code job}, which can't be empty
     */
    URI group(Map<String, String> labels) {
        return URI.create(labels.entrySet().stream()
                .map(label -> "/" + label.getKey() + step(label.getValue()))
                .collect(Collectors.joining("", address + "/metrics", "")));
    }

    private static String step(String value) {
        if (value.isEmpty()) {
            return BASE64 + "=";
        }
        // One or two dots are steps of the path themselves.
        if (value.contains("/") || value.equals(".") || value.equals("..")) {
            return BASE64 + Base64.getUrlEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
        }
        return "/" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
