package io.merlinadapter.http.routes;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** The path of predictions, which a Router can't have: it takes {@code :predict} for a parameter. */
public final class PredictPath {
    static final String MODELS = "/v1/models/";

    private static final String PREDICT = ":predict";

    private PredictPath() {}

    /** The path of predictions of this model. */
    public static String of(String name) {
        return MODELS + name + PREDICT;
    }

    /** The model in a prediction's path, percent-escapes undone; null for any other path. */
    public static @Nullable String modelIn(@Nullable String rawPath) {
        if (rawPath == null || !rawPath.startsWith("/")) {
            return null;
        }
        String path = decode(rawPath);
        if (path == null || !path.startsWith(MODELS) || !path.endsWith(PREDICT)) {
            return null;
        }
        int end = path.length() - PREDICT.length();
        return end <= MODELS.length() || path.lastIndexOf('/') >= MODELS.length()
                ? null
                : path.substring(MODELS.length(), end);
    }

    /** Whether a path asks a model for something with a colon in it: where it is no prediction, it is nobody's. */
    static boolean hasVerb(String rawPath) {
        String path = decode(rawPath);
        return path != null && path.startsWith(MODELS) && path.indexOf(':', MODELS.length()) >= 0;
    }

    /** Whether a path is written out: one that has to be tidied first would be one thing to a proxy and another to us. */
    static boolean isPlain(@Nullable String rawPath) {
        if (rawPath == null) {
            return true;
        }
        String path =
                rawPath.indexOf('%') < 0 ? rawPath : rawPath.replace("%2e", ".").replace("%2E", ".");
        return !path.contains("//")
                && !path.contains("/./")
                && !path.contains("/../")
                && !path.endsWith("/.")
                && !path.endsWith("/..");
    }

    private static @Nullable String decode(String rawPath) {
        if (rawPath.indexOf('%') < 0) {
            return rawPath;
        }
        try {
            return new URI("http://any" + rawPath).getPath();
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
