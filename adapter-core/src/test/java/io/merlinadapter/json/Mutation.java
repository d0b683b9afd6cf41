package io.merlinadapter.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Breaks text in a few places, where it hurts. */
public final class Mutation {
    private static final byte[] SPICE = "{}[]\",:\\ntfN-0189.eE \r\n\t\0\u007f".getBytes(StandardCharsets.US_ASCII);

    private Mutation() {}

    public static byte[] of(String seed, Random random) {
        List<Byte> bytes = new ArrayList<>();
        for (byte b : seed.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(b);
        }
        for (int n = random.nextInt(4); n > 0 && !bytes.isEmpty(); n--) {
            int at = random.nextInt(bytes.size());
            byte spice = random.nextInt(4) == 0 ? (byte) random.nextInt(256) : SPICE[random.nextInt(SPICE.length)];
            switch (random.nextInt(3)) {
                case 0 -> bytes.set(at, spice);
                case 1 -> bytes.add(at, spice);
                default -> bytes.remove(at);
            }
        }
        byte[] result = new byte[bytes.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = bytes.get(i);
        }
        return result;
    }

    public static String hex(byte[] bytes) {
        StringBuilder hex = new StringBuilder();
        for (byte b : bytes) {
            hex.append(String.format("%02x ", b));
        }
        return hex.toString();
    }
}
