"""Merlin's API, as much of it as a deployment asks for, over loopback; its artifacts are in a folder."""

import http.server
import json
import re
import threading
import urllib.parse
import uuid

from mlflow.tracking import MlflowClient

# What its Go code sends for a field that has no value is null, or empty text.
RESOURCES = {
    "min_replica": 0,
    "max_replica": 2,
    "cpu_request": "500m",
    "cpu_limit": None,
    "memory_request": "512Mi",
    "gpu_name": "",
    "gpu_request": "0",
}


# The one that a new store of MLflow has.
EXPERIMENT = "0"


class FakeMerlin:
    """Close it to stop it. `requests` has method, path and body of each request that changes something."""

    def __init__(self, folder, project="rides", outcome="running"):
        self.folder = folder
        self.project = project
        self.outcome = outcome
        self.requests = []
        self.models = []
        self.versions = []
        self.endpoints = []
        self.authorized = False
        self._mlflow = MlflowClient(self.tracking)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}/api/merlin"

    @property
    def tracking(self):
        return f"file://{self.folder}/mlruns"

    def artifact(self, name):
        """What the storage initializer would lay into /mnt/models."""
        _, _, path = self.versions[-1]["artifact_uri"].partition("file://")
        with open(f"{path}/model/{name}", encoding="utf-8") as file:
            return file.read()

    def body(self, method, path):
        """The body of the only such request."""
        (found,) = [body for was, where, body in self.requests if (was, where) == (method, path)]
        return found

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method, path, body):
        """Status and body."""
        if method != "GET":
            self.requests.append((method, path, body))
        for route, answer in self._routes().items():
            found = re.fullmatch(route, f"{method} {path}")
            if found:
                return (201 if method == "POST" else 200), answer(body)
        return 404, {"error": f"{method} {path}"}

    def _routes(self):
        version = "/models/7/versions/1"
        return {
            "GET /environments": lambda _: [self._environment()],
            "GET /projects": lambda _: [{"id": 3, "name": self.project, "mlflow_tracking_url": self.tracking}],
            "GET /projects/3/models": lambda _: self.models,
            "POST /projects/3/models": self._new_model,
            "POST /models/7/versions": self._new_version,
            f"PATCH {version}": self._patch_version,
            f"GET {version}/endpoint": lambda _: self.endpoints,
            f"POST {version}/endpoint": self._new_endpoint,
            f"GET {version}/endpoint/[^/]+": lambda _: self._deployed(),
        }

    def _environment(self):
        return {"id": 1, "name": "staging", "cluster": "blue", "is_default": True, "default_resource_request": RESOURCES}

    def _new_model(self, body):
        model = {**body, "id": 7, "project_id": 3, "endpoints": []}
        self.models.append(model)
        return model

    def _new_version(self, body):
        run = self._mlflow.create_run(EXPERIMENT)
        version = {
            **body,
            "id": 1,
            "model_id": 7,
            "mlflow_run_id": run.info.run_id,
            "artifact_uri": run.info.artifact_uri,
            "endpoints": None,
            "custom_predictor": None,
        }
        self.versions.append(version)
        return version

    def _patch_version(self, body):
        self.versions[-1]["custom_predictor"] = body["custom_predictor"]
        return self.versions[-1]

    def _new_endpoint(self, body):
        endpoint = {**body, "id": str(uuid.uuid4()), "version_id": 1, "status": "pending", "url": "", "message": ""}
        endpoint["environment"] = self._environment()
        self.endpoints.append(endpoint)
        return endpoint

    def _deployed(self):
        endpoint = self.endpoints[-1]
        endpoint["status"] = self.outcome
        if self.outcome == "running":
            name = f"{self.models[-1]['name']}-1"
            host = f"{name}.{self.project}.models.example.com"
            endpoint["url"] = host if endpoint["protocol"] == "UPI_V1" else f"http://{host}/v1/models/{name}:predict"
        return endpoint

    def _handler(self):
        merlin = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def _serve(self):
                merlin.authorized = merlin.authorized or "Authorization" in self.headers
                length = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(length)) if length else None
                path = urllib.parse.urlsplit(self.path).path.removeprefix("/api/merlin/v1")
                status, answer = merlin.answer(self.command, path, body)
                sent = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=UTF-8")
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            do_GET = do_POST = do_PATCH = do_PUT = _serve

            def log_message(self, *_):
                pass

        return Handler
