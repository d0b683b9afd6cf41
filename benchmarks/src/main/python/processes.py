"""Starting what is measured, and what it has used: /proc knows the processor time of a whole tree of processes."""
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

PATIENCE = 60
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stat(pid):
    """The fields behind the name, which may have blanks; none where the process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def tree(root):
    """The process and all below it, by pid."""
    stats = {int(name): fields for name in os.listdir("/proc") if name.isdigit() and (fields := stat(name))}
    found, more = {}, {root}
    while more:
        found |= {pid: stats[pid] for pid in more if pid in stats}
        more = {pid for pid, fields in stats.items() if int(fields[1]) in more}
    return found


def cpu_seconds(root):
    """User and system time of the tree so far."""
    return sum(int(fields[11]) + int(fields[12]) for fields in tree(root).values()) / TICKS


def resident_mb(root):
    return sum(int(fields[21]) for fields in tree(root).values()) * PAGE_MB


class Process:
    """A server of this machine, in a process group of its own."""

    def __init__(self, command, environment, log):
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                command, env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        self.pid = self.process.pid

    def ended(self):
        return self.process.poll() is not None

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()


class Container:
    """The same in the image. It has the machine's own network, so that what is measured is not docker's."""

    def __init__(self, engine, image, mounts, command, environment, log):
        options = [f"--env={name}={value}" for name, value in environment.items()]
        options += [f"--volume={path}:{path}:ro" for path in mounts]
        self.engine, self.log = engine, log
        self.name = self.run("run", "--detach", "--network=host", *options, image, *command)
        self.pid = int(self.inspect("{{.State.Pid}}"))

    def run(self, *words):
        done = subprocess.run([self.engine, *words], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"bench: {self.engine} {words[0]} failed: {done.stderr.strip()}")
        return done.stdout.strip()

    def inspect(self, what):
        return self.run("inspect", "--format", what, self.name)

    def ended(self):
        return self.inspect("{{.State.Running}}") != "true"

    def stop(self):
        with open(self.log, "wb") as out:
            subprocess.run([self.engine, "logs", self.name], stdout=out, stderr=out)
        self.run("rm", "--force", self.name)


def await_answer(server, ask, called):
    """Returns what the first answer was."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.ended():
            raise SystemExit(f"bench: {called} has ended; its log is in benchmarks/target/bench/logs")
        try:
            return ask()
        except (OSError, ValueError):
            time.sleep(0.05)
    raise SystemExit(f"bench: {called} did not answer within {PATIENCE} s; its log is in benchmarks/target/bench/logs")


def output(command, **options):
    """What a command prints, which is one value of JSON."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise ValueError(f"{command[0]} failed with exit code {done.returncode}: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)
