package io.merlinadapter.examples;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Each example again, in its container: the same calls, with the same answers. {@code make test} has one of
 * them, {@code make test-all} and {@code make test-image} all.
 */
@ImageTest
final class ExampleImagesIT {
    private static ContainerModel model;

    /** What the running one has in common with the others. */
    abstract static class Served {
        @AfterAll
        static void stop() {
            model.close();
        }

        public Model model() {
            return model;
        }
    }

    @Nested
    @ImageTest
    final class SurgePricing extends Served implements SurgePricingContract {
        @BeforeAll
        static void serve() {
            model = ContainerModel.serve(NAME);
        }
    }

    /** The adapter is copied into an image of another kind. */
    @Nested
    @ImageTest
    @Tag("all")
    final class CreditScoring extends Served implements CreditScoringContract {
        @BeforeAll
        static void serve() {
            model = ContainerModel.serve(NAME);
        }
    }

    @Nested
    @ImageTest
    @Tag("all")
    final class FraudRules extends Served implements FraudRulesContract {
        @BeforeAll
        static void serve() {
            model = ContainerModel.serve(NAME);
        }
    }

    @Nested
    @ImageTest
    @Tag("all")
    final class LegacyDaemon extends Served implements LegacyDaemonContract {
        @BeforeAll
        static void serve() {
            model = ContainerModel.serve(NAME);
        }
    }

    @Nested
    @ImageTest
    @Tag("all")
    final class Tumours extends Served implements TumoursContract {
        @BeforeAll
        static void serve() {
            model = ContainerModel.serve(NAME);
        }
    }

    @Nested
    @ImageTest
    @Tag("all")
    final class IrisXgboost extends Served implements IrisXgboostContract {
        @BeforeAll
        static void serve() {
            model = ContainerModel.serve(Iris.XGBOOST);
        }
    }

    @Nested
    @ImageTest
    @Tag("all")
    final class IrisLeaves extends Served implements IrisLeavesContract {
        @BeforeAll
        static void serve() {
            model = ContainerModel.serve(Iris.LEAVES);
        }
    }

    @Nested
    @ImageTest
    @Tag("all")
    @ResourceLock(value = Iris.FETCHED, mode = ResourceAccessMode.READ)
    final class IrisOnnx extends Served implements IrisContract {
        @BeforeAll
        static void serve() {
            Iris.modules();
            model = ContainerModel.serve(Iris.ONNX);
        }
    }
}
