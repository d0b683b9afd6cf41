package io.merlinadapter.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Valid JSON and valid messages, as unlike each other as chance makes them. */
public final class RandomJson {
    private static final String[] TEXTS = {
        "",
        "a",
        "id",
        "result",
        "jsonrpc",
        "2.0",
        "error",
        "method",
        "\\\"",
        "\\\\",
        "\\\\\\\"",
        "\\n",
        "\\u0022",
        "}",
        "]",
        "{\\\"id\\\":1",
        "\u00e9",
        "\u20ac",
        "\u0085",
        "\ud7ff\u0800",
        "\ud83d\ude80",
        "\\ud83d\\ude80",
        "\u2028",
        "a\\/b",
        ",",
        ":"
    };
    private static final String[] NUMBERS = {
        "0",
        "-0",
        "1",
        "17",
        "-1.5",
        "1e3",
        "1E-7",
        "9007199254740993",
        "0.1",
        "12345678901234567890",
        "-0.12345678901234567",
        "3.0541e-05"
    };
    private static final String[] BLANKS = {"", "", "", " ", "  ", "\t", " \t "};

    private final Random random;

    public RandomJson(Random random) {
        this.random = random;
    }

    /** White space that may stand between two tokens of one line. */
    public String blank() {
        return pick(BLANKS);
    }

    public String pick(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String text() {
        StringBuilder text = new StringBuilder("\"");
        for (int n = random.nextInt(random.nextInt(4) == 0 ? 30 : 4); n > 0; n--) {
            text.append(pick(TEXTS));
        }
        return text.append('"').toString();
    }

    /** Any value, {@code depth} levels deep at most. */
    public String value(int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> "null";
            case 1 -> random.nextBoolean() ? "true" : "false";
            case 2 -> pick(NUMBERS);
            case 3, 4 -> text();
            case 5 -> array(depth - 1);
            case 6 -> rows();
            default -> object(depth - 1);
        };
    }

    /** Numbers as they are most often written, in arrays beside each other. */
    private String rows() {
        String comma = pick(new String[] {",", ",", ", ", blank() + "," + blank()});
        List<String> rows = new ArrayList<>();
        for (int n = random.nextInt(5); n > 0; n--) {
            List<String> numbers = new ArrayList<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                numbers.add(random.nextBoolean() ? pick(NUMBERS) : Double.toString(random.nextGaussian()));
            }
            rows.add("[" + String.join(comma, numbers) + "]");
        }
        return "[" + String.join(comma, rows) + "]";
    }

    private String array(int depth) {
        List<String> values = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            values.add(blank() + value(depth) + blank());
        }
        return "[" + String.join(",", values) + "]";
    }

    public String object(int depth) {
        List<String> members = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            members.add(blank() + text() + blank() + ":" + blank() + value(depth) + blank());
        }
        return "{" + String.join(",", members) + "}";
    }

    /** A correct answer to request {@code id} whose result is {@code result}, in any order, with members of its own. */
    public String answer(long id, String result) {
        List<String> members = new ArrayList<>(
                List.of(member("jsonrpc", "\"2.0\""), member("id", spelled(id)), member("result", result)));
        for (int n = random.nextInt(3); n > 0; n--) {
            members.add(member("x" + n, value(2)));
        }
        if (random.nextInt(4) == 0) {
            members.add(member("error", "null"));
        }
        Collections.shuffle(members, random);
        return blank() + "{" + String.join(",", members) + "}" + blank();
    }

    private String member(String name, String value) {
        return blank() + '"' + name + '"' + blank() + ":" + blank() + value + blank();
    }

    /** A number as one language or another writes it. */
    private String spelled(long id) {
        return switch (random.nextInt(6)) {
            case 0 -> id + ".0";
            case 1 -> id + "e0";
            default -> Long.toString(id);
        };
    }
}
