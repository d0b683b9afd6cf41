"""What the project wants to reach, each as a ratio: of two servers, or of two loads of one."""
import dataclasses

import figures


@dataclasses.dataclass(frozen=True)
class Goal:
    what: str
    scenario: str
    load: str
    server: str
    base: str
    least: float
    base_load: str = ""  # where it is another
    field: str = "rate"
    most: bool = False  # the goal is at most that

    def value(self, results):
        rounds = figures.rounds_of(results, self.scenario, self.load, self.server)
        base = figures.rounds_of(results, self.scenario, self.base_load or self.load, self.base)
        return figures.ratio(rounds, base, self.field) if rounds and base else None


MANY, CROWD = "64 connections", "2,000 connections"
LINES, NUMBERED, RPC = "adapter, lines, Python", "adapter, numbered lines, Python", "adapter, JSON-RPC, Python"
SHAPE = "Vert.x and a program, no more"
ARROW = "adapter, Arrow, Python"
CONSTANT = "Vert.x, a constant answer"

GOALS = (
    Goal("JSON-RPC beside a constant answer", "echo", MANY, "adapter, JSON-RPC, Go", CONSTANT, 0.65),
    Goal("CPU of JSON-RPC beside the bare shape", "echo", MANY, "adapter, JSON-RPC, Go", SHAPE, 1.5, field="cpu", most=True),
    Goal("JSON-RPC in the image beside a constant answer", "echo", MANY, "image, JSON-RPC, Go", CONSTANT, 0.6),
    Goal("JSON-RPC, image beside folder", "echo", MANY, "image, JSON-RPC, Go", "adapter, JSON-RPC, Go", 0.9),
    Goal("lines, image beside folder", "echo", MANY, "image, lines, cat", "adapter, lines, cat", 0.9),
    Goal("JSON-RPC beside Go by hand", "echo", MANY, "adapter, JSON-RPC, Go", "Go, by hand", 0.8),
    Goal("lines beside mosec, small calls", "echo", MANY, LINES, "mosec", 1),
    Goal("lines beside pyfunc's shape, small calls", "echo", MANY, LINES, "pyfunc's shape", 3),
    Goal("lines beside mosec, a real function", "surge", MANY, LINES, "mosec", 1),
    Goal("JSON-RPC beside mosec, a real function", "surge", MANY, RPC, "mosec", 1),
    Goal("numbered lines beside mosec, a real function", "surge", MANY, NUMBERED, "mosec", 1),
    Goal("numbered lines beside pyfunc's shape, a real function", "surge", MANY, NUMBERED, "pyfunc's shape", 3),
    Goal("lines beside pyfunc's shape, a real function", "surge", MANY, LINES, "pyfunc's shape", 3),
    Goal("lines beside mosec, 10 kB", "bodies", "10 kB", LINES, "mosec", 1),
    Goal("numbered lines beside mosec, 10 kB", "bodies", "10 kB", NUMBERED, "mosec", 1),
    Goal("lines beside mosec, 1 MB", "bodies", "1 MB", LINES, "mosec", 1),
    Goal("batches beside none, a fixed cost", "batches", MANY, "adapter, JSON-RPC, batches", LINES, 8),
    Goal("batches beside mosec's, a fixed cost", "batches", MANY, "adapter, JSON-RPC, batches", "mosec, batches of 32", 1),
    Goal("merged lines beside none, a fixed cost", "batches", MANY, "adapter, lines, --batch=instances", LINES, 8),
    Goal("8 workers beside 1", "scale", MANY, "adapter, --workers=8", "adapter, --workers=1", 7.5),
    Goal("lines, 2,000 callers beside 64", "overload", CROWD, "adapter, lines, cat", "adapter, lines, cat", 0.9, MANY),
    Goal("JSON-RPC, 2,000 callers beside 64", "overload", CROWD, "adapter, JSON-RPC, Go", "adapter, JSON-RPC, Go", 0.9, MANY),
    Goal("UPI 1×10 beside grpc-go by hand", "upi", "1×10, 64 in flight", "adapter, JSON-RPC, Go", "grpc-go, by hand", 0.4),
    Goal("UPI 1×10 beside pyfunc's shape", "upi", "1×10, 64 in flight", "adapter, JSON-RPC, Go", "pyfunc's shape, UPI", 3),
    Goal("UPI 100×100, Arrow, beside pyfunc's shape", "upi", "100×100, 8 in flight", ARROW, "pyfunc's shape, UPI", 1),
    Goal("UPI 1000×500, Arrow, beside pyfunc's shape", "upi", "1000×500, one at a time", ARROW, "pyfunc's shape, UPI", 1),
)


def rows(results):
    """Goal, ratio, verdict, for all that was measured."""
    for goal in GOALS:
        if value := goal.value(results):
            yield goal, value, verdict(value, goal.least, goal.most)


def tails(results):
    """The same for the goal that the worst hundredth waits at most 3 times the median, where half of its most is asked of it."""
    for server in (CONSTANT, "adapter, lines, cat", "adapter, JSON-RPC, Go"):
        if rounds := figures.rounds_of(results, "rate", "half of its most", server):
            value = figures.Figure.of([told["p99"] / told["p50"] for told in rounds])
            yield server, value, verdict(value, 3, most=True)


def verdict(value, goal, most=False):
    """A goal that lies within what was measured is neither met nor missed."""
    good, bad = (value.most <= goal, value.least > goal) if most else (value.least >= goal, value.most < goal)
    return "met" if good else "missed" if bad else "within the noise"
