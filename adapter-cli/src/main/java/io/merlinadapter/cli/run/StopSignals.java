package io.merlinadapter.cli.run;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * SIGTERM, SIGINT and SIGHUP. The first asks for a stop, the second for a quicker one. A shutdown hook would see the first only,
 * and would hide behind exit code 143 that the stop was orderly. The class that every JDK has for it (JEP 260) is used by
 * its name, because javac warns of it in a way that can't be silenced, and here warnings are errors.
 */
final class StopSignals {
    private final Promise<Void> second = Promise.promise();
    private final AtomicInteger seen = new AtomicInteger();
    private final Consumer<String> first;

    private StopSignals(Consumer<String> first) {
        this.first = first;
    }

    /** From now on calls {@code first}, on a thread of its own, with the name of the first signal. */
    static StopSignals await(Consumer<String> first) {
        StopSignals signals = new StopSignals(first);
        signals.handle("TERM");
        signals.handle("INT");
        // The terminal it was started from has been closed.
        signals.handle("HUP");
        return signals;
    }

    private void handle(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler came = (proxy, method, arguments) -> came(proxy, method.getName(), name, arguments);
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance(name),
                            Proxy.newProxyInstance(StopSignals.class.getClassLoader(), new Class<?>[] {handler}, came));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java has no sun.misc.Signal (expected: module jdk.unsupported)", e);
        }
    }

    /** A proxy is asked for equals, hashCode and toString as well. */
    private @Nullable Object came(Object proxy, String method, String signal, Object @Nullable [] arguments) {
        return switch (method) {
            case "handle" -> {
                came("SIG" + signal);
                yield null;
            }
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "the handler of SIG" + signal;
        };
    }

    private void came(String signal) {
        if (seen.getAndIncrement() == 0) {
            first.accept(signal);
        } else {
            second.tryComplete();
        }
    }

    /** Completes when a second signal comes. */
    Future<Void> second() {
        return second.future();
    }
}
