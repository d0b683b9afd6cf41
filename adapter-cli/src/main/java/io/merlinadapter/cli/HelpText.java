package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.OptionGroup;
import io.merlinadapter.cli.config.Options;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;

/** Lists the options, each with its variable and its default. */
final class HelpText {

    private static final int INDENT = 2;
    private static final int NAMES = 28;

    private HelpText() {}

    /** All of them, under headings. */
    static String all(Help help) {
        StringBuilder text = new StringBuilder();
        for (OptionGroup group : OptionGroup.values()) {
            TextTable table = table(help);
            for (Option<?> option : Options.all()) {
                if (option.group() == group) {
                    add(table, option, option.description());
                }
            }
            text.append(String.format("%n%s%n%s", group.heading(), table));
        }
        return text.append(String.format("%nOther%n%s", others(help))).toString();
    }

    /** Those that matter most to who is new, in a sentence each. */
    static String essential(Help help) {
        TextTable table = table(help);
        for (Option<?> option : Options.essential()) {
            add(table, option, firstSentence(option.description()));
        }
        return String.format("%nThe options that matter most%n%s%nOther%n%s", table, others(help));
    }

    private static void add(TextTable table, Option<?> option, String description) {
        table.addRowValues(option.usage(), description);
        // On a line of its own: it is what people come back to look up.
        table.addRowValues("", "[" + option.variable() + ", default " + option.fallbackShown() + "]");
    }

    private static TextTable others(Help help) {
        TextTable table = table(help);
        table.addRowValues("-h", "Print the options that matter most.");
        table.addRowValues("--help", "Print all options.");
        table.addRowValues(
                AdapterCommand.PRINT_CONFIG, "Print the value of every option and where it comes from; start nothing.");
        table.addRowValues("-V, --version", "Print the version.");
        return table;
    }

    private static TextTable table(Help help) {
        int width = help.commandSpec().usageMessage().width();
        Column names = new Column(NAMES, INDENT, Column.Overflow.SPAN);
        Column descriptions = new Column(width - NAMES, 1, Column.Overflow.WRAP);
        TextTable table = TextTable.forColumns(help.colorScheme(), names, descriptions);
        table.indentWrappedLines = 0;
        return table;
    }

    private static String firstSentence(String description) {
        return description.split("(?<=\\.) ", 2)[0];
    }
}
