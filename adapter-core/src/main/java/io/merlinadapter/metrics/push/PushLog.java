package io.merlinadapter.metrics.push;

import io.merlinadapter.metrics.push.GatewayCall.Answer;
import io.merlinadapter.text.Durations;
import io.merlinadapter.text.Texts;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs when pushing begins to fail, why, and what to check; and when it works again. Silent in between. Used by the pushing
 * thread only.
 */
final class PushLog {
    private static final Logger LOG = LoggerFactory.getLogger(PushLog.class);
    private static final int LONGEST = 200;
    private static final String URL = "--pushgateway-url";

    private final GatewayUrl gateway;
    private final Duration interval;
    private final Duration limit;
    private State state = State.NEW;

    private enum State {
        NEW,
        WORKING,
        FAILING
    }

    /** @param limit the longest time of a push */
    PushLog(GatewayUrl gateway, Duration interval, Duration limit) {
        this.gateway = gateway;
        this.interval = interval;
        this.limit = limit;
    }

    void worked() {
        if (state == State.NEW) {
            LOG.info("metrics are pushed to {} every {}", gateway, Durations.show(interval));
        } else if (state == State.FAILING) {
            LOG.info("pushing metrics to {} works again", gateway);
        }
        state = State.WORKING;
    }

    void failed(Answer answer) {
        failed(reason(answer));
    }

    void failed(IOException failure) {
        failed(reason(failure));
    }

    /** A fault of the adapter itself. */
    void failed(RuntimeException bug) {
        LOG.warn("the metrics could not be pushed; please report this", bug);
        failed("an error of the adapter itself");
    }

    private void failed(String why) {
        if (state == State.FAILING) {
            LOG.debug("pushing metrics to {} still fails: {}", gateway, why);
        } else {
            LOG.warn(
                    "pushing metrics to {} fails: {}; it is tried every {} and counted in adapter_pushes_total, and"
                            + " logged again when it works",
                    gateway,
                    why,
                    Durations.show(interval));
        }
        state = State.FAILING;
    }

    void deleted(Answer answer) {
        if (answer.isSuccess()) {
            LOG.info("the metrics at {} are deleted (--pushgateway-delete)", gateway);
        } else {
            notDeleted(reason(answer));
        }
    }

    void notDeleted(IOException failure) {
        notDeleted(reason(failure));
    }

    private void notDeleted(String why) {
        LOG.warn("the metrics at {} stay there, they could not be deleted: {}", gateway, why);
    }

    private String reason(IOException failure) {
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

    private static String reason(Answer answer) {
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

    /** The first line of a text of unknown origin, shortened. */
    private static String firstLine(@Nullable String text) {
        String line = String.valueOf(text).strip().lines().findFirst().orElse("");
        return Texts.shorten(Texts.oneLine(line), LONGEST);
    }
}
