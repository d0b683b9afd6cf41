package io.merlinadapter.upi;

import io.vertx.grpc.common.GrpcStatus;

/**
 * One call of a method, as its service sees it: messages in, messages and one status out. Belongs to its connection's event
 * loop, on which the service is called and calls.
 */
interface GrpcCall {
    /** Sends a message. Does nothing after {@link #end} or when the caller is gone. */
    void send(byte[] message);

    /** The listener is busy no longer. */
    void proceed();

    /** Ends the call. Does nothing the second time, or when the caller is gone. */
    void end(GrpcStatus status, String message);

    /** What a service wants to hear of a call. */
    interface Listener {
        /** A whole message has come, decompressed. */
        void message(byte[] bytes);

        /** Whether no further message may come yet; {@link GrpcCall#proceed} says when. */
        default boolean isBusy() {
            return false;
        }

        /** The caller sends no more. */
        void halfClosed();

        /** Nobody is there any more: the caller has left, its deadline has passed, or the call has ended. Called once. */
        void over();
    }

    /** A method of a service. */
    interface Method {
        /** A call begins; what comes of it goes to the listener. */
        Listener begin(GrpcCall call);
    }
}
