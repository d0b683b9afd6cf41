package io.merlinadapter.metrics;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a Pushgateway is. As text it shows that one logs in there, never who or how.
 *
 * @param address scheme, host, port if there is one, and path without a slash at its end
 * @param authorization value of the HTTP header Authorization; null where none is sent
 */
public record GatewayUrl(String address, @Nullable String authorization) {
    /** What {@link #parse} takes, in words. */
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

    /** Reads an address; without a scheme it is one for plain HTTP. */
    public static GatewayUrl parse(String text) {
        Matcher parts = FORM.matcher(text.trim());
        if (!parts.matches()) {
            throw wrong();
        }
        String scheme = parts.group(1) == null ? "http" : parts.group(1).toLowerCase(Locale.ROOT);
        String path = parts.group(5) == null ? "" : parts.group(5).replaceFirst("/+$", "");
        String address = scheme + "://" + parts.group(3) + port(parts.group(4)) + path;
        // Throws what this method does for a % that begins no byte.
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
        // The decoder is for forms, where a plus is a space.
        String login = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        String complete = login.contains(":") ? login : login + ":";
        return "Basic " + Base64.getEncoder().encodeToString(complete.getBytes(StandardCharsets.UTF_8));
    }

    /** Without the text, which may hold a password. */
    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException("address of a Pushgateway (expected: " + EXPECTED + ")");
    }

    @Override
    public String toString() {
        return authorization == null ? address : address.replaceFirst("://", "://***@");
    }
}
