package io.merlinadapter.cli.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Which files are none of the program's: those that {@code .gitignore} names, in the folder, below it, and above it up to the
 * top of the repository, and what editors, Python and others leave everywhere. One thread at a time.
 */
final class IgnoreRules {
    static final String FILE = ".gitignore";
    private static final int LONGEST_FILE = 256 * 1024;

    private static final List<String> ALWAYS = List.of(
            ".git/",
            ".hg/",
            ".svn/",
            ".idea/",
            ".vscode/",
            "__pycache__/",
            "*.py[co]",
            ".*_cache/",
            ".ipynb_checkpoints/",
            ".venv/",
            "venv/",
            "node_modules/",
            ".Rproj.user/",
            ".Rhistory",
            "*.sw[a-p]",
            ".*.sw[a-p]",
            "4913",
            "*~",
            ".#*",
            "\\#*#",
            "*.tmp",
            ".DS_Store",
            ".nfs*",
            "core");

    private final List<Rule> rules = new ArrayList<>();

    /**
     * One line of a file.
     *
     * @param below the folder that it is about
     * @param path what a path in it looks like
     */
    private record Rule(Path below, Pattern path, boolean foldersOnly, boolean takesBack) {
        boolean matches(Path file, boolean isFolder) {
            return (isFolder || !foldersOnly)
                    && file.startsWith(below)
                    && !file.equals(below)
                    && path.matcher(below.relativize(file).toString()).matches();
        }
    }

    /** The rules above {@code root}; those below are added with {@link #read} when a folder is entered. */
    static IgnoreRules of(Path root) {
        IgnoreRules rules = new IgnoreRules();
        Path any = root.getRoot();
        for (String line : ALWAYS) {
            rules.add(any, line);
        }
        List<Path> above = new ArrayList<>();
        Path top = topOfRepository(root);
        for (Path folder = root.getParent(); top != null && folder != null && folder.startsWith(top); ) {
            above.add(0, folder);
            folder = folder.getParent();
        }
        above.forEach(rules::read);
        return rules;
    }

    private static @Nullable Path topOfRepository(Path root) {
        for (Path folder = root; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(".git"))) {
                return folder;
            }
        }
        return null;
    }

    /** Adds the rules that a folder has of its own. Reads a small file. */
    void read(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= LONGEST_FILE) {
                Files.readAllLines(file).forEach(line -> add(folder, line));
            }
        } catch (IOException unreadable) {
            // As git does, which goes on without it.
        }
    }

    private void add(Path below, String line) {
        String pattern = line.replaceFirst("(?<!\\\\)\\s+$", "");
        if (pattern.isEmpty() || pattern.startsWith("#")) {
            return;
        }
        boolean takesBack = pattern.startsWith("!");
        pattern = takesBack ? pattern.substring(1) : pattern;
        boolean foldersOnly = pattern.endsWith("/");
        pattern = foldersOnly ? pattern.substring(0, pattern.length() - 1) : pattern;
        boolean isAnchored = pattern.indexOf('/') >= 0;
        pattern = pattern.startsWith("/") ? pattern.substring(1) : pattern;
        try {
            Pattern path = Pattern.compile((isAnchored ? "" : "(?:.*/)?") + regex(pattern));
            rules.add(new Rule(below, path, foldersOnly, takesBack));
        } catch (PatternSyntaxException none) {
            // It matches nothing, as for git.
        }
    }

    private static String regex(String glob) {
        StringBuilder regex = new StringBuilder();
        int at = 0;
        while (at < glob.length()) {
            char c = glob.charAt(at);
            if (glob.startsWith("**/", at)) {
                regex.append("(?:.*/)?");
                at += 3;
            } else if (glob.startsWith("**", at)) {
                regex.append(".*");
                at += 2;
            } else if (c == '[' && glob.indexOf(']', at + 2) > 0) {
                int end = glob.indexOf(']', at + 2);
                String set = glob.substring(at + 1, end).replace("\\", "\\\\").replace("[", "\\[");
                regex.append('[')
                        .append(set.startsWith("!") ? "^" + set.substring(1) : set)
                        .append(']');
                at = end + 1;
            } else {
                boolean isEscape = c == '\\' && at + 1 < glob.length();
                char literal = isEscape ? glob.charAt(at + 1) : c;
                regex.append(
                        isEscape || (c != '*' && c != '?')
                                ? Pattern.quote(String.valueOf(literal))
                                : c == '*' ? "[^/]*" : "[^/]");
                at += isEscape ? 2 : 1;
            }
        }
        return regex.toString();
    }

    /** Whether a file or folder is ignored, of which no folder above is: the last rule that is about it says so. */
    boolean ignores(Path path, boolean isFolder) {
        for (int i = rules.size() - 1; i >= 0; i--) {
            if (rules.get(i).matches(path, isFolder)) {
                return !rules.get(i).takesBack();
            }
        }
        return false;
    }
}
