package io.merlinadapter.channel;

import io.merlinadapter.loop.Loop;

/** Writing to a socket that the child has connected to. */
class SocketChannelsTest extends WritingContract {
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
    ChannelMaker maker(Loop loop) {
        return new SocketChannels(loop, null);
    }

    @Override
    String deafen() {
        return "s.shutdown(socket.SHUT_RD)";
    }
}
