package io.merlinadapter.upi.payload;

import java.io.IOException;

/** JSON that is none, in words that follow "it is not JSON:". Has no stack trace: it describes a message, not this program. */
final class JsonFault extends IOException {
    private static final long serialVersionUID = 1L;

    JsonFault(String message) {
        super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
