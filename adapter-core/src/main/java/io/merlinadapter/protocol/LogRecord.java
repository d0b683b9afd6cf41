package io.merlinadapter.protocol;

import io.merlinadapter.json.JsonScanner;

/**
 * What the records of loggers that write JSON have in common: pino, bunyan, winston with a timestamp, zap, slog, logrus,
 * structlog, python-json-logger, Log4j and others name a level, a message and a time. A reply that has all three, and no
 * predictions, is nobody's.
 */
final class LogRecord {
    private static final int LEVEL = 1;
    private static final int MESSAGE = 2;
    private static final int TIME = 4;
    private static final int ALL = LEVEL | MESSAGE | TIME;
    /** It has predictions, or an error, whatever else it has. */
    private static final int REPLY = 8;

    private LogRecord() {}

    /** What the name of a member, which the scanner stands at, says of the object that it is in; to be joined by OR. */
    static int sign(JsonScanner name) {
        if (name.is("level") || name.is("severity") || name.is("levelname") || name.is("log.level") || name.is("lvl")) {
            return LEVEL;
        } else if (name.is("msg") || name.is("message") || name.is("event") || name.is("@message")) {
            return MESSAGE;
        } else if (name.is("time")
                || name.is("ts")
                || name.is("timestamp")
                || name.is("@timestamp")
                || name.is("asctime")
                || name.is("instant")) {
            return TIME;
        }
        return isOfReply(name) || name.is("error") ? REPLY : 0;
    }

    /** True for the members by which predictions are known, of HTTP_JSON and of UPI. */
    static boolean isOfReply(JsonScanner name) {
        return name.is("predictions") || name.is("prediction_result_table");
    }

    /** True if these signs of all members are those of a record. */
    static boolean isIt(int signs) {
        return signs == ALL;
    }
}
