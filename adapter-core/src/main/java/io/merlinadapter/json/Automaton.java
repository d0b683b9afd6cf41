package io.merlinadapter.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Tables that tell which state follows another at a byte. To go on by one byte is a shift and nothing else: where a number or
 * a character ends, is as good as random, so that a processor guesses each branch there wrong as often as not, which takes
 * as long as twenty bytes by table. A table has a long for each byte, and in it six bits for each state: the state that
 * follows. A state is the number of the first of its bits, so there are up to ten.
 */
final class Automaton {
    /** Stays what it is at any byte. */
    static final int STOP = 0;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BITS = 6;
    private static final int MASK = (1 << BITS) - 1;

    private Automaton() {}

    /** By which all bytes lead to {@link #STOP}. */
    static long[] table() {
        return new long[256];
    }

    /** The state of this number, from 1 to 9. */
    static int state(int number) {
        return number * BITS;
    }

    /** Each byte from {@code first} to {@code last} leads from the one state to the other, whatever it led to before. */
    static void lead(long[] table, int from, int first, int last, int to) {
        for (int b = first; b <= last; b++) {
            table[b] = (table[b] & ~((long) MASK << from)) | ((long) to << from);
        }
    }

    /** As the other, of one byte. */
    static void lead(long[] table, int from, char b, int to) {
        lead(table, from, b, b, to);
    }

    /** Goes on from a state, to the byte that leads to {@link #STOP} or, without one, to the end. */
    static int pass(long[] table, int first, byte[] bytes, int from, int to) {
        int state = first;
        int p = from;
        while (p <= to - Long.BYTES) {
            int next = next(table, state, (long) LONGS.get(bytes, p));
            if (next == STOP) {
                break;
            }
            state = next;
            p += Long.BYTES;
        }
        while (p < to) {
            state = (int) (table[bytes[p] & 0xff] >>> state) & MASK;
            if (state == STOP) {
                break;
            }
            p++;
        }
        return p;
    }

    /** The state behind eight bytes, the first of which is the lowest. */
    private static int next(long[] table, int state, long eight) {
        // What is above the six bits of a state does no harm: of a distance, a shift looks at the lowest six bits.
        int next = (int) (table[(int) eight & 0xff] >>> state);
        next = (int) (table[(int) (eight >>> 8) & 0xff] >>> next);
        next = (int) (table[(int) (eight >>> 16) & 0xff] >>> next);
        next = (int) (table[(int) (eight >>> 24) & 0xff] >>> next);
        next = (int) (table[(int) (eight >>> 32) & 0xff] >>> next);
        next = (int) (table[(int) (eight >>> 40) & 0xff] >>> next);
        next = (int) (table[(int) (eight >>> 48) & 0xff] >>> next);
        return (int) (table[(int) (eight >>> 56)] >>> next) & MASK;
    }
}
