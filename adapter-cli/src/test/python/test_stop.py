"""What callers see of a stop, which the test itself asks for; ADAPTER_PID is the process to stop."""
import os
import re
import signal
import time
import unittest
import urllib.request

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from clients import ADDRESS, Client, request


class Stop(Client):
    def await_in_flight(self, count):
        expected = re.compile(r"^adapter_in_flight\{.*} %d\.0$" % count, re.MULTILINE)
        until = time.monotonic() + 20
        while not expected.search(urllib.request.urlopen("http://%s/metrics" % ADDRESS).read().decode()):
            self.assertLess(time.monotonic(), until, "%d calls in flight" % count)

    def test_who_watches_hears_of_a_stop_and_calls_under_way_are_answered(self):
        watch = health_pb2_grpc.HealthStub(self.channel).Watch(health_pb2.HealthCheckRequest())
        self.assertEqual(next(watch).status, health_pb2.HealthCheckResponse.SERVING)
        slow = [self.stub.PredictValues.future(request(["r%d" % i], target='{"sleep": 1500}')) for i in range(10)]
        self.await_in_flight(len(slow))
        os.kill(int(os.environ["ADAPTER_PID"]), signal.SIGTERM)
        self.assertEqual(next(watch).status, health_pb2.HealthCheckResponse.NOT_SERVING)
        for i, call in enumerate(slow):
            self.assertEqual(call.result(timeout=20).prediction_result_table.rows[0].row_id, "r%d" % i)
        with self.assertRaises(grpc.RpcError) as ended:
            next(watch)
        self.assertEqual(ended.exception.code(), grpc.StatusCode.UNAVAILABLE)


if __name__ == "__main__":
    unittest.main()
