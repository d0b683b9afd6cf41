package io.merlinadapter.cli.it.contract;

/** What JSON-RPC has beyond bare lines: a beginning, ids, several requests at a time, and words besides the answers. */
interface JsonRpcContract
        extends JsonRpcStartContract,
                JsonRpcReplyContract,
                JsonRpcNoticeContract,
                JsonRpcMetricsContract,
                JsonRpcCancelContract {}
