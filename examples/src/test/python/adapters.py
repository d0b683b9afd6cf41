"""The real adapter, serving the model as a manifest configures it."""

import contextlib
import os
import pathlib
import random
import signal
import socket
import subprocess
import tempfile
import time
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
# The image's CMD is what runs where the manifest has no args.
PROGRAM = ["python3", "predict.py"]


def free_port():
    """None that the system gives to outgoing connections."""
    while True:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", random.randrange(15_000, 32_000)))
            return probe.getsockname()[1]


def get(port, path, body=None, timeout=20):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", body, timeout=timeout) as response:
        return response.status, response.read().decode()


class Adapter:
    """Configured by a manifest, but for the numbers of the ports."""

    def __init__(self, manifest, program=PROGRAM):
        self.manifest = manifest
        self.ports = {8080: free_port(), 9000: free_port()}
        ours = ("ADAPTER_", "CARAML_", "MERLIN_", "PUSHGATEWAY_", "K_", "KUBERNETES_", "WORKERS")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        environment |= manifests.environment(manifest)
        environment |= {"ADAPTER_HOST": "127.0.0.1", "ADAPTER_JAVA_OPTS": ONE_COMPILER}
        environment |= {"CARAML_HTTP_PORT": str(self.ports[8080]), "CARAML_GRPC_PORT": str(self.ports[9000])}
        args = manifests.container(manifest).get("args", program)
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

    def programs(self):
        """The processes that it has started."""
        threads = pathlib.Path(f"/proc/{self._process.pid}/task").iterdir()
        return [int(child) for thread in threads for child in (thread / "children").read_text().split()]

    def send(self, number):
        self._process.send_signal(number)

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(30)
        finally:
            self._process.kill()
            self._log.close()

    def ask(self, probe, timeout=20):
        """What a probe of the manifest says: whether all is well, or the exception of who gets no answer."""
        if "grpc" in probe:
            with grpc.insecure_channel(f"127.0.0.1:{self.ports[probe['grpc']['port']]}") as channel:
                check = channel.unary_unary("/grpc.health.v1.Health/Check")
                return check(b"", timeout=timeout) == SERVING
        asked = probe["httpGet"]
        status, _ = get(self.ports[manifests.port(self.manifest, asked["port"])], asked["path"], timeout=timeout)
        return status == 200

    def predict(self, timeout=20):
        """The answer to a prediction, by the protocol that the manifest chooses."""
        name = manifests.environment(self.manifest)["CARAML_MODEL_FULL_NAME"]
        if 8080 in [port["containerPort"] for port in manifests.container(self.manifest)["ports"]]:
            return get(self.ports[8080], f"/v1/models/{name}:predict", PREDICTION, timeout)[1]
        return get(self.ports[9000], "/v1/predict", (MODEL / "upi-request.json").read_bytes(), timeout)[1]
