package io.merlinadapter.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Lists the options under headings, each with its variable and its default. */
final class HelpText {

    private static final int INDENT = 2;
    private static final int NAMES = 28;

    private HelpText() {}

    static void arrange(CommandLine commandLine, Map<Setting, OptionSpec> options) {
        commandLine.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> list(help, options));
    }

    private static String list(Help help, Map<Setting, OptionSpec> options) {
        StringBuilder text = new StringBuilder();
        for (Setting.Group group : Setting.Group.values()) {
            TextTable table = table(help);
            options.forEach((setting, option) -> {
                if (setting.group() == group) {
                    table.addRowValues(option.longestName() + "=" + option.paramLabel(), setting.description());
                    // On a line of its own: it is what people come back to look up.
                    table.addRowValues("", sources(setting));
                }
            });
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

    private static String sources(Setting setting) {
        return "[" + setting.variable() + ", default " + setting.fallbackShown() + "]";
    }
}
