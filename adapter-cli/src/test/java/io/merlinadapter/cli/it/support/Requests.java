package io.merlinadapter.cli.it.support;

/** Bodies for the scripted child. */
public final class Requests {
    /** Has the child work for a minute, which is longer than any test waits. */
    public static final String FOR_EVER = "['sleep',60000]";

    private Requests() {}

    /** One that is answered with itself. */
    public static String echo(String token) {
        return "{\"token\":\"" + token + "\"}";
    }

    /** One that has the child take these steps; written with ' for ". */
    public static String does(String... steps) {
        return "{\"do\":[" + String.join(",", steps).replace('\'', '"') + "]}";
    }

    /** The step that says on stderr that the program has read the request, so that nobody else will get it. */
    public static String tell(String text) {
        return "['stderr','" + text + "\\n']";
    }

    /** The step that answers like {@link #echo}. */
    public static String answer(String token) {
        return "['answer',{'token':'" + token + "'}]";
    }

    /** The step that writes this text to where replies go; for {@link #does}. */
    public static String write(String text) {
        String escaped = text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\t", "\\t");
        return "[\"write\",\"" + escaped + "\"]";
    }

    /** One that is answered with itself, of a mebibyte. */
    public static String large(String token) {
        return padded(token, 1 << 20);
    }

    /** One that is answered with itself, of about this many bytes. */
    public static String padded(String token, int bytes) {
        return "{\"token\":\"" + token + "\",\"padding\":\"" + "x".repeat(bytes) + "\"}";
    }
}
