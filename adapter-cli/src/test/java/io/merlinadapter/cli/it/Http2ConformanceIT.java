package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.GoProgram;
import io.merlinadapter.cli.it.support.GoProgram.Ended;
import io.merlinadapter.cli.it.support.Mirror;
import io.merlinadapter.cli.it.support.Supervised;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.w3c.dom.Element;

/** The port keeps to the letter of HTTP/2, as h2spec reads it. */
@Isolated
@Timeout(600)
class Http2ConformanceIT {
    private static final int CASES = 145;

    private static final String RACE = "http2/5.1: half closed (remote): Sends a HEADERS frame";

    /** What fails, and why that is the HTTP server's own and does no harm. */
    private static final Map<String, String> FAILURES = Map.of(
            "http2/3.5: Sends invalid connection preface",
            "what is no preface is taken for HTTP/1.1, which is served too: answered 400, in words that are no frame, and"
                    + " closed",
            RACE,
            "answered before the second HEADERS are read, which are reset as PROTOCOL_ERROR; only a stream still under way"
                    + " is reset as STREAM_CLOSED",
            "http2/5.1: closed: Sends a HEADERS frame",
            "a stream error (RST_STREAM) instead of a connection error: others on the connection go on",
            "http2/5.1.1: Sends stream identifier that is numerically smaller than previous",
            "a stream error (RST_STREAM) instead of a connection error: others on the connection go on");

    @TempDir
    private Path folder;

    @BeforeAll
    static void build() {
        GoProgram.H2SPEC.build();
    }

    @Test
    void nothingFailsButWhatFailsWithABareServerToo() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (Supervised adapter = Mirror.serve()) {
            int bare = bareServer(vertx).actualPort();
            CompletableFuture<Set<String>> ofBare = CompletableFuture.supplyAsync(() -> failures(bare));
            Set<String> ofAdapter = failures(adapter.process().grpcPort());
            assertThat(ofAdapter).as("failures").isSubsetOf(FAILURES.keySet());
            // A race may end either way.
            Set<String> without = new TreeSet<>(FAILURES.keySet());
            without.remove(RACE);
            assertThat(ofBare.get(1, TimeUnit.MINUTES))
                    .as("failures of a bare server")
                    .containsAll(without);
            assertThat(adapter.output()).doesNotContain(" ERROR ");
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    /** A server that says as much as the adapter does to GET /, and has no options of ours. */
    private static HttpServer bareServer(Vertx vertx) throws Exception {
        return vertx.createHttpServer()
                .requestHandler(request -> request.response().end("{\"status\":\"alive\"}"))
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    /** The cases that fail with this port. */
    private Set<String> failures(int port) {
        Path report = folder.resolve(port + ".xml");
        Ended ended = GoProgram.H2SPEC.run(
                "-h", "127.0.0.1", "-p", Integer.toString(port), "--path", "/", "-o", "2", "-j", report.toString());
        Set<String> failures = new TreeSet<>();
        try {
            var cases = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(report.toFile())
                    .getElementsByTagName("testcase");
            assertThat(cases.getLength()).as(ended.output()).isEqualTo(CASES);
            for (int i = 0; i < cases.getLength(); i++) {
                Element one = (Element) cases.item(i);
                if (one.getElementsByTagName("*").getLength() > 0) {
                    failures.add(one.getAttribute("package") + ": " + one.getAttribute("classname"));
                }
            }
        } catch (Exception e) {
            throw new AssertionError(ended.output(), e);
        }
        return failures;
    }
}
