package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.OptionGroup;
import io.merlinadapter.cli.config.Options;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Lists the options under headings, each with its variable and its default. */
final class HelpText {

    private static final int INDENT = 2;
    private static final int NAMES = 28;

    private HelpText() {}

    static void arrange(CommandLine commandLine) {
        commandLine.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpText::list);
    }

    private static String list(Help help) {
        StringBuilder text = new StringBuilder();
        for (OptionGroup group : OptionGroup.values()) {
            TextTable table = table(help);
            for (Option<?> option : Options.all()) {
                if (option.group() == group) {
                    table.addRowValues(option.usage(), option.description());
                    // On a line of its own: it is what people come back to look up.
                    table.addRowValues("", sources(option));
                }
            }
            text.append(String.format("%n%s%n%s", group.heading(), table));
        }
        TextTable table = table(help);
        table.addRowValues("-h, --help", "Print this help.");
        table.addRowValues("-V, --version", "Print the version.");
        return text.append(String.format("%nOther%n%s", table)).toString();
    }

    private static TextTable table(Help help) {
        Column names = new Column(NAMES, INDENT, Column.Overflow.SPAN);
        Column descriptions = new Column(AdapterCommand.WIDTH - NAMES, 1, Column.Overflow.WRAP);
        TextTable table = TextTable.forColumns(help.colorScheme(), names, descriptions);
        table.indentWrappedLines = 0;
        return table;
    }

    private static String sources(Option<?> option) {
        return "[" + option.variable() + ", default " + option.fallbackShown() + "]";
    }
}
