"""Predictions of a child that gets its tables as Arrow and sends them back."""
import json
import random
import struct
import unittest
import urllib.request

import grpc
from caraml.upi.v1 import table_pb2, type_pb2, upi_pb2

from clients import ADDRESS, Client

TYPES = {"f": type_pb2.TYPE_DOUBLE, "i": type_pb2.TYPE_INTEGER, "s": type_pb2.TYPE_STRING}
EXTREMES = {
    "f": [0.1, -0.0, 1e308, 5e-324, 2.2250738585072014e-308, 9007199254740993.0, 0.30000000000000004, float("inf")],
    "i": [2**63 - 1, -(2**63), 0, 2**53 + 1, -1],
    "s": ["", "é \u2028 😀 \"", "x" * 5000, "\0\n"],
}


def value(kind, random):
    if random.random() < 0.1:
        return table_pb2.Value(is_null=True)
    if kind == "f":
        drawn = struct.unpack("d", random.randbytes(8))[0]
        number = drawn if drawn == drawn and random.random() < 0.5 else random.choice(EXTREMES["f"])
        return table_pb2.Value(double_value=number)
    if kind == "i":
        drawn = random.choice([random.getrandbits(63) - 2**62, random.choice(EXTREMES["i"])])
        return table_pb2.Value(integer_value=drawn)
    return table_pb2.Value(string_value=random.choice(EXTREMES["s"]))


def table(seed, rows, kinds):
    drawn = random.Random(seed)
    columns = [table_pb2.Column(name=f"é{i}", type=TYPES[kind]) for i, kind in enumerate(kinds)]
    return table_pb2.Table(
        name=f"table {seed}",
        columns=columns,
        rows=[
            table_pb2.Row(row_id=f"{seed} {i}", values=[value(kind, drawn) for kind in kinds]) for i in range(rows)
        ],
    )


def asked(sent, target=""):
    return upi_pb2.PredictValuesRequest(prediction_table=sent, target_name=target)


class Tables(Client):
    OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]

    def test_every_value_comes_back_as_it_was(self):
        for seed, (rows, kinds) in enumerate([(1, "f"), (9, "fis"), (100, "sfifsi"), (0, "fis"), (1000, "f" * 100)]):
            sent = table(seed, rows, kinds)
            self.assertEqual(self.predict(asked(sent)).prediction_result_table, sent)

    def test_many_calls_at_a_time_get_their_own_tables(self):
        for seed in range(0, 600, 60):
            sent = [table(i, i % 50, "fis"[: 1 + i % 3] * (1 + i % 7)) for i in range(seed, seed + 60)]
            calls = [self.stub.PredictValues.future(asked(each), timeout=60) for each in sent]
            for call, each in zip(calls, sent):
                self.assertEqual(call.result().prediction_result_table, each)

    def test_as_json_it_is_the_same_table(self):
        columns = [{"name": "km", "type": "TYPE_DOUBLE"}]
        rows = [{"rowId": "a", "values": [{"doubleValue": 0.1}]}, {"rowId": "b", "values": [{"isNull": True}]}]
        sent = {"name": "t", "columns": columns, "rows": rows}
        body = json.dumps({"predictionTable": sent}).encode()
        with urllib.request.urlopen(f"http://{ADDRESS}/v1/predict", body, timeout=20) as answer:
            self.assertEqual(json.load(answer)["predictionResultTable"], sent)


class Faults(Client):
    """For a child that can also do it wrong."""

    def test_a_reply_may_have_its_table_as_json(self):
        sent = table_pb2.Table(
            name="t",
            columns=[table_pb2.Column(name="x", type=type_pb2.TYPE_DOUBLE)],
            rows=[table_pb2.Row(row_id="a", values=[table_pb2.Value(double_value=0.1)])],
        )
        self.assertEqual(self.predict(asked(sent, "json")).prediction_result_table, sent)

    def test_a_stream_that_cannot_be_used_says_what_to_write(self):
        wrong = asked(table(1, 3, "f"), "compressed")
        self.refused(lambda: self.predict(wrong), grpc.StatusCode.INTERNAL, "without compression")
        sent = table(2, 3, "f")
        self.assertEqual(self.predict(asked(sent)).prediction_result_table, sent)

    def test_a_payload_of_another_size_replaces_the_program(self):
        wrong = asked(table(1, 3, "f"), "short")
        self.refused(lambda: self.predict(wrong), grpc.StatusCode.INTERNAL, "comes no newline")
        sent = table(2, 3, "f")
        back = self.predict(asked(sent), wait_for_ready=True, timeout=60)
        self.assertEqual(back.prediction_result_table, sent)


if __name__ == "__main__":
    unittest.main()
