"""docs/performance.md, of the results of one run."""
import textwrap

import figures
import goals
from figures import figure, ratio, shown

HEAD = """# Performance

Written by `make bench`. Ratios are what to read: each is made within a round, of two servers on the same machine that were
loaded one after the other, and is the median of all rounds, with the least and the most in brackets. Plain figures are for
comparing with their neighbours; on another machine they are others.
"""

PROTOCOLS = {"http": "HTTP_JSON", "grpc": "UPI_V1"}

QUICK = """
**This was a quick run (`make bench QUICK=yes`), with one or two rounds of a second: it shows that the bench works, and
nothing of how fast anything is: Java had not compiled much by then, and a goal is neither met nor missed.**
"""

# Kept by hand: what the profiles of the run below say, and what was tried.
LIMITS = """## What is missed, and why

What was found with this run and with the one of 2026-11-30, at a5ac02ed (*before*). There the image was slow, and the
constant answer did 116,093 calls a second, where it does 95,604 here. In brackets, where it says so: what it was on
2026-11-29.

- **JSON-RPC beside a constant answer: 0.49, before 0.60 (was 0.33); its CPU beside the bare shape: 1.64, before 1.61 (was
  2.28).** In the scenario with more callers than places, later in this run, it is 0.57 (0.53–0.67). Each request made
  the event loop catch up with its tasks, so lines went out one by one and woke a thread. Now a turn's lines go together,
  and the loop reads small replies itself. A profile of what is left, on a quiet machine, in µs of CPU a call (the bare
  shape's in brackets): the event loop 13.7 (7.4), 5.0 of which is the write to the caller that both make (4.6); the
  collector and the metrics of it 0.8 (0.3); readings of the clock, 12 of ours, 0.7 (0.1). Nothing else of ours is above
  0.3. Tried: Netty's native transport (a fifth less for JSON-RPC, nothing for UPI; not to be had for the Netty that is
  safe), a larger young generation (5 % less, 13 MB more), Java's limits of inlining (nothing beyond the noise).
- **The image beside the folder: 1.07 for JSON-RPC, 0.85 for lines; before 0.71 and 0.79.** Java's cache holds how often the
  training run called each method. The second compiler used that at the start, and was done before it knew what is called
  in truth. It is left out now: a start with two processors takes 25 ms more, one with a single processor left it out
  already. In a run of this scenario alone it was 0.99 (0.90–1.02) and 0.96 (0.93–1.48), so lines are about at the goal, and
  not surely above. Beside the constant answer JSON-RPC in the image is at 0.57 in both, where 0.6 was asked for.
- **Bare lines: 27,445 calls a second, CPU 40.5 µs a call** (55 µs were asked for). That is 1.41 times what it was before the
  event loop read replies, in turns on one machine; 1.5 was asked for. With one line under way both sides wake up for each
  call. A call at one connection is 9 calls of the system, which was 16.
- **Lines beside mosec: 0.93 for 10 kB, before 0.87 (was 0.97); 0.90 for 1 MB, before 0.97.** Reading and writing JSON in
  Python is nine tenths of a call. Numbered lines are above it with 10 kB. pyfunc is far above all of them there, with a
  library that Python does not come with (orjson); a program of yours can use that as well.
- **The slowest hundredth at half of the most.** Two things were found. Vegeta, which called at a fixed rate, had a tail of
  its own: with it the constant answer had a p99 of 0.6 to 1 ms, and has 0.13 with the caller that takes its place. And the
  check for lines out of order left a program idle for 2 ms every 200, which is a hundredth of the time: lines at 4,000
  calls a second had 1.3 to 2.2 ms in each of six rounds. It is made a fourth as often now where a program pauses of its own
  accord, and in rounds in which Java compiles nothing p99 is 0.3 to 0.9 ms, the median being 0.05. What is left: the
  collector stops calls for about 1 ms three times a second, which is 0.4 % of them; Java's second compiler and the callers
  share two processors with server and program, and each time that calls come in another way, it compiles anew: rounds in
  which it takes 0.2 s have a p99 of 10 to 30 ms. The constant answer misses the goal as well (4.8, before 5.2), and Go
  by hand has 3.8, before 2.9.
- **2,000 callers who come again at once: JSON-RPC 0.58, before 0.69 (was 0.54); lines 0.84, before 0.82.** None was refused.
  The constant answer falls to 0.57 there, and the bare shape, measured apart, to 0.55 to 0.61: what 2,000 sockets and as
  many calls under way cost in Vert.x and Java. Go by hand stays at 0.89. The collector is 7 % of the time there, and 3 %
  with 64 connections; opening the connections has no part in rounds of 6 s. The rest is in a call of the event loop itself,
  and not separated.
- **UPI 1×10 beside grpc-go: 0.42, before 0.81; beside pyfunc's shape 2.72, before 4.90** (0.4 and 3 were asked for). The same
  jar does 10,030 calls a second here, and the image, with another Java, 15,568 in the same rounds. One at a time all are
  where they were: 1.06 of grpc-go. Why the folder is slower here than before was not found.
- **Bodies of 200 B differ from round to round up to threefold**: `cat` took 79.6 µs (49.9–176) there, before 39.7, and 40.5
  for the same kind of call in the first scenario. The other sizes are where they were. Why was not found.
- **Idle connections: 10.7 MB for 2,000** (was 45.4; 20 were asked for; the constant answer 32.5).
- **A real function.** Brackets are wide, as Java still compiled in some rounds. Lines one at a time are within the noise of
  mosec, and below three times pyfunc's shape (2.37); numbered lines and JSON-RPC do twice as much.
"""

