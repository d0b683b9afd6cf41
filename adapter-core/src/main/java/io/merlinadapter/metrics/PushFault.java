package io.merlinadapter.metrics;

import io.merlinadapter.metrics.GatewayCall.Answer;
import io.merlinadapter.text.Durations;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a push failed and what to look at, in words. */
final class PushFault {
    private static final int LONGEST = 200;
    private static final String URL = "--pushgateway-url";

    private PushFault() {}

    static String of(IOException failure, Duration limit) {
        if (failure instanceof SocketTimeoutException) {
            return "no answer within " + Durations.show(limit) + "; see whether the gateway is overloaded, or " + URL
                    + " leads elsewhere";
        }
        if (failure instanceof UnknownHostException) {
            return "the host of " + URL + " is unknown (" + firstLine(failure.getMessage()) + "); correct the name, or"
                    + " see to the name server";
        }
        if (failure instanceof SSLException) {
            return firstLine(failure.getMessage()) + "; see whether the gateway speaks TLS with a certificate that Java"
                    + " trusts (-Djavax.net.ssl.trustStore in ADAPTER_JAVA_OPTS)";
        }
        return firstLine(failure.getMessage()) + "; see whether the gateway runs, and is what " + URL + " names";
    }

    static String of(Answer answer) {
        if (answer.status() < 0) {
            return "what answered speaks no HTTP; " + URL + " must name a Pushgateway";
        }
        String said = firstLine(answer.body());
        return "status " + answer.status() + (said.isEmpty() ? "" : " (" + said + ")") + "; " + advice(answer);
    }

    private static String advice(Answer answer) {
        if (answer.status() / 100 == 3) {
            return "it redirects to " + firstLine(answer.location()) + ", which is not followed; set " + URL
                    + " to where the gateway is";
        }
        return switch (answer.status()) {
            case 401, 403 -> "have " + URL + " hold the user and the password: http://user:password@host:port";
            case 404, 405 -> URL + " must name a Pushgateway, with its path prefix if it has one";
            case 400 -> "the gateway refuses the figures, or metrics of others there have the same names";
            default -> "see the gateway's log";
        };
    }

    /** Of unknown origin: one line of it, and not too much. */
    private static String firstLine(@Nullable String text) {
        String line = String.valueOf(text).strip().lines().findFirst().orElse("");
        StringBuilder shown = new StringBuilder();
        line.codePoints().limit(LONGEST).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return shown.toString();
    }
}
