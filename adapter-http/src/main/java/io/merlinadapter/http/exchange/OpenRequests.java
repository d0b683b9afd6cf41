package io.merlinadapter.http.exchange;

import io.merlinadapter.http.server.Answers;
import io.merlinadapter.http.server.Connections;
import io.merlinadapter.http.server.ServerLoop;
import io.merlinadapter.memory.MemoryBudget;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Map;

/**
 * Pays for every open request: what it costs before and beside its body, with its headers. It is paid for until its stream
 * has ended, or, over HTTP/1, when it has come and is answered. One that can't be paid for is refused in a way that lets its caller repeat it
 * safely. Event loop only.
 */
public final class OpenRequests {
    /** Objects of the network library and of ours for a request, and over HTTP/2 its stream; measured. */
    static final int PRICE = 8 * 1024;
    /** For each header, beside its characters. */
    private static final int HEADER = 160;
    /** A request that costs more than this is not waited for until its caller has read why it is refused. */
    private static final int LARGE = 3 * PRICE;

    private final Exchanges exchanges;
    private final ServerLoop loop;
    private final MemoryBudget budget;

    public OpenRequests(Exchanges exchanges) {
        this.exchanges = exchanges;
        this.loop = exchanges.loop();
        this.budget = exchanges.services().budget();
    }

    /** How many requests so much memory is enough for, without their bodies. Any thread. */
    public static int most(long memory) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, memory / PRICE));
    }

    /** Pays for a request; one for which there is no memory is answered, and false is returned. */
    public boolean admit(HttpServerRequest request) {
        int price = PRICE + headers(request);
        if (!budget.tryReserve(price)) {
            exchanges.relieve();
            if (!budget.tryReserve(price)) {
                refuse(request, price);
                return false;
            }
        }
        new Paid(request, price);
        return true;
    }

    private static int headers(HttpServerRequest request) {
        int size = request.uri().length();
        for (Map.Entry<String, String> header : request.headers()) {
            // As bytes and, since they were asked for, as text.
            size += HEADER + 2 * (header.getKey().length() + header.getValue().length());
        }
        return size;
    }

    private void refuse(HttpServerRequest request, int price) {
        if (request.version() == HttpVersion.HTTP_2) {
            Connections.refuseStream(request);
            return;
        }
        if (price > LARGE) {
            // Until it had read its answer, what it has sent would be held unpaid.
            Connections.cut(request.connection());
            return;
        }
        // The connection ends with it: answers that nobody reads would pile up unpaid.
        loop.endConnectionUnread(request);
        request.response().putHeader(Answers.RETRY_AFTER, "1");
        Answers.error(
                request,
                503,
                "no memory for another request: " + budget.used() + " of " + budget.limit()
                        + " bytes are in use (--memory-budget sets the limit)");
    }

    private final class Paid {
        private int price;

        Paid(HttpServerRequest request, int price) {
            this.price = price;
            if (request.version() == HttpVersion.HTTP_2) {
                request.response().closeHandler(v -> close());
            } else {
                // Its headers are held until the rest of its body has come, though it is answered.
                Connections.afterTurn(request, this::close);
            }
        }

        private void close() {
            budget.release(price);
            price = 0;
        }
    }
}