HOW = """## How this is measured

- Each server runs once for all of a scenario, is warmed until a call takes no less processor than before (those in Java for
  100,000 calls or 24 s at least), and is then loaded alone in rounds of {seconds} s, in an order that is shuffled anew for
  each round. The callers are on the same machine, and take their part of it.
- **calls** is how many were answered well; **CPU** the user and system time of the server's whole tree of processes, the
  program's included, for one of them; **p50** the median latency, **p99/p50** how much worse the worst hundredth is; **MB**
  what all of the tree holds, with what is shared counted for each process. CPU is the quiet figure, as a busy
  neighbour takes time but adds little of it.
- Closed loops: each caller asks again when it has its answer (wrk; a small program of ours with grpc-go for UPI). They show
  what a server can do, and say too little of how long callers wait. At a fixed rate each call is sent when it is due, whether
  or not others were answered (a small program of ours, too), so a pause of the server counts for all that came in it.
- Every server answers with the same function, imported from one file; mosec writes JSON without blanks, as we do; "pyfunc's
  shape" is a tornado handler with orjson, or grpc.aio, as in Merlin's pyfunc server, without that server's own code.
- The image runs with the machine's network and without limits, so that it differs from the folder by its Java, its cache and
  its flags only. The folder runs on the Java above: where `java` is the image's version, their ratio is about the rest.

To repeat it, `make bench`: {minutes} minutes once all is built, on a machine that does nothing else. `make bench QUICK=yes`
takes seven, `make bench ONLY=batches,micro` measures parts and leaves this page alone, and IMAGES=no does without docker.
`make profile SCENARIO=lines` shows where the time goes.
"""


def write(results):
    parts = [HEAD, QUICK if results["quick"] else "", where(results), in_short(results)]
    parts += [LIMITS] if len(results["scenarios"]) > 1 else []
    parts += [scenario(told) for told in results["scenarios"]]
    parts += [crowded(results), idle(results), capacity(results), alone(results)]
    seconds = 1 if results["quick"] else 2
    parts.append(HOW.format(seconds=seconds, minutes=f"{max(20, results['minutes']):.0f}"))
    return "\n".join(part.strip("\n") + "\n" for part in parts if part)


