package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The words of a command line that belong to {@code check} or {@code dev} and not to serving. */
final class OwnWords {
    private OwnWords() {}

    /**
     * Takes them away. From the program on nothing is looked at, and neither is the value of an option of serving.
     *
     * @param isOwn takes in a word that it knows
     * @return the words that are left
     */
    static List<String> takenFrom(List<String> args, Predicate<String> isOwn) {
        List<String> left = new ArrayList<>();
        boolean isValue = false;
        for (int i = 0; i < args.size(); i++) {
            String word = args.get(i);
            if (!isValue && (word.equals("--") || !word.startsWith("-"))) {
                left.addAll(args.subList(i, args.size()));
                break;
            }
            if (isValue || !isOwn.test(word)) {
                left.add(word);
            }
            isValue = !isValue && takesNextWord(word);
        }
        return left;
    }

    private static boolean takesNextWord(String word) {
        return Options.all().stream()
                .anyMatch(option -> !option.isSwitch() && option.flag().equals(word));
    }
}
