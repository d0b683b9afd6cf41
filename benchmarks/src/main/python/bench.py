"""Measures, and writes docs/performance.md: see `make bench`.

Servers of a scenario are started once, warmed, and then loaded one at a time, in rounds of seconds whose order is shuffled:
what disturbs the machine for a while disturbs all of them. Ratios are made within a round.
"""
import argparse
import datetime
import http.client
import json
import os
import platform
import random
import subprocess
import sys
import time
from pathlib import Path

import build
import chart
import crowd
import idle
import micro
import page
import processes
import servers

ROOT = Path(__file__).resolve().parents[4]
# A server whose processor time for a call fell by less is warm.
STEADY = 0.93
# Java compiles a method when it has been called often, and the image later than the folder: after 10,000 calls of it by the
# second compiler, which then takes seconds of a processor for all of them.
OFTEN = 100_000


class Pace:
    """How long things take; quick is to see that all of it works, not to be believed."""

    def __init__(self, quick):
        self.quick = quick
        self.seconds = 1 if quick else 2
        self.rounds = {"many": 2, "few": 1} if quick else {"many": 4, "few": 3}
        self.warm = (1, 0) if quick else (3, 1)  # for the first load, each time, and for each other
        # Java compiles anew when calls begin to come one by one. That takes some ten seconds at 4,000 calls a second, in which
        # some wait for tens of milliseconds. A slower rate gains from it, too.
        self.warming = {"closed": self.warm[1], "rate": 0, "half": 0 if quick else 12}
        self.warmings = 1 if quick else 8
        self.often = 0 if quick else OFTEN


def first_answer(tools, scenario, server, port):
    """One call of the scenario, which has to be answered well before anything is measured."""
    what = scenario.loads[0].what
    if server.upi:
        told = processes.output([tools.go / "load", f"127.0.0.1:{port}", what, "1", "0.01"])
        if told["failures"] or not told["requests"]:
            raise ValueError(told["fault"])
        return
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = (tools.target / "bench" / f"{what}.json").read_bytes()
    connection.request("POST", servers.PREDICT, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status != 200 or not {"predictions", "instances"} & json.loads(said).keys():
        raise ValueError(f"{server.name} answered {answer.status}: {said[:200]}")


def measured(tools, load, server, running, port, seconds, most):
    before = processes.cpu_seconds(running.pid)
    told = load.run(tools, server, port, seconds, most)
    cpu = processes.cpu_seconds(running.pid) - before
    told["rate"] = told["requests"] / told["seconds"]
    told["cpu"] = cpu / max(1, told["requests"])
    told["rss"] = processes.resident_mb(running.pid)
    return told


def run_scenario(tools, scenario, pace, order):
    """Returns the rounds of each server for each load."""
    chosen = [server for server in scenario.servers if tools.engine or not server.image]
    started = {}
    try:
        for server in chosen:
            port = processes.free_port()
            started[server.name] = (server, server.start(tools, port), port)
        for server, running, port in started.values():
            processes.await_answer(running, lambda: first_answer(tools, scenario, server, port), server.name)
        most = warm(tools, scenario, pace, started)
        loads = []
        for load in scenario.loads:
            rounds = {name: [] for name in started}
            for _ in range(pace.rounds[load.rounds]):
                for name in order.sample(list(started), len(started)):
                    told = measured(tools, load, *started[name], pace.seconds * load.times, most[name])
                    rounds[name].append(told)
                    say(f"  {load.label:24} {name:34} {told['rate']:9.0f}/s {told['cpu'] * 1e6:9.0f} µs")
            loads.append({"label": load.label, "rows": [{"server": name, "rounds": all} for name, all in rounds.items()]})
    finally:
        for _, running, _ in started.values():
            running.stop()
    about = {"name": scenario.name, "title": scenario.title, "about": scenario.about, "base": scenario.base}
    return about | {"whose": {server.name: server.whose for server in chosen}, "loads": loads}


def warm(tools, scenario, pace, started):
    """Compilers have compiled by the first round. Returns what each server did in a second, of the first load."""
    most = {}
    first, *others = scenario.loads
    if first.kind != "closed":
        first, others = servers.Load("", "closed", 64, first.what), scenario.loads
    for name, (server, running, port) in started.items():
        most[name] = warm_one(tools, first, pace, server, running, port)
        for load in others:
            if seconds := pace.warm[1] if server.upi else pace.warming[load.kind]:
                load.run(tools, server, port, seconds, most[name])
    return most


def warm_one(tools, load, pace, server, running, port):
    """Until a call takes no less processor than before: Java compiles gRPC's many methods for ten seconds of a processor."""
    told, before, calls = None, None, 0
    for _ in range(pace.warmings):
        before, told = told, measured(tools, load, server, running, port, pace.warm[0], 0)
        calls += told["requests"]
        often = calls >= pace.often or not server.java
        if often and before and told["cpu"] > STEADY * before["cpu"]:
            break
    return told["rate"]


def machine(tools):
    def first(*command):
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        return (done.stdout or done.stderr).strip().splitlines()[0] if done.returncode == 0 else "unknown"

    cpu = [line.partition(":")[2].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if "model name" in line]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": f"{os.cpu_count()} × {cpu[0] if cpu else platform.machine()}",
        "memory": f"{memory / 2**30:.0f} GiB",
        "system": f"Linux {platform.release().partition('-')[0]}",
        "java": first(tools.java, "-version"),
        "python": first(tools.python, "--version"),
        "go": first("go", "version"),
        "commit": first("git", "describe", "--always", "--dirty"),
        "load": os.getloadavg()[0],
    }


