package io.merlinadapter.cli;

/** One setting as it was understood, in words, and where it came from. */
record ResolvedValue(Setting setting, String text, Given.Source source) {

    /** As in {@code workers=2 (WORKERS)}. */
    String line(int longest) {
        return setting.key() + "=" + SafeText.shorten(text, longest) + " (" + origin() + ")";
    }

    private String origin() {
        return switch (source) {
            case FLAG -> setting.flag();
            case VARIABLE -> setting.variable();
            case DEFAULT -> "default";
            case DERIVED -> setting.fallbackShown();
        };
    }
}
