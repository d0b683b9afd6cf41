"""Holds the manifests to the schemas of their objects, and to what the adapter, Kubernetes and Knative allow."""

import copy
import unittest

import manifests
import schemas

EACH = dict(manifests.load())
SERVED = manifests.served()
# Of Knative 1.13's drain: SIGTERM comes when there was no request for so long.
KNATIVE_DRAIN = 30
# How much of a target Knative aims at (container-concurrency-target-percentage).
KNATIVE_UTILIZATION = 0.7
# What the adapter leaves the program to end, and keeps to spare; docs/configuration.md, --grace-period.
ENDING = 4 + 5
# What it waits for load balancers on Kubernetes; --drain-delay.
BALANCERS = 5


class Schemas(unittest.TestCase):
    def test_they_are_what_kubernetes_and_kserve_describe(self):
        self.assertEqual(11, len(EACH))
        for name, manifest in EACH.items():
            for version in schemas.KUBERNETES:
                with self.subTest(manifest=name, kubernetes=version):
                    self.assertEqual([], schemas.faults(manifest, version))

    def test_a_grpc_probe_without_a_service_is_found_as_kserve_finds_it(self):
        for probe in ("startupProbe", "readinessProbe"):
            changed = copy.deepcopy(EACH["raw-grpc.yaml InferenceService"])
            del manifests.container(changed)[probe]["grpc"]["service"]
            for version in schemas.KUBERNETES:
                with self.subTest(probe=probe, kubernetes=version):
                    (fault,) = schemas.faults(changed, version)
                    self.assertIn(f"{probe}.grpc.service: None is not of type 'string'", fault)

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

    def test_no_probe_ends_a_pod_whose_program_is_still_starting_for_the_first_time(self):
        for name, manifest in SERVED:
            start = manifests.setting(manifest, "ADAPTER_STARTUP_TIMEOUT")
            # The port is closed meanwhile. Where there is a probe of the start, the other one waits for it.
            container = manifests.container(manifest)
            probe = container.get("startupProbe", container["livenessProbe"])
            with self.subTest(manifest=name):
                self.assertGreater(probe["periodSeconds"] * probe["failureThreshold"], start)
                self.assertEqual(manifests.is_on_knative(manifest), probe is container["livenessProbe"])

    def test_where_no_probe_connects_only_the_port_stays_open_and_a_hung_adapter_is_gone_within_a_minute(self):
        off_knative = [(name, manifest) for name, manifest in SERVED if not manifests.is_on_knative(manifest)]
        self.assertEqual(3, len(off_knative))
        for name, manifest in off_knative:
            container = manifests.container(manifest)
            liveness = container["livenessProbe"]
            seen = liveness["periodSeconds"] * liveness["failureThreshold"] + liveness["timeoutSeconds"]
            with self.subTest(manifest=name):
                for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                    self.assertTrue({"httpGet", "grpc"} & set(container[probe]), probe)
                self.assertGreaterEqual(manifests.setting(manifest, "ADAPTER_UNREADY_GRACE"), 3600)
                self.assertLessEqual(seen + liveness["terminationGracePeriodSeconds"], 60)
                self.assertEqual(1, container["startupProbe"]["periodSeconds"])
                self.assertEqual(3, container["readinessProbe"]["failureThreshold"])

    def test_a_stop_has_time_for_a_request_as_long_as_the_adapter_lets_it_take(self):
        for name, manifest in SERVED:
            request = manifests.setting(manifest, "ADAPTER_REQUEST_TIMEOUT")
            grace = manifests.setting(manifest, "ADAPTER_GRACE_PERIOD")
            with self.subTest(manifest=name):
                if manifests.is_on_knative(manifest):
                    # Whoever called before the drain has got an answer by its end.
                    self.assertGreaterEqual(KNATIVE_DRAIN, request)
                    self.assertGreaterEqual(manifests.pod(manifest)["timeout"], KNATIVE_DRAIN + grace)
                else:
                    self.assertEqual(grace, manifests.pod(manifest)["terminationGracePeriodSeconds"])
                    self.assertGreaterEqual(grace, BALANCERS + request + ENDING)

    def test_a_request_may_take_as_long_as_the_adapter_lets_it(self):
        for name, manifest in SERVED:
            if manifests.is_on_knative(manifest):
                with self.subTest(manifest=name):
                    limit = manifests.pod(manifest)["timeout"]
                    self.assertGreater(limit, manifests.setting(manifest, "ADAPTER_REQUEST_TIMEOUT"))

    def test_knative_gets_nothing_that_it_refuses(self):
        on_knative = [(name, manifest) for name, manifest in SERVED if manifests.is_on_knative(manifest)]
        self.assertEqual(3, len(on_knative))
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
                # One on disk would keep a node from being drained, and none is needed.
                self.assertNotIn("volumes", manifests.pod(manifest))

    def test_the_service_finds_the_pods_and_their_ports(self):
        deployment, service = EACH["deployment.yaml Deployment"], EACH["deployment.yaml Service"]
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        self.assertEqual(labels, service["spec"]["selector"])
        self.assertEqual(labels, deployment["spec"]["selector"]["matchLabels"])
        names = {port["name"] for port in manifests.container(deployment)["ports"]}
        self.assertEqual(names, {port["targetPort"] for port in service["spec"]["ports"]})


