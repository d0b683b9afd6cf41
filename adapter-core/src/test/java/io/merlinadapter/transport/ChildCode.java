package io.merlinadapter.transport;

/** Python for children that only read and write lines. */
final class ChildCode {
    private ChildCode() {}

    static final String LIBRARY = """
            import time
            def wait():
              while not os.path.exists(os.environ['GATE']): time.sleep(.005)
            def say(text): os.write(w, text.encode() + b'\\n')
            """;

    /** Repeats each line, the long ones by their length. */
    static final String REPEAT = """
            for l in os.fdopen(r, closefd=False):
              l = l.strip(); say('<%s>' % (l if len(l) < 100 else len(l)))
            say('END'); time.sleep(99)
            """;
}
