"""Shows where the adapter's time goes: see `make profile`. Writes a flame graph below benchmarks/target/profile.

async-profiler's library comes from Maven Central; where it does not run, Java's own flight recorder is used instead, whose
file JDK Mission Control opens. What is sampled is the processor time of the adapter's threads; the program is not in it.
"""
import argparse
import dataclasses
import os
import platform
import subprocess
import zipfile

import bench
import build
import processes
import servers

PROFILED = {
    "lines": (servers.adapter("lines, cat", *servers.CAT), servers.Load("", "closed", 64, "small")),
    "python": (servers.lines("surge"), servers.Load("", "closed", 64, "surge")),
    "rpc": (servers.adapter("JSON-RPC, Go", *servers.GO), servers.Load("", "closed", 64, "small")),
    "bodies": (servers.adapter("lines, cat", *servers.CAT), servers.Load("", "closed", 8, "1000000")),
    "upi": (servers.adapter("JSON-RPC, Go", *servers.GO, upi=True), servers.Load("", "closed", 64, "1x10")),
    "tables": (servers.adapter("JSON-RPC, Go", *servers.GO, upi=True), servers.Load("", "closed", 8, "100x100")),
}


class Sampler:
    """async-profiler where its library fits this machine, else Java's flight recorder."""

    def __init__(self, tools, event, name):
        self.event, self.library = event, self.unpacked(tools)
        # Of the same JDK.
        self.jcmd = os.path.join(os.path.dirname(tools.java), "jcmd")
        self.written = tools.target / "profile" / (f"{name}-{event}.html" if self.library else f"{name}.jfr")

    @staticmethod
    def unpacked(tools):
        kind = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}.get(platform.machine())
        if kind is None or platform.system() != "Linux":
            return None
        jar = next(path for path in tools.class_path().split(":") if "async-profiler" in path)
        with zipfile.ZipFile(jar) as packed:
            found = packed.extract(f"{kind}/libasyncProfiler.so", tools.target / "profile")
        tried = subprocess.run([tools.java, f"-agentpath:{found}=version", "-version"], capture_output=True)
        return found if tried.returncode == 0 else None

    def start(self, pid):
        if self.library:
            self.load(pid, f"start,event={self.event},threads")
        else:
            self.ask(pid, "JFR.start", "name=bench", "settings=profile")

    def stop(self, pid):
        if self.library:
            self.load(pid, f"stop,file={self.written}")
        else:
            self.ask(pid, "JFR.stop", "name=bench", f"filename={self.written}")

    def load(self, pid, options):
        # In quotes of its own: jcmd takes what has an equals sign for an option of the command.
        told = self.ask(pid, "JVMTI.agent_load", self.library, f'"{options}"')
        if "return code: 0" not in told:
            raise SystemExit(f"profile: async-profiler did not take {options}: {told}; the adapter's log may say why")

    def ask(self, pid, *words):
        return subprocess.run([self.jcmd, str(pid), *words], check=True, capture_output=True, text=True).stdout


def main():
    words = argparse.ArgumentParser(description="Shows where the adapter's time goes.")
    words.add_argument("scenario", choices=PROFILED, nargs="?", default="lines")
    words.add_argument("--seconds", type=int, default=10, help="to sample, after as many to warm up")
    words.add_argument("--event", default="ctimer", help="of async-profiler: ctimer, the default, or alloc, lock, wall, cpu")
    asked = words.parse_args()
    tools = servers.Tools(bench.ROOT, bench.ROOT / "benchmarks/target", "")
    (tools.target / "profile").mkdir(parents=True, exist_ok=True)
    build.all_of_it(tools)
    servers.write_bodies(tools)
    server, load = PROFILED[asked.scenario]
    # Without them, samples are moved to the next place where Java could stop.
    options = os.environ.get("ADAPTER_JAVA_OPTS", "") + " -XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints"
    server = dataclasses.replace(server, environment=server.environment | {"ADAPTER_JAVA_OPTS": options})
    sampler, port = Sampler(tools, asked.event, asked.scenario), processes.free_port()
    running = server.start(tools, port)
    try:
        scenario = servers.Scenario(asked.scenario, "", "", "", (server,), (load,))
        processes.await_answer(running, lambda: bench.first_answer(tools, scenario, server, port), server.name)
        load.run(tools, server, port, asked.seconds, 0)
        sampler.start(running.pid)
        told = bench.measured(tools, load, server, running, port, asked.seconds, 0)
        sampler.stop(running.pid)
    finally:
        running.stop()
    print(f"{told['rate']:.0f} calls/s, {told['cpu'] * 1e6:.0f} µs of processor a call, profiler and program included")
    print(f"profile: {sampler.written}")


if __name__ == "__main__":
    main()
