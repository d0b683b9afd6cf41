package io.merlinadapter.worker;

/** Who is told about a worker, on the loop. */
interface WorkerOwner {
    /** It became ready, or has room again. */
    void hasRoom(Worker worker);

    /** It changed its state. */
    void moved(Worker worker, String why);

    /** It has ended; nothing is owed any more. */
    void dead(Worker worker, Death death);
}
