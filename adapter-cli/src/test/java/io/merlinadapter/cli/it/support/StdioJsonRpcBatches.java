package io.merlinadapter.cli.it.support;

import java.util.List;

/** Over stdin and stdout, with JSON-RPC, and children that take several requests on one line. */
public interface StdioJsonRpcBatches extends StdioJsonRpc {
    @Override
    default List<String> childWords() {
        return List.of("jsonrpc", "batch=" + mostOnALine());
    }

    @Override
    default int mostOnALine() {
        return 8;
    }
}
