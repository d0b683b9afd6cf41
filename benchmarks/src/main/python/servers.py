"""What is compared: the adapter as a folder and as an image, and what a user would take instead, with the same functions."""
import dataclasses
import json
import os
import random
from pathlib import Path

import load
import processes

SERVED = Path(__file__).resolve().parent / "served"
PREDICT = "/v1/models/model-1:predict"

# Whose it is: decides about the colour in the chart, and nothing else.
OURS, PEER, YARDSTICK = "ours", "peer", "yardstick"


@dataclasses.dataclass(frozen=True)
class Tools:
    """What has been built and installed below target."""

    root: Path
    target: Path
    engine: str  # docker's or podman's command, or "" where there are no images

    @property
    def go(self):
        return self.target / "go"

    @property
    def python(self):
        return str(self.target / "venv/bin/python")

    @property
    def java(self):
        """The one that the adapter's launcher takes."""
        return os.path.join(os.environ["JAVA_HOME"], "bin/java") if os.environ.get("JAVA_HOME") else "java"

    @property
    def script(self):
        return str(Path(__file__).with_name("post.lua"))

    def class_path(self):
        return f"{self.target / 'classes'}:{(self.target / 'class-path').read_text()}"


@dataclasses.dataclass(frozen=True)
class Server:
    name: str
    whose: str
    command: tuple  # with {port} in it
    environment: dict = dataclasses.field(default_factory=dict)
    upi: bool = False
    image: bool = False

    @property
    def java(self):
        return self.whose == OURS or "{java}" in self.command

    def start(self, tools, port):
        names = {"port": port, "python": tools.python, "go": tools.go, "served": SERVED, "root": tools.root}
        names |= {"java": tools.java, "java_path": tools.class_path()}
        command = [word.format(**names) for word in self.command]
        # Programs log to files; a proxy is not for calls on this machine.
        environment = {name: value.format(**names) for name, value in self.environment.items()}
        log = tools.target / "bench/logs" / ("".join(c if c.isalnum() else "-" for c in self.name) + ".log")
        if self.image:
            return processes.Container(tools.engine, "merlin-adapter-base", [tools.go], command, environment, log)
        return processes.Process(command, environment, log)


def adapter(name, *words, upi=False, image=False):
    """`words` are options and, behind them, the program."""
    served, other = ("CARAML_GRPC_PORT", "CARAML_HTTP_PORT") if upi else ("CARAML_HTTP_PORT", "CARAML_GRPC_PORT")
    environment = {served: "{port}", other: "0", "ADAPTER_HOST": "127.0.0.1", "LOG_LEVEL": "warn"}
    command = () if image else ("{root}/adapter-cli/target/merlin-adapter/bin/merlin-adapter",)
    name = f"{'image' if image else 'adapter'}, {name}"
    return Server(name, OURS, command + words, environment, upi, image)


CAT, GO = ("--", "cat"), ("--format=jsonrpc", "--", "{go}/child")


def lines(function, *options, **kind):
    return adapter("lines, Python", *options, "--", "{python}", "{served}/lines.py", function, **kind)


def numbered(function):
    """The same program, which numbers its replies, and so gets several lines at once."""
    return adapter("numbered lines, Python", "--", "{python}", "{served}/lines.py", function, "numbered")


def rpc(function):
    return adapter("JSON-RPC, Python", "--format=jsonrpc", "--", "{python}", "{served}/rpc.py", function)


ARROW = adapter("Arrow, Python", "--format=jsonrpc", "--", "{python}", "{served}/arrow.py", upi=True)
CONSTANT = Server("Vert.x, a constant answer", YARDSTICK, (
    # As the adapter's launcher starts Java.
    "{java}", "-XX:+UseSerialGC", "-Xms16m", "-Xmx128m", "-Xss512k", "-XX:-UsePerfData",
    "-cp", "{java_path}", "io.merlinadapter.benchmarks.ConstantServer", "{port}",
))  # fmt: skip
SHAPE = Server("Vert.x and a program, no more", YARDSTICK, (
    "{java}", "-XX:+UseSerialGC", "-Xms16m", "-Xmx128m", "-Xss512k", "-XX:-UsePerfData",
    "-cp", "{java_path}", "io.merlinadapter.benchmarks.BareShape", "{port}", "{go}/child",
))  # fmt: skip
GO_HTTP = Server("Go, by hand", YARDSTICK, ("{go}/serve", "http", "127.0.0.1:{port}"))
GO_GRPC = Server("grpc-go, by hand", YARDSTICK, ("{go}/serve", "grpc", "127.0.0.1:{port}"), upi=True)
PYFUNC_UPI = Server("pyfunc's shape, UPI", PEER, ("{python}", "{served}/pyfunc_upi.py", "{port}"), upi=True)


