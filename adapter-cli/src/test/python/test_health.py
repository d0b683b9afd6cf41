"""Health and reflection by Python's grpcio. The child ends when a call tells it to."""
import queue
import threading
import unittest

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from clients import Client, request

SERVICE = "caraml.upi.v1.UniversalPredictionService"
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVICE_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


class Health(Client):
    def setUp(self):
        super().setUp()
        self.health = health_pb2_grpc.HealthStub(self.channel)

    def check(self, service):
        return self.health.Check(health_pb2.HealthCheckRequest(service=service), timeout=20).status

    def watch(self, service):
        """The statuses as they come, on a thread of their own."""
        seen = queue.Queue()
        call = self.health.Watch(health_pb2.HealthCheckRequest(service=service))

        def read():
            try:
                for response in call:
                    seen.put(response.status)
            except grpc.RpcError as end:
                seen.put(end.code())

        threading.Thread(target=read, daemon=True).start()
        return call, lambda: seen.get(timeout=20), seen

    def test_what_is_served_is_serving(self):
        self.assertEqual(self.check(""), SERVING)
        self.assertEqual(self.check(SERVICE), SERVING)

    def test_what_is_unknown_is_not_found(self):
        self.refused(lambda: self.check("other"), grpc.StatusCode.NOT_FOUND, "other")
        call, next_status, _ = self.watch("other")
        self.assertEqual(next_status(), SERVICE_UNKNOWN)
        call.cancel()
        self.assertEqual(next_status(), grpc.StatusCode.CANCELLED)

    def test_who_watches_hears_of_each_change_and_of_nothing_else(self):
        _, next_status, seen = self.watch("")
        _, other_status, _ = self.watch(SERVICE)
        self.assertEqual(next_status(), SERVING)
        self.assertEqual(other_status(), SERVING)
        for _ in range(3):
            self.predict(request(["a"]))
        self.refused(lambda: self.predict(request(["a"], target='{"exit": 1}')), grpc.StatusCode.INTERNAL, "exit code 1")
        for status in (next_status, other_status):
            self.assertEqual(status(), NOT_SERVING)
            self.assertEqual(status(), SERVING)
        self.assertTrue(seen.empty())


class Reflection(Client):
    def test_all_services_are_listed_and_described(self):
        database = ProtoReflectionDescriptorDatabase(self.channel)
        self.assertLessEqual({SERVICE, "grpc.health.v1.Health"}, set(database.get_services()))
        described = database.FindFileContainingSymbol(SERVICE)
        self.assertEqual(described.service[0].method[0].name, "PredictValues")

    def test_one_stream_answers_many_questions_in_order(self):
        names = [SERVICE, "nothing.there", "caraml.upi.v1.Table", "grpc.health.v1.Health"] * 50
        questions = (reflection_pb2.ServerReflectionRequest(file_containing_symbol=name) for name in names)
        stub = reflection_pb2_grpc.ServerReflectionStub(self.channel)
        answers = list(stub.ServerReflectionInfo(questions, timeout=20))
        self.assertEqual([answer.original_request.file_containing_symbol for answer in answers], names)
        known = [answer.HasField("file_descriptor_response") for answer in answers]
        self.assertEqual(known, [name != "nothing.there" for name in names])


if __name__ == "__main__":
    unittest.main()
