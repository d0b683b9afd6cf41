package io.merlinadapter.http.routes;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the headers by which a caller says what it can read, with how much it likes it (RFC 9110, 12.4 and 12.5). */
final class AcceptHeader {
    private AcceptHeader() {}

    /**
     * Whether a caller would rather have the first than the second; at the same weight, only if it has named the first. Both
     * are media types in lower case.
     */
    static boolean prefers(@Nullable String accept, String first, String second) {
        double firstQuality = quality(accept, first);
        double secondQuality = quality(accept, second);
        return firstQuality > 0
                && (firstQuality > secondQuality || (firstQuality == secondQuality && names(accept, first)));
    }

    private static boolean names(@Nullable String header, String wanted) {
        return header != null && header.toLowerCase(Locale.ROOT).contains(wanted);
    }

    /** The weight of a word, or of the most precise range that it is in: 0 if it is not wanted, or not spoken of. */
    static double quality(@Nullable String header, String wanted) {
        double best = 0;
        int precision = -1;
        if (header == null) {
            return 0;
        }
        int slash = wanted.indexOf('/');
        String family = slash < 0 ? "*" : wanted.substring(0, slash) + "/*";
        for (String element : header.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = element.split(";", -1);
            String name = parts[0].trim();
            int matches = name.equals(wanted) ? 2 : name.equals(family) ? 1 : name.equals("*/*") ? 0 : -1;
            if (matches >= 0 && matches >= precision) {
                double weight = weight(parts);
                best = matches > precision ? weight : Math.max(best, weight);
                precision = matches;
            }
        }
        return best;
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].replace(" ", "").replace("\t", "");
            if (parameter.startsWith("q=")) {
                try {
                    double weight = Double.parseDouble(parameter.substring(2));
                    return weight >= 0 && weight <= 1 ? weight : 0;
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
