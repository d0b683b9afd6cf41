package io.merlinadapter.metrics;

import io.micrometer.core.instrument.Counter;

/** Counts pushes by how they ended; both counters are there from the beginning. */
record PushMeters(Counter success, Counter failure) {}
