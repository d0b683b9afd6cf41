package io.merlinadapter.http.exchange;

/**
 * The names under which callers may ask for the one model.
 *
 * @param fullName the name that the platform deployed and that we show
 * @param alias {@code {name}-{version}}, which callers who know nothing of redeployments use; often the same
 */
public record ModelNames(String fullName, String alias) {
    public ModelNames {
        if (fullName.isEmpty() || alias.isEmpty()) {
            throw new IllegalArgumentException(
                    "model names: \"" + fullName + "\" and \"" + alias + "\" (expected: neither is empty)");
        }
    }

    /** Whether {@code name}, already percent-decoded, is ours. */
    public boolean areOurs(String name) {
        return name.equals(fullName) || name.equals(alias);
    }

    /** What to tell somebody who asked for {@code name}. */
    public String unknown(String name) {
        return "no model named \"" + name + "\" is served here (expected: \"" + fullName + "\")";
    }
}