def say(text):
    print(text, flush=True)


def main():
    words = argparse.ArgumentParser(description="Measures, and writes docs/performance.md.")
    words.add_argument("--quick", action="store_true", help="in minutes, to see that it works")
    words.add_argument("--only", help="names of scenarios, with commas; crowd, idle and micro are such, too", default="")
    words.add_argument("--page", action="store_true", help="write the page from the last results, measure nothing")
    asked = words.parse_args()
    tools = servers.Tools(ROOT, ROOT / "benchmarks/target", os.environ.get("ENGINE", ""))
    results = tools.target / "bench" / ("some.json" if asked.only else "results.json")
    if not asked.page:
        known = [scenario.name for scenario in servers.SCENARIOS] + ["crowd", "idle", "micro"]
        only = asked.only.split(",") if asked.only else known
        if unknown := set(only) - set(known):
            sys.exit(f"bench: there is no scenario {', '.join(unknown)}; expected some of {', '.join(known)}")
        build.all_of_it(tools)
        for told in measure(tools, Pace(asked.quick), only):
            results.write_text(json.dumps(told, indent=1))
    told = json.loads(results.read_text())
    if told["complete"] or asked.page:
        (ROOT / "docs/performance.md").write_text(page.write(told), encoding="utf-8")
        (ROOT / "docs/performance.svg").write_text(chart.draw(told), encoding="utf-8")
        say("bench: docs/performance.md is written")
    else:
        say(f"bench: these are not all scenarios, so docs/performance.md is as it was; the results are in {results}")


def measure(tools, pace, only):
    """Yields what is known after each scenario: a later one may fail."""
    began, order = time.monotonic(), random.Random()
    servers.write_bodies(tools)
    told = {"date": f"{datetime.date.today()}", "quick": pace.quick, "machine": machine(tools), "scenarios": []}
    told["complete"] = False
    for scenario in servers.SCENARIOS:
        if scenario.name in only:
            say(f"{scenario.title} ({time.monotonic() - began:.0f} s)")
            told["scenarios"].append(run_scenario(tools, scenario, pace, order))
            told["minutes"] = (time.monotonic() - began) / 60
            yield told
    if "crowd" in only:
        say(f"More callers than can be answered ({time.monotonic() - began:.0f} s)")
        told["crowd"] = crowd.run(tools, pace.quick)
    if "idle" in only:
        say(f"Idle connections ({time.monotonic() - began:.0f} s)")
        told["idle"] = idle.run(tools)
    if "micro" in only:
        say(f"The parts alone ({time.monotonic() - began:.0f} s)")
        told["micro"] = micro.run(tools, pace.quick)
    told["minutes"] = (time.monotonic() - began) / 60
    told["complete"] = len(only) == len(servers.SCENARIOS) + 3
    yield told


if __name__ == "__main__":
    main()
