/**
 * The world of core in memory, for tests without processes, threads and waiting: an event loop that is turned by hand, and
 * children that do what a test says.
 */
package io.merlinadapter.scripted;
