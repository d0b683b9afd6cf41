package io.merlinadapter.os;

/**
 * How much memory children may take before they are ended.
 *
 * @param watchesContainer whether the one that holds most is ended when the container's memory is nearly used up
 * @param each bytes that a child and what it has started may hold; 0 for any number
 */
public record ProgramMemory(boolean watchesContainer, long each) {
    /** As much as they can get. */
    public static final ProgramMemory ANY = new ProgramMemory(false, 0);

    /** What the container has, less what the adapter holds of it. */
    public static final ProgramMemory OF_CONTAINER = new ProgramMemory(true, 0);

    /** So much each, and together what the container has. */
    public static ProgramMemory each(long bytes) {
        return new ProgramMemory(true, bytes);
    }
}
