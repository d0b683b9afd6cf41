"""What the project wants to reach, each as a ratio of two servers in one scenario."""
import dataclasses

import figures


@dataclasses.dataclass(frozen=True)
class Goal:
    what: str
    scenario: str
    load: str
    server: str
    base: str
    least: float  # or the most, where the field is a cost
    field: str = "rate"


MANY = "64 connections"
LINES, RPC = "adapter, lines, Python", "adapter, JSON-RPC, Python"
CONSTANT = "Vert.x, a constant answer"

GOALS = (
    Goal("JSON-RPC beside a constant answer", "echo", MANY, "adapter, JSON-RPC, Go", CONSTANT, 0.65),
    Goal("JSON-RPC in the image beside a constant answer", "echo", MANY, "image, JSON-RPC, Go", CONSTANT, 0.6),
    Goal("JSON-RPC, image beside folder", "echo", MANY, "image, JSON-RPC, Go", "adapter, JSON-RPC, Go", 0.9),
    Goal("lines, image beside folder", "echo", MANY, "image, lines, cat", "adapter, lines, cat", 0.9),
    Goal("JSON-RPC beside Go by hand", "echo", MANY, "adapter, JSON-RPC, Go", "Go, by hand", 0.8),
    Goal("lines beside mosec, small calls", "echo", MANY, LINES, "mosec", 1),
    Goal("lines beside pyfunc's shape, small calls", "echo", MANY, LINES, "pyfunc's shape", 3),
    Goal("lines beside mosec, a real function", "surge", MANY, LINES, "mosec", 1),
    Goal("JSON-RPC beside mosec, a real function", "surge", MANY, RPC, "mosec", 1),
    Goal("lines beside pyfunc's shape, a real function", "surge", MANY, LINES, "pyfunc's shape", 3),
    Goal("lines beside mosec, 10 kB", "bodies", "10 kB", LINES, "mosec", 1),
    Goal("lines beside mosec, 1 MB", "bodies", "1 MB", LINES, "mosec", 1),
    Goal("batches beside none, a fixed cost", "batches", MANY, "adapter, JSON-RPC, batches", LINES, 8),
    Goal("batches beside mosec's, a fixed cost", "batches", MANY, "adapter, JSON-RPC, batches", "mosec, batches of 32", 1),
    Goal("merged lines beside none, a fixed cost", "batches", MANY, "adapter, lines, --batch=instances", LINES, 8),
    Goal("UPI 1×10 beside grpc-go by hand", "upi", "1×10, 64 in flight", "adapter, JSON-RPC, Go", "grpc-go, by hand", 0.4),
    Goal("UPI 1×10 beside pyfunc's shape", "upi", "1×10, 64 in flight", "adapter, JSON-RPC, Go", "pyfunc's shape, UPI", 3),
    Goal("UPI 100×100, Python, beside pyfunc's shape", "upi", "100×100, 8 in flight", LINES, "pyfunc's shape, UPI", 1),
    Goal("UPI 1000×500, Python, beside pyfunc's shape", "upi", "1000×500, one at a time", LINES, "pyfunc's shape, UPI", 1),
)


def rows(results):
    """Goal, ratio, verdict, for all that was measured."""
    for goal in GOALS:
        rounds = figures.rounds_of(results, goal.scenario, goal.load, goal.server)
        base = figures.rounds_of(results, goal.scenario, goal.load, goal.base)
        if rounds and base and (value := figures.ratio(rounds, base, goal.field)):
            yield goal, value, verdict(value, goal.least)


def verdict(value, least):
    """A goal that lies within what was measured is neither met nor missed."""
    if value.least >= least:
        return "met"
    return "missed" if value.most < least else "within the noise"
