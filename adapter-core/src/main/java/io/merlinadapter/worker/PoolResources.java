package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.os.ChildStarter;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.transport.ReplyReader;
import io.merlinadapter.transport.Transport;
import java.util.function.DoubleSupplier;

/**
 * What a pool of workers works with.
 *
 * @param loop owns the pool and every worker in it
 * @param format what the bytes to and from a child say
 * @param transport how the children are reached
 * @param starter starts and signals the children
 * @param budget pays for replies
 * @param metrics is told what happens
 * @param random numbers from 0 to 1, for what is not to happen in step
 */
public record PoolResources(
        EventLoop loop,
        Format format,
        Transport transport,
        ChildStarter starter,
        MemoryBudget budget,
        AdapterMetrics metrics,
        DoubleSupplier random) {
    /** What the readers of replies need of it. */
    ReplyReader.Resources replies(int maxReply) {
        return new ReplyReader.Resources(loop, format, budget, metrics, maxReply, transport.replyStream());
    }
}