def mosec(function, batch=1):
    name = "mosec" if batch == 1 else f"mosec, batches of {batch}"
    command = ("{python}", "{served}/mosec_server.py", "--address", "127.0.0.1", "--port", "{port}")
    return Server(name, PEER, command, {"FUNCTION": function, "BATCH": str(batch)})


def fastapi(function):
    return Server("FastAPI on uvicorn", PEER, ("{python}", "{served}/fastapi_server.py", function, "{port}"))


def pyfunc(function):
    return Server("pyfunc's shape", PEER, ("{python}", "{served}/pyfunc_server.py", function, "{port}"))


@dataclasses.dataclass(frozen=True)
class Load:
    """A way to call: `amount` callers in a closed loop, or so many requests a second, or half of what a server can do."""

    label: str
    kind: str  # closed, rate or half
    amount: int
    what: str  # the name of a body, or the shape of a table
    rounds: str = "few"
    times: int = 1  # as long as others: what it takes to open many connections is not what is measured

    def run(self, tools, server, port, seconds, most):
        if server.upi:
            return load.closed_grpc(tools, f"127.0.0.1:{port}", self.what, self.amount, seconds)
        body = tools.target / "bench" / f"{self.what}.json"
        if self.kind == "closed":
            return load.closed_http(tools, f"http://127.0.0.1:{port}{PREDICT}", body, self.amount, seconds)
        # Half of much is more than the caller can send from beside the server.
        rate = self.amount if self.kind == "rate" else min(self.amount, max(1, int(most / 2)))
        return load.fixed_rate(tools, f"127.0.0.1:{port}", PREDICT, body, rate, seconds) | {"asked": rate}


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    about: str
    base: str  # the server that ratios are of
    servers: tuple
    loads: tuple


ECHO_SERVERS = (
    CONSTANT,
    SHAPE,
    GO_HTTP,
    adapter("lines, cat", *CAT),
    adapter("lines, cat", *CAT, image=True),
    adapter("JSON-RPC, Go", *GO),
    adapter("JSON-RPC, Go", *GO, image=True),
    lines("echo"),
    numbered("echo"),
    rpc("echo"),
    mosec("echo"),
    fastapi("echo"),
    pyfunc("echo"),
)

FEW_SERVERS = (CONSTANT, GO_HTTP, adapter("lines, cat", *CAT), adapter("JSON-RPC, Go", *GO))

