"""Plays the kubelet: asks the probes of each manifest at their times while faults come to the adapter and its program."""

import concurrent.futures
import os
import pathlib
import signal
import tempfile
import threading
import time
import unittest
import urllib.error

import grpc

import adapters
import manifests

# Loads for as long as a file is there.
LOADING = """
import os, runpy, sys, time
while os.path.exists(sys.argv[1]):
    time.sleep(0.05)
runpy.run_path("predict.py", run_name="__main__")
"""
PATIENCE = 100
FAILURES = (OSError, urllib.error.HTTPError, grpc.RpcError)


class Kubelet:
    """What Kubernetes does with one container, in as much as it follows from the container's probes."""

    def __init__(self, adapter):
        self.adapter = adapter
        self.probes = manifests.container(adapter.manifest)
        self.ready = False
        self.restarts = 0
        self.outcomes = {"readinessProbe": [], "livenessProbe": []}
        self.changed = threading.Condition()
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.keep_asking, args=[kind]) for kind in self.outcomes]

    def __enter__(self):
        startup = self.probes["startupProbe"]
        for _ in range(startup["failureThreshold"]):
            if self.ask(startup):
                break
            self.ended.wait(startup["periodSeconds"])
        for thread in self.threads:
            thread.start()
        self.wait(lambda: self.ready, "the first readiness")
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def ask(self, probe):
        try:
            return self.adapter.ask(probe, probe.get("timeoutSeconds", 1))
        except FAILURES:
            return False

    def keep_asking(self, kind):
        probe, row = self.probes[kind], 0
        while not self.ended.is_set():
            began = time.monotonic()
            well = self.ask(probe)
            row = 0 if well else row + 1
            with self.changed:
                self.outcomes[kind].append(well)
                if kind == "readinessProbe":
                    self.ready = well or (self.ready and row < probe["failureThreshold"])
                elif row == probe["failureThreshold"]:
                    self.restarts += 1
                self.changed.notify_all()
            self.ended.wait(max(0, began + probe["periodSeconds"] - time.monotonic()))

    def wait(self, condition, what):
        with self.changed:
            self.must(self.changed.wait_for(condition, PATIENCE), what)

    def must(self, holds, what):
        if not holds:
            raise AssertionError(f"not so: {what}; {self.outcomes}\n{self.adapter.log()}")

    def count(self, kind, well):
        return self.outcomes[kind].count(well)


class Callers:
    """Ask by a Service that has this pod only: none is there while it is not ready."""

    def __init__(self, kubelet, number):
        self.kubelet = kubelet
        self.answered, self.failures = 0, []
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.keep_calling) for _ in range(number)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def keep_calling(self):
        while not self.ended.is_set():
            try:
                if not self.kubelet.ready:
                    raise ConnectionRefusedError("no pod is ready")
                self.kubelet.adapter.predict(timeout=60)
                self.answered += 1
            except FAILURES as failure:
                self.failures.append(failure)
            self.ended.wait(0.2)


def kill_the_program(manifest):
    with tempfile.TemporaryDirectory() as folder:
        gate = pathlib.Path(folder, "loading")
        adapter = adapters.Adapter(manifest, ["python3", "-c", LOADING, str(gate)])
        try:
            with Kubelet(adapter) as kubelet:
                back_within_two_probes(kubelet, gate)
                back_after_longer_than_ports_stay_open_elsewhere(kubelet, gate)
        finally:
            gate.unlink(missing_ok=True)
            adapter.stop()


def back_within_two_probes(kubelet, gate):
    with Callers(kubelet, 3) as callers:
        kubelet.wait(lambda: callers.answered >= 6, "answers")
        kill(kubelet, gate)
        # With failureThreshold: 1 the pod would be taken out now.
        kubelet.wait(lambda: kubelet.count("readinessProbe", False) == 1, "readiness that fails")
        gate.unlink()
        well = kubelet.count("readinessProbe", True)
        kubelet.wait(lambda: kubelet.count("readinessProbe", True) > well, "readiness that is back")
    kubelet.must(callers.answered > 6, "answers after the fault")
    # The one that the program had.
    kubelet.must(len(callers.failures) <= 1, f"one failure at most: {callers.failures}")


def back_after_longer_than_ports_stay_open_elsewhere(kubelet, gate):
    kill(kubelet, gate)
    kubelet.wait(lambda: not kubelet.ready, "pod that is not ready")
    alive = len(kubelet.outcomes["livenessProbe"])
    kubelet.wait(lambda: len(kubelet.outcomes["livenessProbe"]) >= alive + 2, "further liveness")
    gate.unlink()
    kubelet.wait(lambda: kubelet.ready, "pod that is ready again")
    kubelet.must(all(kubelet.outcomes["livenessProbe"]), "an adapter that was alive all the time")


def kill(kubelet, gate):
    gate.touch()
    (program,) = kubelet.adapter.programs()
    os.kill(program, signal.SIGKILL)


def freeze_the_adapter(manifest):
    adapter = adapters.Adapter(manifest)
    try:
        with Kubelet(adapter) as kubelet:
            adapter.send(signal.SIGSTOP)
            kubelet.wait(lambda: kubelet.restarts, "restart")
            kubelet.must(kubelet.count("livenessProbe", False) == 3, "three failures before the restart")
            kubelet.must(not kubelet.ready, "a pod that got no requests meanwhile")
    finally:
        adapter.send(signal.SIGCONT)
        adapter.stop()


class Faults(unittest.TestCase):
    """All scenarios of all manifests at a time: they wait for most of theirs."""

    @classmethod
    def setUpClass(cls):
        wanted = [(name, manifest) for name, manifest in manifests.served() if not manifests.is_on_knative(manifest)]
        pool = concurrent.futures.ThreadPoolExecutor(2 * len(wanted))
        cls.addClassCleanup(pool.shutdown)
        cls.killed = {name: pool.submit(kill_the_program, manifest) for name, manifest in wanted}
        cls.frozen = {name: pool.submit(freeze_the_adapter, manifest) for name, manifest in wanted}

    def test_a_program_that_loads_again_costs_no_request_but_its_own_and_never_the_pod(self):
        self.check(self.killed)

    def test_an_adapter_that_hangs_is_restarted_after_three_probes(self):
        self.check(self.frozen)

    def check(self, runs):
        self.assertEqual(3, len(runs))
        for name, run in runs.items():
            with self.subTest(manifest=name):
                run.result()


if __name__ == "__main__":
    unittest.main()
