package io.merlinadapter.cli.it.support;

import static io.merlinadapter.cli.it.support.Requests.FOR_EVER;
import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static io.merlinadapter.cli.it.support.Requests.write;

/** What may happen to a worker under load: a signal to its child, or a request that has it misbehave. */
public enum Fault {
    KILLED("KILL"),
    STOPPED("STOP"),
    TERMINATED("TERM"),
    ENDS_WELL("['exit',0]"),
    ENDS_BADLY("['exit',1]"),
    POISONED("['signal','SIGSEGV']"),
    CLOSES_REPLIES("['close_replies',0]", FOR_EVER),
    GARBAGE("['write','nonsense\\n']", answer("TOKEN")),
    MUCH_GARBAGE("['write_many',['x',1000000]],['write','\\n']", answer("TOKEN")),
    FLOODS_STDERR("['stderr_many',['noise\\n',2000000]]", answer("TOKEN")),
    LATE("['sleep',2500]", answer("TOKEN")),
    // Where several are predicted together; else it is a request like any other.
    MISCOUNTS("['miscount',1]", answer("TOKEN")),
    // Both lines come in one piece, so that no other request can have been asked in between.
    ANSWERS_TWICE("[TWICE]");

    private final String signal;
    private final String steps;

    /** A signal, or one step. */
    Fault(String what) {
        boolean isStep = what.startsWith("[");
        this.signal = isStep ? "" : what;
        this.steps = isStep ? what : "";
    }

    Fault(String first, String second) {
        this.signal = "";
        this.steps = first + "," + second;
    }

    /** The signal, named without SIG; empty if it is a request. */
    public String signal() {
        return signal;
    }

    /** The request, to be answered with this token if it is answered. */
    public String request(Wording wording, String token) {
        String twice = write(wording.reply(echo(token)) + "\n" + wording.reply(echo("stray")) + "\n");
        return does(steps).replace("[TWICE]", twice).replace("TOKEN", token);
    }
}
