package io.merlinadapter.worker;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.protocol.Message;
import io.merlinadapter.transport.ReplyReader;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows for a worker from what its child does, or fails to do. For the loop. */
final class Conduct implements ReplyReader.Inbox, Conversation.Listener {
    private static final Logger log = LoggerFactory.getLogger(Conduct.class);

    private final Worker worker;
    private final PoolResources parts;
    private final Strays strays;
    private final LostStream lostStream;

    Conduct(Worker worker, PoolResources parts) {
        this.worker = worker;
        this.parts = parts;
        this.strays = new Strays(worker.toString(), parts.channels().replyStream());
        this.lostStream = new LostStream(
                parts.loop(), () -> worker.signs().child(), why -> worker.terminate(DeathReason.PROTOCOL, why));
    }

    @Override
    public void replies(List<Message> batch, long readAt) {
        worker.conversation().take(batch.stream().map(Answer::of).toList(), readAt);
    }

    @Override
    public void settled() {
        worker.settled();
    }

    @Override
    public void rested() {
        worker.rested();
    }

    /** Something that looks like an answer although the child has not read a request for it. */
    @Override
    public void stray(Answer answer) {
        WorkerState state = worker.state();
        boolean starting = state == WorkerState.STARTING;
        boolean answered = !starting || worker.conversation().answers() > 0;
        if (strays.breakTrust(answer, starting, answered && state.mayBecome(WorkerState.TERMINATING))) {
            worker.terminate(DeathReason.PROTOCOL, "it answered more than it was asked");
        }
    }

    @Override
    public void fatal(String why) {
        log.warn("{}: it asks to be replaced: {}", worker, why);
        worker.retire(DeathReason.FATAL, "it asked to be replaced: " + why);
    }

    @Override
    public boolean isWatched() {
        return worker.state() != WorkerState.STARTING;
    }

    @Override
    public void hung(String why) {
        worker.terminate(DeathReason.HANG, why);
    }

    @Override
    public void abandoned(int inAll, String why) {
        parts.metrics().abandoned();
        if (!parts.format().hasIds()) {
            // Without numbers an answer that never comes makes all later ones useless.
            worker.terminate(DeathReason.HANG, why);
        } else if (2 * inAll >= worker.capacity()) {
            worker.retire(
                    DeathReason.HANG,
                    inAll + " of " + worker.capacity() + " requests at a time were never answered; of the last: "
                            + why);
        } else {
            worker.signs().warn("request abandoned: " + why);
        }
    }

    @Override
    public void readsNoMore() {
        // One that only closed its input is of no use.
        lostStream.confirm("it reads no more");
    }

    /** The child has closed what its replies come on. */
    @Override
    public void ended() {
        lostStream.confirm("it has closed its " + parts.channels().replyStream());
    }
}
