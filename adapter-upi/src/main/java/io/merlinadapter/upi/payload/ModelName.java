package io.merlinadapter.upi.payload;

import java.nio.charset.StandardCharsets;

/**
 * What a response says of who has predicted.
 *
 * @param name in UTF-8, as is the version
 */
@SuppressWarnings("ArrayRecordComponent")
record ModelName(byte[] name, byte[] version) {
    static ModelName of(String name, String version) {
        return new ModelName(name.getBytes(StandardCharsets.UTF_8), version.getBytes(StandardCharsets.UTF_8));
    }
}
