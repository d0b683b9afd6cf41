package io.merlinadapter.os;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a child into a session of its own, so that a signal to the adapter's group never reaches it first, and has the
 * kernel end it with the adapter, even if that is SIGKILLed. Both by tools of util-linux that replace themselves with the
 * program, so that its process id stays the one we started.
 */
final class Isolation {
    private static final Logger log = LoggerFactory.getLogger(Isolation.class);

    private final List<String> prefix;
    private final boolean ownSession;

    private Isolation(List<String> prefix, boolean ownSession) {
        this.prefix = prefix;
        this.ownSession = ownSession;
    }

    /** What this machine has; says in the log what is lost without it. */
    static Isolation detect(String searchPath) {
        Optional<Path> setsid = Programs.find("setsid", searchPath);
        Optional<Path> setpriv = Programs.find("setpriv", searchPath);
        List<String> prefix = new ArrayList<>();
        setsid.ifPresentOrElse(
                path -> prefix.add(path.toString()),
                () -> log.warn("setsid was not found: a signal to the adapter's process group reaches the program too,"
                        + " and its own children may outlive it; install util-linux"));
        setpriv.ifPresentOrElse(
                path -> prefix.addAll(List.of(path.toString(), "--pdeathsig", "KILL", "--")),
                () -> log.warn("setpriv was not found: the program may outlive the adapter if that is killed;"
                        + " install util-linux"));
        return new Isolation(prefix, setsid.isPresent());
    }

    List<String> wrap(List<String> command) {
        List<String> wrapped = new ArrayList<>(prefix);
        wrapped.addAll(command);
        return wrapped;
    }

    boolean ownSession() {
        return ownSession;
    }
}
