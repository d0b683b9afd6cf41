package io.merlinadapter.cli.dev;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the page: a browser that shows the page itself, or a program that is no browser. Any site could otherwise press
 * its buttons, and, with a name that it lets point to this machine, read it. Immutable.
 */
final class OwnAddress {
    private static final String SITE = "sec-fetch-site";

    private final String host;

    OwnAddress(String host) {
        this.host = host;
    }

    /** As in {@code http://localhost:8080}. */
    String url(int port) {
        String name = switch (host) {
            case "0.0.0.0", "::", "[::]", "127.0.0.1", "::1", "[::1]" -> "localhost";
            default -> host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        };
        return "http://" + name + ":" + port;
    }

    /** Why a request to the page is refused; null if it is not. */
    @Nullable
    String refusal(HttpServerRequest request) {
        HostAndPort asked = request.authority();
        if (asked == null || !isOwn(asked.host())) {
            return "the page is served to localhost and to addresses only, as other names may be another site's";
        }
        String origin = request.getHeader("origin");
        String site = request.getHeader(SITE);
        boolean isForeign = (origin != null && !origin.equalsIgnoreCase("http://" + authority(asked)))
                || (site != null && !site.equals("same-origin") && !site.equals("none"));
        return isForeign && !isLook(request) ? "only the page itself may ask for this, not another site" : null;
    }

    /** A link from elsewhere may lead here; what it shows, browsers keep from other sites. */
    private static boolean isLook(HttpServerRequest request) {
        String method = request.method().name();
        return (method.equals("GET") || method.equals("HEAD")) && request.getHeader("origin") == null;
    }

    /** Whether a page of this origin is ours, if it is at this port. */
    boolean isOwnOrigin(@Nullable String origin, int port) {
        if (origin == null || !origin.startsWith("http://")) {
            return false;
        }
        HostAndPort from = HostAndPort.parseAuthority(origin.substring("http://".length()), 80);
        return from != null && from.port() == port && isOwn(from.host());
    }

    private boolean isOwn(String name) {
        String bare = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        String lower = bare.toLowerCase(Locale.ROOT);
        return lower.equals("localhost")
                || lower.endsWith(".localhost")
                || lower.equals(host.toLowerCase(Locale.ROOT))
                // An address leads to who has it, whoever is asked for its name.
                || lower.matches("\\d{1,3}(\\.\\d{1,3}){3}")
                || lower.indexOf(':') >= 0;
    }

    private static String authority(HostAndPort asked) {
        String name = asked.host().indexOf(':') >= 0 && !asked.host().startsWith("[")
                ? "[" + asked.host() + "]"
                : asked.host();
        return asked.port() < 0 || asked.port() == 80 ? name : name + ":" + asked.port();
    }
}
