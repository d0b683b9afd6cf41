package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.ScriptedPredictor;
import io.merlinadapter.http.TestFront;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is held of a connection on which nobody waits for anything. */
class IdleConnectionTest {
    private static final int SOME = 20;

    private final TestFront front = TestFront.start();
    private final Deque<RawCaller> callers = new ArrayDeque<>();

    @AfterEach
    void stop() throws Exception {
        while (!callers.isEmpty()) {
            callers.pop().close();
        }
        front.close();
        assertThat(front.connections.used()).isZero();
    }

    @Test
    void nothingIsKeptOfARequestThatWasAnswered() throws Exception {
        front.predictor.holds = true;
        callers.push(front.raw());
        WeakReference<ScriptedPredictor.Call> asked = askedAndAnswered(callers.peek());
        TestFront.until(() -> {
            System.gc();
            return asked.refersTo(null);
        });
    }

    private WeakReference<ScriptedPredictor.Call> askedAndAnswered(RawCaller caller) throws Exception {
        caller.post("", "{}");
        WeakReference<ScriptedPredictor.Call> asked = new WeakReference<>(front.heldCall(0));
        front.predictor.held.remove(0).answer("{\"n\":1}");
        assertThat(caller.response()).endsWith("{\"n\":1}");
        return asked;
    }

    /** Vert.x has one in each of its connections by default, with a thousand places. */
    @Test
    void noConnectionHasAQueueForWhatOtherThreadsWrite() throws Exception {
        for (int i = 0; i < SOME; i++) {
            callers.push(front.raw());
            callers.push(front.raw().post("", "{}"));
            assertThat(callers.peek().response()).startsWith("HTTP/1.1 200 ");
        }
        TestFront.until(() -> front.connections.used() == 2L * SOME * AcceptGate.PRICE);
        TestFront.until(() -> !liveClasses().contains("VertxConnection$InternalMessageChannel"));
        assertThat(liveClasses()).contains("VertxConnection$DirectOutboundMessageQueue");
    }

    /** The classes that have objects now, after a collection. */
    private static String liveClasses() {
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }
}
