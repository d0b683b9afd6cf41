package io.merlinadapter.cli.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes files in the format of Linux's programs, with as much in them as the kernel looks at first. */
final class Elves {
    static final int OBJECT = 1;
    static final int EXECUTABLE = 2;
    static final int SHARED = 3;
    static final int CORE = 4;

    private Elves() {}

    /** A program of 64 bits that needs no loader. */
    static byte[] program(int machine) {
        return of(EXECUTABLE, machine, 64, ByteOrder.LITTLE_ENDIAN, null);
    }

    static byte[] of(int type, int machine, int bits, ByteOrder order, @Nullable String loader) {
        boolean wide = bits == 64;
        int headers = wide ? 64 : 52;
        int size = wide ? 56 : 32;
        byte[] name = loader == null ? new byte[0] : (loader + "\0").getBytes(StandardCharsets.UTF_8);
        int segments = loader == null ? 1 : 2;
        int at = headers + segments * size;
        ByteBuffer file = ByteBuffer.allocate(at + name.length).order(order);
        file.put(new byte[] {
            0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), (byte) (order == ByteOrder.BIG_ENDIAN ? 2 : 1), 1
        });
        file.putShort(16, (short) type).putShort(18, (short) machine).putInt(20, 1);
        long entry = type == SHARED && loader == null ? 0 : 0x1000;
        if (wide) {
            file.putLong(24, entry).putLong(32, headers);
        } else {
            file.putInt(24, (int) entry).putInt(28, headers);
        }
        file.putShort(wide ? 54 : 42, (short) size).putShort(wide ? 56 : 44, (short) segments);
        segment(file, headers, wide, 1, 0, at + name.length);
        if (loader != null) {
            segment(file, headers + size, wide, 3, at, name.length);
            file.position(at).put(name);
        }
        return file.array();
    }

    private static void segment(ByteBuffer file, int at, boolean wide, int kind, int offset, int length) {
        file.putInt(at, kind);
        if (wide) {
            file.putLong(at + 8, offset).putLong(at + 32, length);
        } else {
            file.putInt(at + 4, offset).putInt(at + 16, length);
        }
    }
}
