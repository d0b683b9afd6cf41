"""Serves the model as each manifest configures it, by the real adapter, and asks what the manifest's probes ask."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request

import grpc

import manifests

ADAPTER = os.environ["ADAPTER"]
MODEL = manifests.ROOT / "examples/surge-pricing-python"
STARTING = 60
# It starts in half the time.
ONE_COMPILER = "-XX:TieredStopAtLevel=1"
SERVING = b"\x08\x01"
PREDICTION = b'{"instances": [["centre", 9, 3, 0, 12]]}'


def free_port():
    """None that the system gives to outgoing connections."""
    while True:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", random.randrange(15_000, 32_000)))
            return probe.getsockname()[1]


def get(port, path, body=None):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", body, timeout=20) as response:
        return response.status, response.read().decode()


class Adapter:
    """Configured by a manifest, but for the numbers of the ports."""

    def __init__(self, manifest):
        self.ports = {8080: free_port(), 9000: free_port()}
        ours = ("ADAPTER_", "CARAML_", "MERLIN_", "PUSHGATEWAY_", "K_", "KUBERNETES_", "WORKERS")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        environment |= manifests.environment(manifest)
        environment |= {"ADAPTER_HOST": "127.0.0.1", "ADAPTER_JAVA_OPTS": ONE_COMPILER}
        environment |= {"CARAML_HTTP_PORT": str(self.ports[8080]), "CARAML_GRPC_PORT": str(self.ports[9000])}
        # The image's CMD is what runs where the manifest has no args.
        args = manifests.container(manifest).get("args", ["python3", "predict.py"])
        self._log = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [ADAPTER, *args], cwd=MODEL, env=environment, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log
        )

    def await_port(self, port):
        deadline = time.monotonic() + STARTING
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.ports[port]), 1):
                return
            # Between two tries, so that they don't take the start's own time.
            time.sleep(0.05)
        raise AssertionError(f"port {port} stays closed:\n{self.log()}")

    def log(self):
        self._log.seek(0)
        return self._log.read()

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(30)
        finally:
            self._process.kill()
            self._log.close()


class Probes(unittest.TestCase):
    def test_every_probe_is_answered_by_the_adapter_that_the_manifest_configures(self):
        for name, manifest in manifests.served():
            with self.subTest(manifest=name):
                self.check(manifest)

    def check(self, manifest):
        container = manifests.container(manifest)
        adapter = Adapter(manifest)
        try:
            for port in container["ports"]:
                adapter.await_port(port["containerPort"])
            for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
                if kind in container:
                    with self.subTest(probe=kind):
                        self.ask(adapter, manifest, container[kind])
            self.predict(adapter, manifest)
            self.scrape(adapter, manifest)
        finally:
            log = adapter.log()
            self.assertEqual(0, adapter.stop(), log)
        self.assertNotIn(" WARN ", log)

    def ask(self, adapter, manifest, probe):
        if "grpc" in probe:
            port = adapter.ports[probe["grpc"]["port"]]
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                check = channel.unary_unary("/grpc.health.v1.Health/Check")
                self.assertEqual(SERVING, check(b"", timeout=20))
        else:
            asked = probe["httpGet"]
            status, _ = get(adapter.ports[manifests.port(manifest, asked["port"])], asked["path"])
            self.assertEqual(200, status)

    def predict(self, adapter, manifest):
        name = manifests.environment(manifest)["CARAML_MODEL_FULL_NAME"]
        if manifest["kind"] == "InferenceService":
            self.assertEqual(manifest["metadata"]["name"], name)
        if 8080 in [port["containerPort"] for port in manifests.container(manifest)["ports"]]:
            _, answer = get(adapter.ports[8080], f"/v1/models/{name}:predict", PREDICTION)
            self.assertIn('"multiplier": 1.4', answer)
        else:
            _, answer = get(adapter.ports[9000], "/v1/predict", (MODEL / "upi-request.json").read_bytes())
            self.assertIn("predictionResultTable", answer)

    def scrape(self, adapter, manifest):
        place = manifest["spec"].get("template", manifest)["metadata"]["annotations"]
        _, page = get(adapter.ports[int(place["prometheus.io/port"])], place["prometheus.io/path"])
        self.assertIn('adapter_workers_ready{model_name="surge-pricing"', page)


if __name__ == "__main__":
    unittest.main()
