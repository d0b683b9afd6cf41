package io.merlinadapter.os;

import java.util.OptionalLong;

/** The memory of the container that this process is in, with all its other processes. Reads small files; any thread. */
public final class ContainerMemory {
    private final ControlGroup group = ControlGroup.ofThisProcess();

    /** Bytes that all its processes together may hold; nothing where there is no limit. */
    public OptionalLong limit() {
        return group.limit();
    }

    /** Bytes that they hold, without what the kernel can take back; at the limit it kills one of them. */
    public OptionalLong used() {
        return group.used();
    }
}
