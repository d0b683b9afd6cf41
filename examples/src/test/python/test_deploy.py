"""Runs examples/merlin/deploy.py, and the code of the page, with the SDK that they name against a Merlin that records."""

import ast
import contextlib
import inspect
import io
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
import warnings

warnings.simplefilter("ignore")

import merlin  # noqa: E402

from fake_merlin import RESOURCES, FakeMerlin  # noqa: E402

ROOT = pathlib.Path(__file__).parents[4]
SCRIPT = ROOT / "examples/merlin/deploy.py"
PAGE = ROOT / "docs/deploy-on-merlin.md"
README = ROOT / "examples/merlin/README.md"
REQUIREMENTS = ROOT / "examples/merlin/requirements.txt"
VERSION = "/models/7/versions/1"
# What an environment says of resources, and a deployment asks for.
RESOURCES_ASKED = ("min_replica", "max_replica", "cpu_request", "memory_request")
ARGS = "--workers=2 -- python3 predict.py --title 'rush hour'"

sys.path.insert(0, str(SCRIPT.parent))

import deploy  # noqa: E402


def block(page, language):
    """The last fenced block of this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)[-1]


def calls(source):
    """What `source` calls of the SDK, each with the nodes of its arguments."""
    tree = ast.parse(source)
    names = {"merlin": merlin}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("merlin"):
            module = __import__(node.module, fromlist=["*"])
            names |= {one.name: getattr(module, one.name) for one in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            path = ast.unparse(node.func).split(".")
            if path[0] in names:
                called = names[path[0]]
                for name in path[1:]:
                    called = getattr(called, name)
                yield node, called


class Deploy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        shutil.copytree(ROOT / "examples/surge-pricing-python/artifact", f"{self.folder}/artifact")

    def fake(self, **how):
        fake = FakeMerlin(self.folder, **how)
        self.addCleanup(fake.close)
        return fake

    def run_script(self, fake, *more):
        """What it has printed last."""
        printed = io.StringIO()
        arguments = [f"--url={fake.url}", "--no-google-auth", "--project=rides", "--model=surge-pricing"]
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            deploy.main([*arguments, "--image=registry.example.com/surge:1", *more])
        return printed.getvalue().splitlines()[-1]

    def test_every_call_fits_a_signature_of_the_installed_sdk(self):
        for source in (SCRIPT.read_text(), block(PAGE, "python")):
            checked = set()
            for node, called in calls(source):
                keywords = {keyword.arg: None for keyword in node.keywords}
                with self.subTest(call=ast.unparse(node)):
                    inspect.signature(called).bind(*[None] * len(node.args), **keywords)
                checked.add(ast.unparse(node.func))
            self.assertLessEqual(
                {
                    "merlin.set_url",
                    "merlin.set_project",
                    "merlin.set_model",
                    "merlin.new_model_version",
                    "merlin.log_custom_model",
                    "merlin.deploy",
                },
                checked,
            )

    def test_a_call_that_fits_no_signature_is_found(self):
        ((node, called),) = calls("import merlin\nmerlin.deploy(protocols=1)")
        with self.assertRaisesRegex(TypeError, "protocols"):
            inspect.signature(called).bind(**{keyword.arg: None for keyword in node.keywords})

    def test_what_the_page_says_of_the_sdk_in_passing_is_so(self):
        for called, names in {
            merlin.serve_traffic: {"traffic_rule"},
            merlin.undeploy: {"model_version"},
            merlin.deploy: {"autoscaling_policy", "env_vars"},
            merlin.AutoscalingPolicy: {"metrics_type", "target_value"},
            merlin.ResourceRequest: {"liveness_probe", "readiness_probe"},
        }.items():
            self.assertLessEqual(names, set(inspect.signature(called).parameters))
        self.assertEqual("cpu_limit", list(inspect.signature(merlin.ResourceRequest).parameters)[3])
        self.assertEqual("concurrency", merlin.MetricsType.CONCURRENCY.value)

    def test_the_lists_of_packages_agree(self):
        installed = (ROOT / "examples/src/test/python/requirements.txt").read_text()
        (sdk,) = [line for line in REQUIREMENTS.read_text().splitlines() if line.startswith("merlin-sdk")]
        self.assertIn(f"{sdk}\n", installed)
        self.assertEqual(sdk, f"merlin-sdk=={merlin.__version__}")

    def test_image_and_args_are_logged_and_no_command(self):
        fake = self.fake()
        self.run_script(fake, f"--args={ARGS}")
        self.assertEqual({"name": "surge-pricing", "type": "custom"}, fake.body("POST", "/projects/3/models"))
        self.assertEqual(
            {"image": "registry.example.com/surge:1", "command": "", "args": ARGS},
            fake.body("PATCH", VERSION)["custom_predictor"],
        )
        self.assertFalse(fake.authorized)

    def test_the_folder_becomes_the_artifact_beside_the_properties(self):
        fake = self.fake()
        self.run_script(fake, f"--artifact={self.folder}/artifact", f"--args={ARGS}")
        coefficients = (ROOT / "examples/surge-pricing-python/artifact/coefficients.json").read_text()
        self.assertEqual(coefficients, fake.artifact("coefficients.json"))
        self.assertEqual(
            f"image = registry.example.com/surge:1\ncommand = \nargs = {ARGS}\n", fake.artifact("model.properties")
        )

    def test_http_json_is_deployed_with_the_environments_resources(self):
        fake = self.fake()
        url = self.run_script(fake)
        self.assertEqual(
            "http://surge-pricing-1.rides.models.example.com/v1/models/surge-pricing-1:predict", url
        )
        asked = fake.body("POST", f"{VERSION}/endpoint")
        self.assertEqual(
            ("HTTP_JSON", "serverless", "staging"),
            (asked["protocol"], asked["deployment_mode"], asked["environment_name"]),
        )
        self.assertEqual([], asked["env_vars"])
        for name in RESOURCES_ASKED:
            self.assertEqual(RESOURCES[name], asked["resource_request"][name])

    def test_upi_v1_is_deployed_as_asked(self):
        fake = self.fake()
        host = self.run_script(
            fake,
            "--protocol=UPI_V1",
            "--raw",
            "--memory=1Gi",
            "--cpu=2",
            "--env=WORKERS=2",
            "--env=ADAPTER_WARMUP=@request.json",
        )
        self.assertEqual("surge-pricing-1.rides.models.example.com", host)
        asked = fake.body("POST", f"{VERSION}/endpoint")
        self.assertEqual(("UPI_V1", "raw_deployment"), (asked["protocol"], asked["deployment_mode"]))
        self.assertEqual(
            [{"name": "WORKERS", "value": "2"}, {"name": "ADAPTER_WARMUP", "value": "@request.json"}],
            asked["env_vars"],
        )
        self.assertEqual(
            ("2", "1Gi"), (asked["resource_request"]["cpu_request"], asked["resource_request"]["memory_request"])
        )

    def test_a_failed_deployment_is_no_success(self):
        with self.assertRaises(SystemExit) as ended:
            self.run_script(self.fake(outcome="failed"))
        self.assertIn("surge-pricing version 1 was not deployed: the reason is in the history", str(ended.exception))

    def test_an_unknown_environment_is_named(self):
        with self.assertRaises(SystemExit) as ended:
            self.run_script(self.fake(), "--environment=moon")
        self.assertEqual("Merlin has no environment moon", str(ended.exception))

    def test_the_code_of_the_page_deploys(self):
        fake = self.fake()
        address = '"https://merlin.example.com/api/merlin"'
        source = block(PAGE, "python")
        self.assertIn(address, source)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            exec(source.replace(address, f'"{fake.url}", use_google_oauth=False'), {})  # noqa: S102
        self.assertIn("http://surge-pricing-1.rides.models.example.com", printed.getvalue())
        self.assertEqual("", fake.body("PATCH", VERSION)["custom_predictor"]["command"])

    def test_the_command_of_the_readme_deploys(self):
        fake = self.fake()
        command = shlex.split(block(README, "bash").replace("\\\n", " "))
        self.assertIn("--url=https://merlin.example.com/api/merlin", command)
        command[0] = sys.executable
        command[command.index("--url=https://merlin.example.com/api/merlin")] = f"--url={fake.url}"
        shutil.copytree(ROOT / "examples/merlin", f"{self.folder}/examples/merlin")
        shutil.copytree(f"{self.folder}/artifact", f"{self.folder}/examples/surge-pricing-python/artifact")
        ended = subprocess.run(
            [*command, "--no-google-auth"], cwd=self.folder, capture_output=True, text=True, timeout=90, check=False
        )
        self.assertEqual(0, ended.returncode, ended.stdout + ended.stderr)
        self.assertIn("http://surge-pricing-1.rides.models.example.com", ended.stdout.splitlines()[-1])
        self.assertIn("-- python3 predict.py", fake.body("PATCH", VERSION)["custom_predictor"]["args"])


if __name__ == "__main__":
    unittest.main()
