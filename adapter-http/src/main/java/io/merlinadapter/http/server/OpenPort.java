package io.merlinadapter.http.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listening socket of one opening of a port. Belongs to the event loop that accepts. */
final class OpenPort extends NioServerSocketChannel {
    private static final Logger LOG = LoggerFactory.getLogger(OpenPort.class);

    /**
     * @param taker is given the connections
     */
    OpenPort(ChannelHandler taker, Map<ChannelOption<?>, Object> options) {
        config().setOptions(options);
        pipeline().addLast(taker);
    }

    /** Listens at once; throws if the system won't let it, and is closed then. */
    void listen(SocketAddress address, EventLoop loop) throws Exception {
        try {
            doBind(address);
        } catch (Exception e) {
            doClose();
            throw e;
        }
        ChannelFuture unused = loop.register(this);
    }

    /**
     * Takes the connections that the system has accepted on our behalf: it would reset them when the port closes, and
     * their callers may have sent a request. Does nothing if the port is closed.
     */
    void acceptWaiting() {
        List<Object> waiting = new ArrayList<>();
        try {
            while (waiting.size() < config().getBacklog() && doReadMessages(waiting) > 0) {
                LOG.trace("one more before the port closes");
            }
        } catch (Exception e) {
            LOG.debug("the last connections could not be accepted", e);
        }
        waiting.forEach(pipeline()::fireChannelRead);
    }

    boolean isHeldBySelector() {
        return javaChannel().isRegistered();
    }
}
