package io.merlinadapter.cli.dev;

import io.merlinadapter.cli.run.RunningProgram.Look;
import io.merlinadapter.http.exchange.Exchanges;
import io.merlinadapter.http.routes.PortRoutes;
import io.merlinadapter.http.server.Answers;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.Health;
import io.merlinadapter.worker.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The page, what it shows, and its two buttons; behind them the routes of the port. Event loop only. */
final class DevRoutes implements PortRoutes {
    static final String PATH = "/dev";

    private static final String STATE = PATH + "/state";
    private static final String ABOUT = PATH + "/about";
    private static final String RESTART = PATH + "/restart";
    private static final String CHECK = PATH + "/check";
    private static final String LOOKS = "GET, HEAD";

    private static final Map<String, Resource> RESOURCES = Map.of(
            PATH,
            new Resource("page/dev.html", "text/html; charset=UTF-8"),
            PATH + "/dev.css",
            new Resource("page/dev.css", "text/css; charset=UTF-8"),
            PATH + "/dev.js",
            new Resource("page/dev.js", "text/javascript; charset=UTF-8"));

    private final Exchanges exchanges;
    private final PortRoutes own;
    private final OwnAddress address;
    private final About about;
    private final Reloads reloads;
    private final OutputLines output;
    private final CheckRun check;

    private record Resource(String name, String type) {
        private byte[] read() throws IOException {
            try (InputStream stream = DevRoutes.class.getResourceAsStream(name)) {
                return Objects.requireNonNull(stream, name).readAllBytes();
            }
        }
    }

    DevRoutes(
            Exchanges exchanges,
            PortRoutes own,
            OwnAddress address,
            About about,
            Reloads reloads,
            OutputLines output,
            CheckRun check) {
        this.exchanges = exchanges;
        this.own = own;
        this.address = address;
        this.about = about;
        this.reloads = reloads;
        this.output = output;
        this.check = check;
    }

    @Override
    public boolean take(HttpServerRequest request) {
        String path = request.path();
        if (path == null || !(path.equals(PATH) || path.startsWith(PATH + "/"))) {
            return own.take(request);
        }
        exchanges.loop().answerWithoutBody(request);
        String refusal = address.refusal(request);
        if (refusal != null) {
            Answers.error(request, 403, refusal);
            return true;
        }
        boolean isAction = path.equals(RESTART) || path.equals(CHECK);
        if (!RESOURCES.containsKey(path) && !isAction && !path.equals(STATE) && !path.equals(ABOUT)) {
            return own.take(request);
        }
        boolean isLook =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (isAction && !request.method().equals(HttpMethod.POST)) {
            Answers.methodNotAllowed(request, "POST");
        } else if (!isAction && !isLook) {
            Answers.methodNotAllowed(request, LOOKS);
        } else {
            answer(request, path);
        }
        return true;
    }

    private void answer(HttpServerRequest request, String path) {
        Resource resource = RESOURCES.get(path);
        if (resource != null) {
            offLoop(request, resource.type(), resource::read);
        } else if (path.equals(ABOUT)) {
            offLoop(request, Answers.JSON, () -> about.json().encode().getBytes(StandardCharsets.UTF_8));
        } else if (path.equals(STATE)) {
            long after = number(request.getParam("after"));
            reloads.look().onSuccess(look -> onLoop(() -> write(request, Answers.JSON, state(look, after))));
        } else {
            Future<Void> done = exchanges.vertx().executeBlocking(() -> act(path), false);
            done.onComplete(ended -> Answers.json(request, 202, new JsonObject().put("begun", path)));
        }
    }

    private @Nullable Void act(String path) {
        if (path.equals(RESTART)) {
            reloads.asked();
        } else {
            check.start();
        }
        return null;
    }

    private void onLoop(Runnable task) {
        exchanges.context().runOnContext(v -> task.run());
    }

    private void offLoop(HttpServerRequest request, CharSequence type, Callable<byte[]> made) {
        exchanges.vertx().executeBlocking(made, false).onComplete((bytes, failure) -> {
            if (bytes == null) {
                Answers.error(request, 500, "the page could not be read: " + failure);
            } else {
                write(request, type, bytes);
            }
        });
    }

    private static long number(@Nullable String text) {
        return text != null && text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
    }

    private byte[] state(Look look, long after) {
        Health health = exchanges.services().predictor().health();
        JsonArray workers = new JsonArray();
        look.workers().forEach(worker -> workers.add(json(worker)));
        OutputLines.Part part = output.after(after);
        String known = new JsonObject()
                .put("ready", health.ready())
                .put("reason", health.reason())
                .put("queued", look.queued())
                .put("workers", workers)
                .put("reloads", reloads.json())
                .put("check", check.json())
                .put("first", part.first())
                .encode();
        // The lines are JSON already.
        List<String> before = after == 0 ? output.eventsBefore(part.first()) : List.of();
        String all = known.substring(0, known.length() - 1) + ",\"before\":[" + String.join(",", before)
                + "],\"lines\":[" + String.join(",", part.lines()) + "]}";
        return all.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonObject json(WorkerPool.View worker) {
        return new JsonObject()
                .put("number", worker.number())
                .put("state", worker.state())
                .put("pid", worker.pid())
                .put("inFlight", worker.inFlight())
                .put("served", worker.served())
                .put("ageSeconds", worker.ageNanos() / 1_000_000_000L);
    }

    /** With the headers that keep other sites from showing it, and itself from loading anything of theirs. */
    private void write(HttpServerRequest request, CharSequence type, byte[] bytes) {
        if (request.response().closed()) {
            return;
        }
        request.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("referrer-policy", "no-referrer")
                .putHeader("cross-origin-resource-policy", "same-origin")
                .putHeader(
                        "content-security-policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' http://*:*; img-src data:;"
                                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        MemoryBudget budget = exchanges.services().budget();
        if (request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length));
            request.response().end();
        } else if (budget.tryReserve(bytes.length)) {
            exchanges.write(request, new Body(bytes, 0, bytes.length, budget, bytes.length));
        } else {
            Answers.error(request, 503, "no memory for the page (--memory-budget sets the limit)");
        }
    }

    @Override
    public String describe() {
        return own.describe() + ", GET " + PATH;
    }

    @Override
    public void leave() {
        own.leave();
    }
}
