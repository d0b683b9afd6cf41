package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.os.ChildStarter;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.transport.Transport;

/**
 * What a pool of workers works with.
 *
 * @param loop owns the pool and every worker in it
 * @param format what the bytes to and from a child say
 * @param channels how the children are reached
 * @param starter starts and signals the children
 * @param budget pays for replies
 * @param metrics is told what happens
 */
public record PoolResources(
        EventLoop loop,
        Format format,
        Transport channels,
        ChildStarter starter,
        MemoryBudget budget,
        AdapterMetrics metrics) {}