class Scaling(unittest.TestCase):
    """What grows and shrinks is one of the manifests, and what is scraped has the labels that rules and dashboard go by."""

    def test_each_autoscaler_names_the_deployment_and_never_takes_the_last_pod_away(self):
        deployment = EACH["deployment.yaml Deployment"]
        wanted = {"apiVersion": deployment["apiVersion"], "kind": "Deployment", "name": deployment["metadata"]["name"]}
        hpa = EACH["hpa.yaml HorizontalPodAutoscaler"]["spec"]
        keda = EACH["keda.yaml ScaledObject"]["spec"]
        self.assertEqual(wanted, hpa["scaleTargetRef"])
        self.assertEqual({"name": wanted["name"]}, keda["scaleTargetRef"])
        self.assertEqual(deployment["spec"]["replicas"], hpa["minReplicas"])
        self.assertEqual(hpa["minReplicas"], keda["minReplicaCount"])
        self.assertEqual(hpa["maxReplicas"], keda["maxReplicaCount"])
        self.assertIn("cpu", manifests.container(deployment)["resources"]["requests"])

    def test_both_aim_at_as_many_open_requests_as_a_pod_has_workers(self):
        (pods, cpu) = EACH["hpa.yaml HorizontalPodAutoscaler"]["spec"]["metrics"]
        (open_requests, cpu_of_keda) = EACH["keda.yaml ScaledObject"]["spec"]["triggers"]
        workers = manifests.environment(EACH["deployment.yaml Deployment"]).get("WORKERS", "1")
        self.assertEqual(workers, pods["pods"]["target"]["averageValue"])
        self.assertEqual(workers, open_requests["metadata"]["threshold"])
        self.assertEqual(cpu["resource"]["target"]["averageUtilization"], int(cpu_of_keda["metadata"]["value"]))

    def test_knative_sends_a_pod_more_than_it_aims_at_and_as_much_as_keeps_all_workers_busy(self):
        manifest = EACH["knative.yaml InferenceService"]
        predictor, workers = manifests.pod(manifest), int(manifests.environment(manifest)["WORKERS"])
        self.assertEqual("concurrency", predictor["scaleMetric"])
        self.assertAlmostEqual(workers, KNATIVE_UTILIZATION * predictor["scaleTarget"], delta=0.2)
        self.assertGreater(predictor["containerConcurrency"], predictor["scaleTarget"])
        self.assertGreaterEqual(float(manifests.container(manifest)["resources"]["requests"]["cpu"]), workers)

    def test_what_is_scraped_is_a_port_of_the_manifests_and_gets_the_labels_of_the_rules(self):
        service = EACH["deployment.yaml Service"]
        (monitored,) = EACH["servicemonitor.yaml ServiceMonitor"]["spec"]["endpoints"]
        (pods,) = EACH["podmonitor.yaml PodMonitor"]["spec"]["podMetricsEndpoints"]
        selected = EACH["servicemonitor.yaml ServiceMonitor"]["spec"]["selector"]["matchLabels"]
        self.assertEqual(service["metadata"]["labels"], selected)
        self.assertIn(monitored["port"], [port["name"] for port in service["spec"]["ports"]])
        raw = manifests.container(EACH["raw.yaml InferenceService"])
        self.assertIn(pods["portNumber"], [port["containerPort"] for port in raw["ports"]])
        for endpoint in (monitored, pods):
            labels = {
                each["targetLabel"]: each.get("replacement", each.get("sourceLabels"))
                for each in endpoint["relabelings"]
            }
            self.assertEqual({"job": "merlin-adapter", "instance": ["__meta_kubernetes_pod_name"]}, labels)


if __name__ == "__main__":
    unittest.main()
