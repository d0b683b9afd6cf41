/** The parts, measured alone with JMH, and the constant server that all of it is compared with. docs/performance.md says what came out. */
@NullMarked
package io.merlinadapter.benchmarks;

import org.jspecify.annotations.NullMarked;
