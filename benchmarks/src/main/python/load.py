"""Callers. Each returns the good answers, the failures, the seconds it took, and the latency at 50 and 99 % in seconds.

Closed loops are wrk's, over HTTP, and those of a small program with grpc-go, over UPI: they find the most that a server can
do, and hide how long a caller would have waited. For that there is vegeta at a fixed rate: it sends each request when it is
due, with a new connection if all others wait, so a slow answer delays no other request (no coordinated omission). It is
vegeta because it is kept, comes as a Go module, and tells percentiles; h2load's --rps sends nothing on a connection that
waits, and Debian's tells no percentiles; wrk2 is not to be had from a registry; k6 takes more processor than the servers do.
"""
import json
import subprocess

import processes

GOOD = range(200, 300)


def closed_http(tools, url, body, connections, seconds):
    # Not a byte over the timeout of wrk itself, which is 2 s: one connection may have a slow server to itself.
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", tools.script, url, "--", body]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return json.loads(done.stderr.strip().splitlines()[-1])


def closed_grpc(tools, address, shape, in_flight, seconds):
    return processes.output([tools.go / "load", address, shape, str(in_flight), str(seconds)])


def fixed_rate(tools, url, body, rate, seconds):
    target = json.dumps({"method": "POST", "url": url, "header": {"Content-Type": ["application/json"]}}) + "\n"
    attack = ["attack", "-format=json", f"-body={body}", f"-rate={rate}/s", f"-duration={seconds}s", "-connections=1000"]
    hits = subprocess.run([tools.go / "vegeta", *attack], input=target.encode(), check=True, capture_output=True).stdout
    report = subprocess.run([tools.go / "vegeta", "report", "-type=json"], input=hits, check=True, capture_output=True)
    told = json.loads(report.stdout)
    good = sum(count for code, count in told["status_codes"].items() if int(code) in GOOD)
    return {
        "requests": good,
        "failures": told["requests"] - good,
        "seconds": told["duration"] / 1e9 + told["wait"] / 1e9,
        "p50": told["latencies"]["50th"] / 1e9,
        "p99": told["latencies"]["99th"] / 1e9,
    }