SCENARIOS = (
    Scenario(
        "echo",
        "Small calls that are sent back",
        "One row of four numbers. `cat` and the Go program do nothing but that, so those rows show what the adapter costs;"
        " Vert.x with a constant answer shows what HTTP costs with nothing behind it, and that with a program what the adapter's"
        " shape costs: the same Go program behind 80 lines that check, bound, time and count nothing.",
        CONSTANT.name,
        ECHO_SERVERS,
        (Load("64 connections", "closed", 64, "small", "many"), Load("1 connection", "closed", 1, "small")),
    ),
    Scenario(
        "surge",
        "A real function in Python",
        "That of examples/surge-pricing-python, three instances a call, imported by each server.",
        "mosec",
        (lines("surge"), numbered("surge"), rpc("surge"), mosec("surge"), fastapi("surge"), pyfunc("surge")),
        (Load("64 connections", "closed", 64, "surge", "many"), Load("1 connection", "closed", 1, "surge")),
    ),
    Scenario(
        "batches",
        "A model with a fixed cost",
        "5 ms and 0.1 ms a row, one row a call: what numpy, XGBoost or a GPU is like. One process of each; batches are of up to"
        " 32 calls that wait up to 2 ms for each other, for the adapter and for mosec.",
        "adapter, lines, Python",
        (
            lines("fixed"),
            dataclasses.replace(lines("fixed", "--batch=instances"), name="adapter, lines, --batch=instances"),
            dataclasses.replace(rpc("fixed"), name="adapter, JSON-RPC, batches"),
            mosec("fixed"),
            mosec("fixed", 32),
            fastapi("fixed"),
            pyfunc("fixed"),
        ),
        (Load("64 connections", "closed", 64, "small", "many"), Load("1 connection", "closed", 1, "small")),
    ),
    Scenario(
        "scale",
        "More workers",
        "The same model, a line at a time, with as many copies.",
        "adapter, --workers=1",
        tuple(
            dataclasses.replace(lines("fixed", f"--workers={number}"), name=f"adapter, --workers={number}")
            for number in (1, 2, 4, 8)
        ),
        (Load("64 connections", "closed", 64, "small", "many"),),
    ),
    Scenario(
        "bodies",
        "Bodies of each size",
        "Request and answer are of that size, rows of four numbers.",
        "mosec",
        tuple(server for server in ECHO_SERVERS if server not in (SHAPE, GO_HTTP, fastapi("echo"))),
        (
            Load("200 B", "closed", 64, "200"),
            Load("10 kB", "closed", 64, "10000"),
            Load("1 MB", "closed", 8, "1000000"),
        ),
    ),
    Scenario(
        "rate",
        "Latency at a fixed rate",
        "The same small calls, each sent when it is due, whatever became of those before. Half is half of what the same server"
        " did at 64 connections just before, 4,000 a second at most. What can't be sent is not made up for: where fewer calls"
        " were sent than asked for, the machine had no processor left, and the row says so.",
        CONSTANT.name,
        (*FEW_SERVERS, lines("echo"), mosec("echo")),
        (Load("1,000 a second", "rate", 1000, "small"), Load("half of its most", "half", 4000, "small")),
    ),
    Scenario(
        "overload",
        "More callers than places",
        "Each caller asks again at once, also when it was refused: a thousand requests may wait, so with 2,000 callers half of"
        " them can't. Calls are those that were answered with a prediction; failed are the refusals.",
        CONSTANT.name,
        FEW_SERVERS,
        (Load("64 connections", "closed", 64, "small"), Load("2,000 connections", "closed", 2000, "small", times=3)),
    ),
    Scenario(
        "upi",
        "Tables over UPI",
        "Doubles, sent back. The Go program does not parse them, so its rows show what the adapter costs; the Python programs"
        " with lines and with protobuf have every number as an object of their library, and the one with Arrow has columns.",
        GO_GRPC.name,
        (
            GO_GRPC,
            adapter("JSON-RPC, Go", *GO, upi=True),
            adapter("JSON-RPC, Go", *GO, upi=True, image=True),
            lines("table", upi=True),
            ARROW,
            PYFUNC_UPI,
        ),
        (
            Load("1×10, 64 in flight", "closed", 64, "1x10"),
            Load("1×10, one at a time", "closed", 1, "1x10"),
            Load("100×100, 8 in flight", "closed", 8, "100x100"),
            Load("1000×500, one at a time", "closed", 1, "1000x500"),
        ),
    ),
)


def body(size):
    """Rows of four numbers, of few digits or of many, as prices and normalised features are."""
    numbers = random.Random(17)
    rows, length = [], 0
    while length < size - 20:
        row = [numbers.randrange(100_000) / 100 if numbers.random() < 0.5 else numbers.gauss(0, 1) for _ in range(4)]
        rows.append(row)
        length += len(json.dumps(row, separators=(",", ":"))) + 1
    return json.dumps({"instances": rows}, separators=(",", ":"))


def write_bodies(tools):
    folder = tools.target / "bench"
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    surge = json.loads((tools.root / "examples/surge-pricing-python/request.json").read_text())
    bodies = {"small": '{"instances":[[1.5,2.5,3.5,4.5]]}', "surge": json.dumps(surge, separators=(",", ":"))}
    bodies |= {str(size): body(size) for size in (200, 10_000, 1_000_000)}
    for name, text in bodies.items():
        (folder / f"{name}.json").write_text(text)
