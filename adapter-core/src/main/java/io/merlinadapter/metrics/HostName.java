package io.merlinadapter.metrics;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of this machine or pod, which tells its metrics from those of its siblings. */
final class HostName {
    private static final Path OF_KERNEL = Path.of("/proc/sys/kernel/hostname");

    private HostName() {}

    /** With its domain if that can be found out. Asks the name server, which may take seconds. */
    static String qualified() {
        try {
            InetAddress local = InetAddress.getLocalHost();
            String name = local.getCanonicalHostName();
            // Neither of these tells one pod from another.
            boolean saysNothing =
                    name.equals(local.getHostAddress()) || name.equals("localhost") || name.startsWith("localhost.");
            return saysNothing ? simple() : name;
        } catch (UnknownHostException noEntryForIt) {
            return simple();
        }
    }

    private static String simple() {
        try {
            return Files.readString(OF_KERNEL).trim();
        } catch (IOException noLinux) {
            return "localhost";
        }
    }
}
