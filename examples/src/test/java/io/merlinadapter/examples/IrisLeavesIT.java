package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Tools;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A binary that the Go of this machine makes. */
@Timeout(600)
@ResourceLock(value = Iris.FETCHED, mode = ResourceAccessMode.READ)
final class IrisLeavesIT implements IrisLeavesContract {
    private static LocalModel model;

    @BeforeAll
    static void serve() {
        model = LocalModel.serve(
                Iris.LEAVES,
                ExampleContract.folder(Iris.LEAVES).resolve("artifact"),
                List.of("--format=jsonrpc", "--channel=socket", "--upi-payload=instances"),
                Iris.leaves().toString());
    }

    @Test
    void itsOwnTestsPass() {
        assertThat(Tools.run(ExampleContract.folder(Iris.LEAVES), "go", "test", "-vet=all", "-count=1", "."))
                .startsWith("ok");
    }

    @AfterAll
    static void stop() {
        model.close();
    }

    @Override
    public Model model() {
        return model;
    }
}
