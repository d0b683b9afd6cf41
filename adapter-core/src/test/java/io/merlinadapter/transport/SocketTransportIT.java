package io.merlinadapter.transport;

import io.merlinadapter.loop.EventLoop;

/** Writing to a socket that the child has connected to. */
class SocketTransportIT extends WritingContract {
    @Override
    String prelude() {
        return """
                import os, socket
                s = socket.socket(socket.AF_UNIX)
                s.connect(os.environ['ADAPTER_SOCKET'])
                r = w = s.fileno()
                """;
    }

    @Override
    Transport maker(EventLoop loop) {
        return new SocketTransport(loop, null);
    }

    @Override
    String deafen() {
        return "s.shutdown(socket.SHUT_RD)";
    }
}
