package io.merlinadapter.upi;

import io.merlinadapter.http.exchange.BodyEncoding;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.nio.ByteBuffer;

/** What stands before every message of gRPC: whether it is compressed, and its length in four bytes. */
final class GrpcPrefix {
    static final int LENGTH = 5;

    private GrpcPrefix() {}

    /**
     * Whether the message is compressed, by the first byte of its prefix.
     *
     * @param encoding what the call says of compressed messages
     */
    static boolean isCompressed(byte flag, BodyEncoding encoding) {
        if (flag != 0 && flag != 1) {
            throw invalid("the message's compressed flag is " + (flag & 0xff) + " (expected: 0 or 1)");
        }
        if (flag == 1 && encoding == BodyEncoding.IDENTITY) {
            throw invalid("the message is compressed, but the call has no grpc-encoding");
        }
        return flag == 1;
    }

    /** A message that is not compressed, with its prefix. */
    static byte[] before(byte[] message) {
        ByteBuffer framed = ByteBuffer.allocate(LENGTH + message.length);
        return framed.put((byte) 0).putInt(message.length).put(message).array();
    }

    static PredictException invalid(String why) {
        return PredictException.of(FailureKind.INVALID_REQUEST, why);
    }
}
