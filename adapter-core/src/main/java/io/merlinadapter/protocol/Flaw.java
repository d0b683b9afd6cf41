package io.merlinadapter.protocol;

/**
 * What keeps a line that is no message from being the reply that its author may have meant it to be.
 *
 * @param kind one word for all lines with this flaw
 * @param why what the line is and what to write instead; holds nothing of the line itself, so that callers may hear it
 */
public record Flaw(String kind, Sign sign, String why) {
    /** How sure it is that the line was meant to be a reply. */
    public enum Sign {
        /** Hardly anybody writes such a line but to answer. */
        REPLY,
        /** It may as well be a line of a log, such as a value that was printed for debugging. */
        REPLY_OR_LOG,
        /** Worth a hint, but most lines like it are no replies. */
        LOG,
        /** A line of a log, as far as can be told; the hint is for the few who meant it otherwise. */
        OUTPUT;

        /** Whether a caller may wait for nothing else. */
        public boolean mayBeReply() {
            return this == REPLY || this == REPLY_OR_LOG;
        }
    }

    static Flaw reply(String kind, String why) {
        return new Flaw(kind, Sign.REPLY, why);
    }

    static Flaw replyOrLog(String kind, String why) {
        return new Flaw(kind, Sign.REPLY_OR_LOG, why);
    }

    static Flaw log(String kind, String why) {
        return new Flaw(kind, Sign.LOG, why);
    }

    static Flaw output(String kind, String why) {
        return new Flaw(kind, Sign.OUTPUT, why);
    }

    /** The same, of a line that no reply is made of. */
    Flaw asHint() {
        return log(kind, why);
    }

    /** For a caller whose answer this was. */
    public String complaint() {
        return "the program's reply can't be used: " + why;
    }
}
