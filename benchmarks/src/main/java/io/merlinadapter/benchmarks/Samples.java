package io.merlinadapter.benchmarks;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** What is sent and answered, the same in each run. */
final class Samples {
    private static final int ROW = 4;

    private Samples() {}

    /** {@code {"instances":[[…],…]}} of about so many bytes: numbers as a model has them, four a row. */
    static byte[] body(int size) {
        Random random = new Random(17);
        StringBuilder json = new StringBuilder("{\"instances\":[");
        while (json.length() < size - 2) {
            json.append(json.charAt(json.length() - 1) == ']' ? ",[" : "[");
            for (int i = 0; i < ROW; i++) {
                json.append(i == 0 ? "" : ",").append(number(random));
            }
            json.append(']');
        }
        return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Of few digits or of many, as prices and normalised features are. */
    static double number(Random random) {
        return random.nextBoolean() ? random.nextInt(100_000) / 100.0 : random.nextGaussian();
    }

    /** Bytes that are paid for, and given back when they are released; the array is not copied. */
    static Body paid(byte[] bytes, MemoryBudget budget) {
        budget.reserve(bytes.length);
        return new Body(bytes, 0, bytes.length, budget, bytes.length);
    }
}
