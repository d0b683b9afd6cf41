package io.merlinadapter.benchmarks;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Supplier;

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

    /** {@code {"instances":[…]}} of about so many bytes. */
    static byte[] array(int size, String comma, Supplier<String> instance) {
        StringBuilder json = new StringBuilder("{\"instances\":[").append(instance.get());
        while (json.length() < size - 2) {
            json.append(comma).append(instance.get());
        }
        return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Numbers as in {@link #body}, with what stands between them: Python writes a blank there. */
    static String row(Random random, String comma) {
        StringBuilder row = new StringBuilder("[").append(number(random));
        for (int i = 1; i < ROW; i++) {
            row.append(comma).append(number(random));
        }
        return row.append(']').toString();
    }

    /** Sixteen of few digits: flags, and the numbers of words or categories. */
    static String integers(Random random) {
        StringBuilder row = new StringBuilder("[0");
        for (int i = 1; i < 16; i++) {
            row.append(',').append(random.nextBoolean() ? random.nextInt(2) : random.nextInt(30_000));
        }
        return row.append(']').toString();
    }

    /** A string of some sentences of these letters, with an escape now and then. */
    static String text(Random random, String letters) {
        StringBuilder text = new StringBuilder("\"");
        for (int words = 20 + random.nextInt(60); words > 0; words--) {
            for (int i = 1 + random.nextInt(9); i > 0; i--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            text.append(random.nextInt(20) == 0 ? ".\\n" : " ");
        }
        return text.append('"').toString();
    }

    /** An object of a few members, each behind {@code indent}. */
    static String record(Random random, String indent) {
        String blank = indent.isEmpty() ? "" : " ";
        String[] kinds = {"sedan", "van", "estate", "hatchback"};
        return "{" + indent + "\"ride_id\":" + blank + random.nextInt(1_000_000)
                + "," + indent + "\"distance_km\":" + blank + number(random)
                + "," + indent + "\"vehicle\":" + blank + '"' + kinds[random.nextInt(kinds.length)] + '"'
                + "," + indent + "\"is_weekend\":" + blank + random.nextBoolean()
                + "," + indent + "\"pickup\":" + blank + (random.nextInt(4) == 0 ? "null" : "\"2026-01-17T12:30:00Z\"")
                + "," + indent + "\"features\":" + blank + "[" + number(random) + "," + blank + number(random) + "]}";
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
