package io.merlinadapter.worker;

import io.merlinadapter.channel.ChannelMaker;
import io.merlinadapter.format.Format;
import io.merlinadapter.loop.Loop;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.predict.MemoryBudget;
import io.merlinadapter.process.ChildStarter;

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
public record PoolParts(
        Loop loop,
        Format format,
        ChannelMaker channels,
        ChildStarter starter,
        MemoryBudget budget,
        AdapterMetrics metrics) {}
