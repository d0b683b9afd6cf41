package io.merlinadapter.cli.it.contract;

/**
 * What callers, the platform and the operator may count on, whatever the child does. A class that says which way the
 * children are reached inherits all tests; each runs the real command with a real child that has one vice.
 */
interface SupervisionContract
        extends StartContract,
                DeathContract,
                MemoryContract,
                SilenceContract,
                OutputContract,
                PoisonContract,
                StopContract,
                FirstProcessContract {}
