package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.text.SafeText;
import io.merlinadapter.trace.TraceSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what OpenTelemetry's variables ask for. A value that makes no sense is a warning, and the default counts, or
 * nothing is traced: these variables are often set for all of a cluster, and none may keep the adapter from serving.
 */
final class TraceVariables {
    private static final String EXPORTER = "OTEL_EXPORTER_OTLP_";
    private static final String TRACES = EXPORTER + "TRACES_";
    private static final String ENDPOINT = "ENDPOINT";
    private static final String PROTOBUF = "http/protobuf";
    private static final String TRACE_CONTEXT = "tracecontext";

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\t -~]*");
    /** The client's own. */
    private static final Set<String> RESERVED =
            Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

    private static final int MOST_SPANS = 1 << 20;

    private final Map<String, String> env;
    private final List<String> warnings;

    private TraceVariables(Map<String, String> env, List<String> warnings) {
        this.env = env;
        this.warnings = warnings;
    }

    /**
     * Where traces go; null if nothing asks for them.
     *
     * @param warnings gets what is wrong
     */
    static @Nullable TraceSettings read(Map<String, String> env, Config config, List<String> warnings) {
        TraceVariables variables = new TraceVariables(env, warnings);
        return variables.areAskedFor() ? variables.read(config) : null;
    }

    private boolean areAskedFor() {
        return (!get(TRACES + ENDPOINT).isEmpty() || !get(EXPORTER + ENDPOINT).isEmpty())
                && !get("OTEL_SDK_DISABLED").equalsIgnoreCase("true");
    }

    /** OpenTelemetry takes an empty one for none. */
    private String get(String name) {
        return env.getOrDefault(name, "").trim();
    }

    private @Nullable TraceSettings read(Config config) {
        String exporter = get("OTEL_TRACES_EXPORTER");
        if (exporter.equals("none")) {
            return null;
        }
        if (!exporter.isEmpty() && !List.of(exporter.split(" *, *", -1)).contains("otlp")) {
            return nothing("OTEL_TRACES_EXPORTER", exporter, "otlp, or none");
        }
        String protocol = name("PROTOCOL");
        if (!get(protocol).isEmpty() && !get(protocol).equals(PROTOBUF)) {
            return nothing(protocol, get(protocol), PROTOBUF);
        }
        URI url = url();
        if (url == null) {
            return null;
        }
        String propagators = get("OTEL_PROPAGATORS");
        if (!propagators.isEmpty() && !List.of(propagators.split(" *, *", -1)).contains(TRACE_CONTEXT)) {
            warn("OTEL_PROPAGATORS", propagators, TRACE_CONTEXT + ", which is what is read");
        }
        return new TraceSettings(target(url), sampling(), queue(), resource(config));
    }

    private @Nullable TraceSettings nothing(String name, String value, String expected) {
        warn(name, value, expected + "; no traces are exported");
        return null;
    }

    private void warn(String name, String value, String expected) {
        warnings.add("the variable " + name + " is " + SafeText.quote(SafeText.withoutLogin(value)) + "; expected "
                + expected);
    }

    /** Of the two variables for one thing the one that counts. */
    private String name(String thing) {
        return get(TRACES + thing).isEmpty() ? EXPORTER + thing : TRACES + thing;
    }

    private @Nullable URI url() {
        String name = name(ENDPOINT);
        String text = get(name);
        try {
            URI url = new URI(text);
            boolean isHttp = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            if (isHttp && url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null) {
                return name.startsWith(TRACES) ? url : new URI(text + (text.endsWith("/") ? "" : "/") + "v1/traces");
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        nothing(name, text, "a URL as in http://collector:4318, without a user");
        return null;
    }

    private TraceSettings.Target target(URI url) {
        String compression = name("COMPRESSION");
        boolean gzip = get(compression).equals("gzip");
        if (!gzip && !get(compression).isEmpty() && !get(compression).equals("none")) {
            warn(compression, get(compression), "gzip or none");
        }
        String key = file(name("CLIENT_KEY"));
        String certificate = file(name("CLIENT_CERTIFICATE"));
        return new TraceSettings.Target(
                url,
                headers(),
                Duration.ofMillis(number(name("TIMEOUT"), 10_000, Integer.MAX_VALUE)),
                gzip,
                file(name("CERTIFICATE")),
                key == null || certificate == null ? null : new TraceSettings.Client(key, certificate));
    }

    /** What headers hold is secret: no warning shows any of it. */
    private Map<String, String> headers() {
        String name = name("HEADERS");
        Map<String, String> headers = new LinkedHashMap<>();
        pairs(name, true).forEach((header, value) -> {
            if (HEADER.matcher(header).matches()
                    && HEADER_VALUE.matcher(value).matches()
                    && !RESERVED.contains(header.toLowerCase(Locale.ROOT))) {
                headers.put(header, value);
            } else {
                warnings.add("the variable " + name + " has a header that can't be sent; expected names and values in"
                        + " ASCII, and none that belongs to the connection");
            }
        });
        return headers;
    }

    /** Pairs as in {@code a=1,b=2}, percent-escapes undone; what is no pair is left out. */
    private Map<String, String> pairs(String name, boolean areSecret) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : get(name).split(",", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? "" : pair.substring(0, equals).trim();
            if (!key.isEmpty()) {
                pairs.put(key, unescaped(pair.substring(equals + 1).trim()));
            } else if (!pair.isBlank()) {
                warnings.add("the variable " + name + " has a part without a name"
                        + (areSecret ? "" : ": " + SafeText.quote(pair)) + "; expected name=value,name=value");
            }
        }
        return pairs;
    }

    private static String unescaped(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private @Nullable String file(String name) {
        String path = get(name);
        if (path.isEmpty()) {
            return null;
        }
        try {
            return Files.readString(Path.of(path), StandardCharsets.ISO_8859_1);
        } catch (IOException | InvalidPathException e) {
            warn(name, path, "a file in PEM that can be read");
            return null;
        }
    }

    private TraceSettings.Sampling sampling() {
        String name = "OTEL_TRACES_SAMPLER";
        String sampler = get(name);
        boolean parentDecides = sampler.startsWith("parentbased_");
        return switch (parentDecides ? sampler.substring("parentbased_".length()) : sampler) {
            case "always_on" -> new TraceSettings.Sampling(parentDecides, 1);
            case "always_off" -> new TraceSettings.Sampling(parentDecides, 0);
            case "traceidratio" -> new TraceSettings.Sampling(parentDecides, ratio());
            default -> {
                if (!sampler.isEmpty()) {
                    warn(
                            name,
                            sampler,
                            "always_on, always_off or traceidratio, or one of these after parentbased_;"
                                    + " parentbased_always_on counts");
                }
                yield new TraceSettings.Sampling(true, 1);
            }
        };
    }

    private double ratio() {
        String name = "OTEL_TRACES_SAMPLER_ARG";
        String text = get(name);
        if (text.isEmpty()) {
            return 1;
        }
        try {
            double ratio = Double.parseDouble(text);
            if (ratio >= 0 && ratio <= 1) {
                return ratio;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        warn(name, text, "a number from 0 to 1; 1 counts");
        return 1;
    }

    private TraceSettings.Queue queue() {
        int most = number("OTEL_BSP_MAX_QUEUE_SIZE", 2048, MOST_SPANS);
        // More at once than there is room for would never come together.
        int atOnce = number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", Math.min(512, most), most);
        return new TraceSettings.Queue(
                most,
                atOnce,
                Duration.ofMillis(number("OTEL_BSP_SCHEDULE_DELAY", 5_000, Integer.MAX_VALUE)),
                Duration.ofMillis(number("OTEL_BSP_EXPORT_TIMEOUT", 30_000, Integer.MAX_VALUE)));
    }

    private int number(String name, int otherwise, int most) {
        String text = get(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        warn(name, text, "a whole number from 1 to " + most + "; " + otherwise + " counts");
        return otherwise;
    }

    private Map<String, String> resource(Config config) {
        Map<String, String> resource = new LinkedHashMap<>();
        resource.put("service.name", config.get(Options.MODEL_NAME));
        resource.put("service.version", config.get(Options.MODEL_VERSION));
        resource.put("merlin_adapter.model.name", config.get(Options.MODEL_NAME));
        resource.put("merlin_adapter.model.version", config.get(Options.MODEL_VERSION));
        resource.put("merlin_adapter.version", Version.number());
        resource.putAll(pairs("OTEL_RESOURCE_ATTRIBUTES", false));
        String service = get("OTEL_SERVICE_NAME");
        if (!service.isEmpty()) {
            resource.put("service.name", service);
        }
        return resource;
    }
}