def table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def where(results):
    at = results["machine"]
    lines = [
        f"Measured on {results['date']} at {at['commit']}: {at['processor']}, {at['memory']}, {at['system']};"
        f" {at['java']}; {at['python']}; {at['go']}."
    ]
    if spread := noise(results):
        lines.append(spread)
    return wrapped(" ".join(lines))


def wrapped(text):
    return textwrap.fill(text, 124, break_on_hyphens=False, break_long_words=False) + "\n"


def noise(results):
    """How far the same server is from itself, which is how far any other may be."""
    load = results["machine"]["load"]
    for told in results["scenarios"]:
        first = told["loads"][0]
        for row in first["rows"]:
            if row["server"] == told["base"]:
                value = figure(row["rounds"], "rate")
                low, high = (100 * (edge / value.median - 1) for edge in (value.least, value.most))
                return (
                    f"**The noise:** from round to round the same server ({row['server']}, {first['label']}) was between"
                    f" {low:+.0f} and {high:+.0f} % of its own median, and the machine's load was {load:.1f} before anything"
                    " was started."
                )
    return ""


def in_short(results):
    quick = results["quick"]
    rows = [
        [goal.what, shown(value), f"{'at most' if goal.most else 'at least'} {goal.least:g}", "" if quick else judged]
        for goal, value, judged in goals.rows(results)
    ]
    if not rows:
        return ""
    text = "## In short\n\nCalls a second, or CPU where it says so, as a multiple of the other's:\n\n"
    text += table(["what", "ratio", "goal", ""], rows)
    if tails := [[server, shown(value), "3", "" if quick else judged] for server, value, judged in goals.tails(results)]:
        text += "\nWhat the slowest hundredth of calls waits, as a multiple of the median, at half of a server's most:\n\n"
        text += table(["what", "ratio", "at most", ""], tails)
    return text + "\n![Calls a second beside a constant answer](performance.svg)\n"


def scenario(told):
    text = f"## {told['title']}\n\n{wrapped(told['about'])}"
    for load in told["loads"]:
        base = next((row["rounds"] for row in load["rows"] if row["server"] == told["base"]), [])
        rows = [row_of(row, base) for row in load["rows"]]
        head = [load["label"], "calls ×", "CPU ×", "p50 ×", "p99/p50", "calls/s", "CPU µs", "MB", "failed"]
        text += f"\n{table(head, rows)}"
    return text + f"\n× is as a multiple of: {told['base']}.\n"


def row_of(row, base):
    rounds = row["rounds"]
    failed = sum(told["failures"] for told in rounds)
    cells = [row["server"], *(shown(ratio(rounds, base, field)) for field in ("rate", "cpu", "p50"))]
    tail = [told["p99"] / told["p50"] for told in rounds if told["p50"]]
    cells.append(figures.short(figures.Figure.of(tail).median) if tail else "–")
    cells += [shown(figure(rounds, "rate")), shown(figure(rounds, "cpu"), 1e6)]
    return [*cells, f"{max(told['rss'] for told in rounds):.0f}", f"{failed:,}{unsent(rounds)}"]


def unsent(rounds):
    """Where a rate was asked for, and could not be sent."""
    asked = sum(told["asked"] * told["seconds"] for told in rounds if "asked" in told)
    came = sum(told["requests"] + told["failures"] for told in rounds)
    return f"; {100 * came / asked:.0f} % sent" if asked and came < 0.95 * asked else ""


