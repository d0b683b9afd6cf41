package io.merlinadapter.cli.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Over stdin and stdout, with bare JSON lines, each of whose replies has the number of its line. */
public interface StdioJsonNumbered extends StdioJson {
    @Override
    default List<String> childWords() {
        return List.of("numbered");
    }

    @Override
    default String reply(String json) {
        return "$ID\t" + json;
    }

    /** The number says whose the first is, and that the other is nobody's. */
    @Override
    default void checkAnsweredTwice(Supervised adapter, Told told, long child) {
        told.isTheAnswerTo("a");
        adapter.diedOf("protocol", 1);
        Told next = adapter.post(Requests.echo("next"));
        next.isTheAnswerTo("next");
        assertThat(next.pid()).isNotEqualTo(child);
        adapter.wasUnreadyOnce();
    }
}
