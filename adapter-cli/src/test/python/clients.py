"""What the clients have in common. ADDRESS is where the adapter serves UPI_V1."""
import os
import unittest

import grpc
from caraml.upi.v1 import table_pb2, type_pb2, upi_pb2, upi_pb2_grpc

ADDRESS = os.environ["ADDRESS"]


def request(rows, target="", **metadata):
    """One row for each name, with a value that depends on it."""
    table = table_pb2.Table(
        name="t",
        columns=[table_pb2.Column(name="value", type=type_pb2.TYPE_STRING)],
        rows=[table_pb2.Row(row_id=row, values=[table_pb2.Value(string_value="value of " + row)]) for row in rows],
    )
    return upi_pb2.PredictValuesRequest(
        prediction_table=table, target_name=target, metadata=upi_pb2.RequestMetadata(**metadata)
    )


class Client(unittest.TestCase):
    """A channel of its own for each test."""

    OPTIONS = []
    COMPRESSION = None

    def setUp(self):
        self.channel = grpc.insecure_channel(ADDRESS, options=self.OPTIONS, compression=self.COMPRESSION)
        self.stub = upi_pb2_grpc.UniversalPredictionServiceStub(self.channel)

    def tearDown(self):
        self.channel.close()

    def predict(self, message, **options):
        return self.stub.PredictValues(message, timeout=options.pop("timeout", 20), **options)

    def refused(self, call, status, *words):
        with self.assertRaises(grpc.RpcError) as raised:
            call()
        self.assertEqual(raised.exception.code(), status, raised.exception.details())
        for word in words:
            self.assertIn(word, raised.exception.details())
