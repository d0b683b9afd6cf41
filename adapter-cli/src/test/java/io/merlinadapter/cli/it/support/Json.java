package io.merlinadapter.cli.it.support;

import static io.merlinadapter.cli.it.support.Requests.echo;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Bare JSON lines. */
public interface Json extends Wording {
    @Override
    default List<String> formatOptions() {
        return List.of();
    }

    @Override
    default List<String> childWords() {
        return List.of();
    }

    @Override
    default int concurrency() {
        return 1;
    }

    @Override
    default String reply(String json) {
        return json;
    }

    /** Order is all there is: a line too many, and no answer can be trusted any more. */
    @Override
    default void checkAnsweredTwice(Supervised adapter, Told told, long child) {
        told.isError(502, "it can't be told which of them is the reply", "--reply=predictions");
        adapter.diedOf("protocol", 1);
        Told next = adapter.post(echo("next"));
        next.isTheAnswerTo("next");
        assertThat(next.pid()).isNotEqualTo(child);
        adapter.wasUnreadyOnce();
    }
}
