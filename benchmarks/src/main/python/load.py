"""Callers. Each returns the good answers, the failures, the seconds it took, and the latency at 50 and 99 % in seconds.

Closed loops are wrk's, over HTTP, and those of a small program with grpc-go, over UPI: they find the most that a server can
do, and hide how long a caller would have waited. For that there is a program of ours at a fixed rate: it sends each request
when it is due, with a new connection if all others wait, so a slow answer delays no other request (no coordinated omission).
It is ours because those that are to be had have a tail of their own, on the processors that they share with the server:
vegeta's collector and its timers of a millisecond were most of the slowest hundredth; h2load's --rps sends nothing on a
connection that waits, and Debian's tells no percentiles; wrk2 is not to be had from a registry; k6 takes more processor than
the servers do.
"""
import json
import subprocess

import processes


def closed_http(tools, url, body, connections, seconds):
    # Not a byte over the timeout of wrk itself, which is 2 s: one connection may have a slow server to itself.
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", tools.script, url, "--", body]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return json.loads(done.stderr.strip().splitlines()[-1])


def closed_grpc(tools, address, shape, in_flight, seconds):
    return processes.output([tools.go / "load", address, shape, str(in_flight), str(seconds)])


def fixed_rate(tools, address, path, body, rate, seconds):
    return processes.output([tools.go / "pace", address, path, body, str(rate), str(seconds)])