def crowded(results):
    if "crowd" not in results:
        return ""
    about = (
        "A program that takes 5 ms a call, and callers whose deadline is a second. **answered** is beside what eight callers are"
        " answered just before and after, so 1 is all that the program can do; **late** are those that were let in and not"
        " answered in time."
    )
    rows = []
    for told in results["crowd"]["goodput"]:
        for row in told["rows"]:
            second = {became: row[became] / row["seconds"] for became in ("answered", "refused", "late", "failed", "unsent")}
            cells = [f"{PROTOCOLS[told['protocol']]}, {row['label']}", figures.short(second["answered"] / row["capacity"])]
            cells += [f"{1000 * row['p99']:,.0f}", *(figures.short(second[became]) for became in ("refused", "late", "failed"))]
            rows.append(cells + [figures.short(second["unsent"])])
    head = ["callers", "answered ×", "p99 of these, ms", "refused/s", "late/s", "failed/s", "not sent/s"]
    text = f"## When there is too much to do\n\n{wrapped(about)}\n" + table(head, rows)
    about = (
        "How long a call would wait is foretold when it is refused. Here it is compared with the time that another one waited"
        " which was made at that moment, by a program that gets up to eight times faster or slower every four seconds. Right is"
        " a foretold wait between half and twice the real one. **steady** are those waits that began a second after a"
        " change, or later, and ended before the next: nobody knows a change before it comes."
    )
    rows = []
    for told in results["crowd"]["foretold"]:
        of = figures.Figure(told["median"], told["low"], told["high"])
        right = [f"{100 * told['right'] / told['waits']:.0f} %", f"{100 * told['steady_right'] / max(1, told['steady']):.1f} %"]
        rows.append([told["label"], *right, f"{told['steady']:,} of {told['waits']:,}", shown(of)])
    head = ["program", "right", "steady: right", "steady", "foretold ÷ real (5 to 95 % of them)"]
    return text + f"\n{wrapped(about)}\n" + table(head, rows)


def idle(results):
    if "idle" not in results:
        return ""
    told = results["idle"]
    about = f"{told['amount']:,} connections that are kept, each after one small call, and what they cost while nothing is asked."
    rows = [
        [row["server"], f"{row['before']:.0f}", f"{row['more']:.1f}", f"{1000 * row['cpu']:.1f}"] for row in told["rows"]
    ]
    head = ["server", "MB after 64 callers", "MB more", "ms of CPU a second"]
    return f"## Idle connections\n\n{wrapped(about)}\n" + table(head, rows)


def capacity(results):
    """For choosing a format and the number of replicas."""
    told = next((told for told in results["scenarios"] if told["name"] == "bodies"), None)
    if told is None:
        return ""
    labels = [load["label"] for load in told["loads"]]
    rows = []
    for name in (name for name, whose in told["whose"].items() if whose == "ours"):
        cells = [name]
        for label in labels:
            rounds = figures.rounds_of(results, "bodies", label, name)
            rate, cpu = figure(rounds, "rate").median, figure(rounds, "cpu").median
            cells.append(f"{figures.short(rate)}; {figures.short(1e6 * cpu)}")
        rows.append(cells)
    about = (
        "Calls a second of one worker with all of this machine, and CPU µs a call, the program's included, by"
        " the size of body and answer. The second figure is the one to plan with: a processor divided by it is what a replica"
        " can do, and half of that is what it should be given."
    )
    return f"## Capacity\n\n{wrapped(about)}\n" + table(["format, program", *labels], rows)


def alone(results):
    rows = []
    for told in results.get("micro", []):
        span = figures.Figure(told["micros"], *told["range"])
        rows.append([told["name"], told["of"], shown(span), f"{told['bytes']:,.0f}"])
    if not rows:
        return ""
    about = (
        "Each by itself, on one thread, by JMH: bodies of so many bytes (`scan` checks, `spliceRequest` makes a line of"
        " JSON-RPC, `spliceReply` and `readLine` read one), 100 kB of a kind of JSON (`Scan`: rows of numbers, the same as Python"
        " writes them, integers, text in ASCII and not, records, the same indented), a line cut out of what a child writes (`frame`), a table of rows ×"
        " columns (`toJson`, `toProtobuf`), and a request through queue, pool and pipeline to a child in memory, of 64 that"
        " come together (`dispatch`) or while so many wait (`dispatchWhileOthersWait`)."
    )
    return f"## The parts alone\n\n{wrapped(about)}\n" + table(["part", "of", "µs", "bytes allocated"], rows)
