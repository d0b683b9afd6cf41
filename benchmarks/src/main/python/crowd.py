"""More callers than a program can answer: how many are answered all the same, and how well it is foretold how long they wait."""

import processes
import servers

DEADLINE_MS = 1000
# 5 ms a call, asleep, so that the callers beside it take no time from it. 190 calls a second then fit a deadline of a second.
PROGRAM = ("--request-timeout=1s", "--max-connections=3000", "--", "{python}", "{served}/lines.py", "fixed")
ENOUGH = 8
CROWDS = (
    ("400 callers, who come again at once", 400, 0),
    ("2,000 callers, who come again at once", 2000, 0),
    ("twice as many calls a second", 0, 2),
    ("ten times as many calls a second", 0, 10),
)

# For how long the speed of a program stays as it is.
PERIOD = 4
CHANGING = ("{python}", "{served}/changing.py", str(PERIOD))
FORETOLD = (
    ("one line at a time", 100, ("--request-timeout=1m", "--", *CHANGING)),
    ("three workers", 60, ("--request-timeout=1m", "--workers=3", "--", *CHANGING)),
    ("batches of up to 16", 100, ("--request-timeout=1m", "--format=jsonrpc", "--", *CHANGING)),
)


def run(tools, quick):
    seconds = 2 if quick else 6
    return {
        "goodput": [goodput(tools, protocol, seconds) for protocol in ("http", "grpc")],
        "foretold": [foretold(tools, *asked, 2 * PERIOD if quick else 8 * PERIOD) for asked in FORETOLD],
    }


def served(tools, words, upi):
    """The adapter, once it answers."""
    server = servers.adapter("crowd", *(("--upi-payload=instances",) if upi else ()), *words, upi=upi)
    port = processes.free_port()
    running = server.start(tools, port)
    address = f"127.0.0.1:{port}"

    def first():
        kind = "grpc" if upi else "http"
        told = crowd(tools, kind, address, 1, 0, 0.2)
        if not told["answered"]:
            raise ValueError(told["fault"])

    processes.await_answer(running, first, server.name)
    return running, address


def crowd(tools, protocol, address, callers, rate, seconds):
    words = [tools.go / "crowd", protocol, address, callers, rate, DEADLINE_MS, seconds]
    return processes.output([str(word) for word in words])


def goodput(tools, protocol, seconds):
    running, address = served(tools, PROGRAM, protocol == "grpc")
    try:
        # Until Java has compiled what refusals need, too.
        for callers in (ENOUGH, 400, 2000):
            crowd(tools, protocol, address, callers, 0, 2 * seconds)

        def enough():
            told = crowd(tools, protocol, address, ENOUGH, 0, seconds)
            return told["answered"] / told["seconds"]

        rows, before = [], enough()
        for label, callers, times in CROWDS:
            told = crowd(tools, protocol, address, callers, times * before, seconds)
            after = enough()
            rows.append({"label": label, "capacity": (before + after) / 2} | told)
            before = after
    finally:
        running.stop()
    return {"protocol": protocol, "rows": rows}


def foretold(tools, label, callers, words, seconds):
    running, address = served(tools, words, True)
    try:
        told = processes.output([str(word) for word in (tools.go / "crowd", "foretold", address, callers, PERIOD, seconds)])
    finally:
        running.stop()
    return {"label": label, **told}
