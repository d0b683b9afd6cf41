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

Of the run of 2026-11-29. **Much has changed since, and only a part was measured anew**, on 2026-11-30, on the same kind of
machine with nothing else on it: the code of the run and the new one in turns, five rounds of 2 s after 120,000 calls to
warm up.

| since that run | calls ×, 64 connections | CPU × | calls ×, one connection | CPU × |
| --- | ---: | ---: | ---: | ---: |
| adapter, JSON-RPC, Go | 1.96 (1.74–2.09) | 0.44 (0.42–0.57) | 1.55 (1.50–1.71) | 0.63 (0.55–0.63) |
| adapter, lines, cat | 1.41 (1.30–1.46) | 0.73 (0.69–0.78) | 1.29 (1.13–1.30) | 0.72 (0.64–0.80) |
| adapter, lines, Python | 1.03 (0.91–1.28) | 0.93 (0.72–1.06) | 1.10 (0.97–1.16) | 0.91 (0.87–1.03) |

- **JSON-RPC beside a constant answer: 0.58 (0.50–0.63) now, and its CPU beside the bare shape 1.31 (1.11–1.52).** The cause
  was that each request made the event loop catch up with its tasks, the writing of lines among them: lines went out one by
  one, the pipe was not empty for the next, and a thread had to be woken for it every other time. Now a turn's lines go
  together, and the loop reads small replies itself, where a thread read them and woke it. What is left, in µs of CPU a call
  beside the bare shape, from a profile on a busy machine before the last of these changes: the adapter's own code 2.7
  (0.3), the clock 0.7 (0.1), the collector and the metrics of it 0.9 (0.3); half of the rest is the same write to the
  caller that both make. Tried before: Netty's native transport (a fifth less for JSON-RPC, nothing for UPI; not to be had
  for the Netty that is safe, and our listening channel can't extend its own), a larger young generation (5 % less, 13 MB
  more), Java's limits of inlining (nothing beyond the noise).
- **The image beside the folder.** The warm-up of that run ended too early for the image, which got faster from round to
  round. Measured again, each after 150,000 calls and over 100,000 more, in three rounds of shuffled order, JSON-RPC in Go
  with 64 connections: the image does 0.96 of the folder's calls a second, with 1.06 times its adapter's processor time
  (1.02 without docker's filter of system calls). The goal is met then. The image of the new code was not measured.
- **Bare lines.** With one line under way both sides wake up for each call, and what that costs is the machine's. Reads,
  writes and other calls of the system for one call to `cat` at one connection: 16 in that run, 9 now (traced). An event
  loop that is woken by a pipe of its own, or a handle on the program's stdout for the thread, each gave less than a tenth,
  and was not built. A program in Python takes most of a call itself; the cure for it is a number in front of each reply.
- **The slowest hundredth at half of the most.** The constant answer misses this, too: callers, server and program share two
  processors. Measured on a busy machine only, at 500 calls a second: the event loop waited for a processor four to seven
  times as long as it ran, the constant answer's four and a half. At the most of each, with 64 connections, it is 3.9 times
  the median for JSON-RPC and 1.8 for lines, and 3.7 for the constant answer.
- **2,000 callers of JSON-RPC who come again at once.** None was refused in that run; the constant answer falls to 0.43
  there, the program in Go by hand to 0.63. In rounds of 6 s a call takes the event loop as long as with 64 connections (33
  µs), in rounds of 2 s 42, and 8 more for accepting: each round opens 2,000 connections anew. How much of the loss that is
  was not separated.
- **Idle connections: met now.** 2,000 take 11.5 MB (the constant answer 27.3 and 31.1 in the same hour, the code of the run
  41.6). Half of what each held was a queue of Vert.x's for other threads, of which it had two until its first byte.
- **UPI 1×10.** From round to round Java compiles on: the last round was 0.63 of grpc-go and 4.3 times pyfunc's shape.
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
  or not others were answered (another small one), so a pause of the server counts for all that came in it.
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
