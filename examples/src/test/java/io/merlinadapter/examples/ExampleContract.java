package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What holds for every example, wherever it runs. Each has an interface of its own that adds what its model says. */
interface ExampleContract {
    /** The running example; started once for all tests. */
    Model model();

    static Path folder(String name) {
        return AdapterProcess.ROOT.resolve("examples").resolve(name);
    }

    /** The text of a file in the example's folder. */
    default String file(String name) {
        try {
            return Files.readString(folder(model().name()).resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    default void theSampleRequestGetsTheDocumentedResponse() {
        HttpResponse<String> response = model().predict(file("request.json"));

        assertThat(response.statusCode()).as(model().log()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json; charset=UTF-8");
        assertThat(response.body().strip()).isEqualTo(file("response.json").strip());
    }

    @Test
    default void theModelIsReadyUnderItsFullName() {
        String ready = "{\"name\":\"" + model().fullName() + "\",\"ready\":true}";
        String path = "/v1/models/" + model().fullName();

        assertThat(model().get(model().http(path)).body()).as(model().log()).isEqualTo(ready);
        assertThat(model().get(model().upi(path)).body()).as(model().log()).isEqualTo(ready);
    }

    @Test
    default void theAdapterSaysThatItIsAlive() {
        HttpResponse<String> response = model().get(model().http("/"));

        assertThat(response.statusCode()).as(model().log()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"status\":\"alive\"}");
    }
}
