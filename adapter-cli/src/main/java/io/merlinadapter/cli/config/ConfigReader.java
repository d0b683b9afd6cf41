package io.merlinadapter.cli.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads every option, in the order of {@link Options}: the flag if given, else the variable, else the default. What a value
 * follows from has been read before it. Used by one thread.
 */
public final class ConfigReader {
    private final Map<Option<?>, String> flags;
    private final Map<Option<?>, String> instead;
    private final Map<String, String> env;
    private final Faults faults;
    private final Platform platform;
    private final Machine machine;
    private final Map<Option<?>, ResolvedValue<?>> values = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();

    /** @param instead what counts instead of what was given */
    public ConfigReader(
            Map<Option<?>, String> flags,
            Map<Option<?>, String> instead,
            Map<String, String> env,
            Faults faults,
            Machine machine) {
        this.flags = flags;
        this.instead = instead;
        this.env = env;
        this.faults = faults;
        this.platform = Platform.of(env);
        this.machine = machine;
    }

    /**
     * Reads all of them.
     *
     * @param command the program and its arguments
     */
    public Config read(List<String> command) {
        for (Option<?> option : Options.all()) {
            values.put(option, option.kind().read(given(option), this));
        }
        return new Config(command, values);
    }

    /** An empty variable counts as unset: that is how a deployment takes back what an image has set. */
    private Given given(Option<?> option) {
        String own = instead.get(option);
        if (own != null) {
            return new Given(option, own, Given.Source.COMMAND);
        }
        String flag = flags.get(option);
        if (flag != null) {
            return new Given(option, flag, Given.Source.FLAG);
        }
        String variable = env.getOrDefault(option.variable(), "");
        return variable.isEmpty()
                ? new Given(option, option.fallback(), Given.Source.DEFAULT)
                : new Given(option, variable, Given.Source.VARIABLE);
    }

    /** The value of an option that has been read already. */
    <T> T get(Option<T> option) {
        return Config.value(values, option);
    }

    Faults faults() {
        return faults;
    }

    Platform platform() {
        return platform;
    }

    Machine machine() {
        return machine;
    }

    void warn(String warning) {
        warnings.add(warning);
    }

    /** What was read as something else than it says. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }
}
