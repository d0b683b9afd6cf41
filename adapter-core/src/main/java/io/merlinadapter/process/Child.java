package io.merlinadapter.process;

import java.io.OutputStream;

/** A running operating-system process, in a session of its own where the system's tools allow it. */
public final class Child {
    private final Process process;
    private final boolean ownSession;

    Child(Process process, boolean ownSession) {
        this.process = process;
        this.ownSession = ownSession;
    }

    public long pid() {
        return process.pid();
    }

    /** The child's stdin. Writing and closing may block for as long as the child does not read. */
    public OutputStream stdin() {
        return process.getOutputStream();
    }

    /** Whether the child leads a process group, so that its descendants can be signalled with it. */
    boolean ownSession() {
        return ownSession;
    }

    Process process() {
        return process;
    }
}
