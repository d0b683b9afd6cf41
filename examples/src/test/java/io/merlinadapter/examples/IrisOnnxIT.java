package io.merlinadapter.examples;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** With the packages that npm fetches. */
@Timeout(600)
@Tag("all")
@ResourceLock(value = Iris.FETCHED, mode = ResourceAccessMode.READ)
final class IrisOnnxIT implements IrisContract {
    private static LocalModel model;

    @BeforeAll
    static void serve() {
        Iris.modules();
        model = LocalModel.serve(
                Iris.ONNX,
                ExampleContract.folder(Iris.ONNX).resolve("artifact"),
                List.of("--format=jsonrpc", "--channel=socket", "--upi-payload=instances"),
                "node",
                "predict.js");
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
