package io.merlinadapter.cli.it.support;

import static io.merlinadapter.cli.it.support.Requests.echo;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** JSON-RPC 2.0. */
public interface JsonRpc extends Wording {
    @Override
    default List<String> formatOptions() {
        return List.of("--format=jsonrpc");
    }

    @Override
    default List<String> childWords() {
        return List.of("jsonrpc");
    }

    @Override
    default int concurrency() {
        return 32;
    }

    @Override
    default String reply(String json) {
        return "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":" + json + "}";
    }

    /** Ids tell answers apart: the second is dropped, and no more. */
    @Override
    default void checkAnsweredTwice(Supervised adapter, Told told, long child) {
        told.isTheAnswerTo("a");
        Told next = adapter.post(echo("next"));
        next.isTheAnswerTo("next");
        assertThat(next.pid()).isEqualTo(child);
        assertThat(adapter.count("adapter_unusable_lines_total")).isEqualTo(1);
        adapter.diedOf("protocol", 0);
        adapter.wasReadyThroughout();
    }
}
