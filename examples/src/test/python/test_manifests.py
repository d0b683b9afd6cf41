"""Holds the manifests to the schemas of their objects, and to what the adapter, Kubernetes and Knative allow."""

import copy
import unittest

import manifests
import schemas

EACH = dict(manifests.load())
SERVED = manifests.served()
# Of Knative 1.13's drain: SIGTERM comes when there was no request for so long.
KNATIVE_DRAIN = 30
# What the adapter leaves the program to end, and keeps to spare; docs/configuration.md, --grace-period.
ENDING = 4 + 5


class Schemas(unittest.TestCase):
    def test_they_are_what_kubernetes_and_kserve_describe(self):
        self.assertEqual(6, len(EACH))
        for name, manifest in EACH.items():
            for version in schemas.KUBERNETES:
                with self.subTest(manifest=name, kubernetes=version):
                    self.assertEqual([], schemas.faults(manifest, version))

    def test_an_unknown_field_is_found_wherever_it_stands(self):
        for name, manifest in EACH.items():
            for number in range(len(list(manifests.objects(manifest)))):
                changed = copy.deepcopy(manifest)
                list(manifests.objects(changed))[number]["replica"] = 2
                with self.subTest(manifest=name, object=number):
                    (fault,) = schemas.faults(changed, schemas.KUBERNETES[0])
                    self.assertIn("'replica' was unexpected", fault)

    def test_a_value_of_another_type_is_found(self):
        for name, manifest in SERVED:
            changed = copy.deepcopy(manifest)
            manifests.container(changed)["livenessProbe"]["periodSeconds"] = "10s"
            with self.subTest(manifest=name):
                (fault,) = schemas.faults(changed, schemas.KUBERNETES[0])
                self.assertIn("livenessProbe.periodSeconds: '10s' is not of type", fault)


class Settings(unittest.TestCase):
    def test_every_variable_is_one_of_the_adapters(self):
        options = manifests.defaults()
        self.assertIn("ADAPTER_WARMUP", options)
        for name, manifest in SERVED:
            with self.subTest(manifest=name):
                self.assertLessEqual(set(manifests.environment(manifest)), set(options))

    def test_no_command_takes_the_place_of_the_adapter(self):
        for name, manifest in SERVED:
            with self.subTest(manifest=name):
                self.assertNotIn("command", manifests.container(manifest))

    def test_no_probe_ends_a_pod_whose_program_is_still_starting(self):
        for name, manifest in SERVED:
            start = manifests.setting(manifest, "ADAPTER_STARTUP_TIMEOUT")
            for kind in ("startupProbe", "livenessProbe"):
                probe = manifests.container(manifest).get(kind)
                if probe:
                    with self.subTest(manifest=name, probe=kind):
                        self.assertGreater(probe["periodSeconds"] * probe["failureThreshold"], start)

    def test_what_is_left_for_a_stop_suffices(self):
        for name, manifest in SERVED:
            drain = manifests.setting(manifest, "ADAPTER_DRAIN_TIMEOUT") + ENDING
            with self.subTest(manifest=name):
                if manifests.is_on_knative(manifest):
                    self.assertGreaterEqual(manifests.pod(manifest)["timeout"], KNATIVE_DRAIN + drain)
                else:
                    grace = manifests.pod(manifest)["terminationGracePeriodSeconds"]
                    self.assertGreaterEqual(grace, manifests.setting(manifest, "ADAPTER_GRACE_PERIOD"))
                    self.assertGreaterEqual(grace, 5 + drain)

    def test_a_request_may_take_as_long_as_the_adapter_lets_it(self):
        for name, manifest in SERVED:
            if manifests.is_on_knative(manifest):
                with self.subTest(manifest=name):
                    limit = manifests.pod(manifest)["timeout"]
                    self.assertGreater(limit, manifests.setting(manifest, "ADAPTER_REQUEST_TIMEOUT"))

    def test_knative_gets_nothing_that_it_refuses(self):
        on_knative = [(name, manifest) for name, manifest in SERVED if manifests.is_on_knative(manifest)]
        self.assertEqual(2, len(on_knative))
        for name, manifest in on_knative:
            with self.subTest(manifest=name):
                refused = {"terminationGracePeriodSeconds", "securityContext", "initContainers", "dnsPolicy"}
                self.assertEqual(set(), refused & set(manifests.pod(manifest)))
                self.assertEqual(set(), {"startupProbe", "lifecycle"} & set(manifests.container(manifest)))
                (port,) = manifests.container(manifest)["ports"]
                self.assertIn(port["name"], ("http1", "h2c"))

    def test_every_container_is_as_confined_as_it_can_be(self):
        for name, manifest in SERVED:
            with self.subTest(manifest=name):
                self.assertEqual(
                    {
                        "runAsNonRoot": True,
                        "runAsUser": 10001,
                        "allowPrivilegeEscalation": False,
                        "readOnlyRootFilesystem": True,
                        "capabilities": {"drop": ["ALL"]},
                        "seccompProfile": {"type": "RuntimeDefault"},
                    },
                    manifests.container(manifest)["securityContext"],
                )
                self.assertEqual([{"name": "tmp", "emptyDir": {}}], manifests.pod(manifest)["volumes"])

    def test_the_service_finds_the_pods_and_their_ports(self):
        deployment, service = EACH["deployment.yaml Deployment"], EACH["deployment.yaml Service"]
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        self.assertEqual(labels, service["spec"]["selector"])
        self.assertEqual(labels, deployment["spec"]["selector"]["matchLabels"])
        names = {port["name"] for port in manifests.container(deployment)["ports"]}
        self.assertEqual(names, {port["targetPort"] for port in service["spec"]["ports"]})


if __name__ == "__main__":
    unittest.main()
