"""Serves the model as each manifest configures it, by the real adapter, and asks what the manifest's probes ask."""

import re
import subprocess
import unittest

import adapters
import manifests

class Probes(unittest.TestCase):
    def test_every_probe_is_answered_by_the_adapter_that_the_manifest_configures(self):
        for name, manifest in manifests.served():
            with self.subTest(manifest=name):
                self.check(manifest)

    def check(self, manifest):
        container = manifests.container(manifest)
        adapter = adapters.Adapter(manifest)
        try:
            for port in container["ports"]:
                adapter.await_port(port["containerPort"])
            for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
                if kind in container:
                    with self.subTest(probe=kind):
                        self.assertTrue(adapter.ask(container[kind]))
            self.predict(adapter, manifest)
            self.scrape(adapter, manifest)
        finally:
            log = adapter.log()
            self.assertEqual(0, adapter.stop(), log)
        self.assertNotIn(" WARN ", log)

    def predict(self, adapter, manifest):
        answer = adapter.predict()
        if manifest["kind"] == "InferenceService":
            self.assertEqual(manifest["metadata"]["name"], manifests.environment(manifest)["CARAML_MODEL_FULL_NAME"])
        self.assertRegex(answer, '"multiplier": 1.4|predictionResultTable')

    def scrape(self, adapter, manifest):
        place = manifest["spec"].get("template", manifest)["metadata"]["annotations"]
        _, page = adapters.get(adapter.ports[int(place["prometheus.io/port"])], place["prometheus.io/path"])
        self.assertIn('adapter_workers_ready{model_name="surge-pricing"', page)


class Readme(unittest.TestCase):
    """Its commands, where port-forward is the machine's own loopback and the name space is called default."""

    KUBECTL = "kubectl() { [[ $1 == get && $3 == surge-pricing ]] && echo http://surge-pricing.default.example.com; }\n"

    def test_what_shows_that_it_works_gets_the_answer_of_the_page(self):
        page = (manifests.FOLDER / "README.md").read_text()
        forward, *calls = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
        (answer,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
        manifest, service = (dict(manifests.load())[f"deployment.yaml {kind}"] for kind in ("Deployment", "Service"))
        name, near, far = re.fullmatch(r"kubectl port-forward service/(\S+) (\d+):(\d+)\n", forward).groups()
        self.assertEqual(service["metadata"]["name"], name)
        (target,) = (port["targetPort"] for port in service["spec"]["ports"] if port["port"] == int(far))
        adapter = adapters.Adapter(manifest)
        try:
            adapter.await_port(8080)
            port = adapter.ports[manifests.port(manifest, target)]
            self.assertEqual(2, len(calls))
            for call in calls:
                self.assertIn(f"localhost:{near}/", call)
                call = self.KUBECTL + call.replace(f"localhost:{near}/", f"127.0.0.1:{port}/").replace("curl ", "curl -v ", 1)
                done = subprocess.run(["bash", "-c", call], capture_output=True, text=True, timeout=60, check=True)
                self.assertEqual(answer.strip(), done.stdout.strip())
            self.assertIn("Host: surge-pricing.default.example.com", done.stderr)
        finally:
            adapter.stop()


if __name__ == "__main__":
    unittest.main()
