"""Predictions by Python's grpcio and caraml-upi-protos, of a child that answers tables with themselves."""
import unittest

import grpc
import pandas as pd
from caraml.upi.utils import df_to_table, table_to_df
from caraml.upi.v1 import upi_pb2

from clients import Client, request


class Predictions(Client):
    def test_a_frame_of_pandas_comes_back_as_it_was(self):
        frame = pd.DataFrame(
            {
                "f": [1.5, -0.0, 1e308],
                "i": [2**63 - 1, -(2**63), 0],
                "s": ["a", "ü \u2028 \"", ""],
            },
            index=["x", "y", "z"],
        )
        response = self.predict(upi_pb2.PredictValuesRequest(prediction_table=df_to_table(frame, "features")))
        back, name = table_to_df(response.prediction_result_table)
        self.assertEqual(name, "features")
        pd.testing.assert_frame_equal(back, frame, check_dtype=False)
        self.assertEqual([int(cell) for cell in back["i"]], list(frame["i"]))

    def test_missing_numbers_are_nulls(self):
        frame = pd.DataFrame({"f": [1.5, float("nan")]})
        response = self.predict(upi_pb2.PredictValuesRequest(prediction_table=df_to_table(frame, "t")))
        self.assertTrue(response.prediction_result_table.rows[1].values[0].is_null)

    def test_what_is_not_a_number_keeps_its_kind(self):
        message = upi_pb2.PredictValuesRequest(prediction_table=df_to_table(pd.DataFrame({"f": [1.0, 2.0]}), "t"))
        message.prediction_table.rows[0].values[0].double_value = float("inf")
        message.prediction_table.rows[1].values[0].double_value = float("nan")
        rows = self.predict(message).prediction_result_table.rows
        self.assertEqual(rows[0].values[0].double_value, float("inf"))
        self.assertNotEqual(rows[1].values[0].double_value, rows[1].values[0].double_value)

    def test_the_metadata_of_the_request_comes_back(self):
        response = self.predict(request(["a"], target="price", prediction_id="p1"))
        self.assertEqual(response.target_name, "price")
        self.assertEqual(response.metadata.prediction_id, "p1")
        self.assertEqual([(model.name, model.version) for model in response.metadata.models], [("model", "1")])
        self.assertTrue(self.predict(request(["a"])).metadata.prediction_id)

    def test_the_ids_that_turing_sends_reach_the_program(self):
        message = request(["a"], target='{"header": "turing-req-id"}')
        response = self.predict(message, metadata=[("turing-req-id", "r1"), ("authorization", "secret")])
        self.assertEqual(response.prediction_result_table.rows[0].values[0].string_value, "r1")

    def test_the_programs_error_is_a_status_with_its_words(self):
        refuse = request(["a"], target='{"error": [422, "zu groß: 9 %"]}')
        self.refused(lambda: self.predict(refuse), grpc.StatusCode.INVALID_ARGUMENT, "zu groß: 9 %")
        fail = request(["a"], target='{"error": [500, "broken"]}')
        self.refused(lambda: self.predict(fail), grpc.StatusCode.INTERNAL, "broken")

    def test_a_deadline_ends_a_call_however_short(self):
        slow = request(["a"], target='{"sleep": 10000}')
        for timeout in (0.2, 0.0005, 0.00001):
            self.refused(lambda: self.predict(slow, timeout=timeout), grpc.StatusCode.DEADLINE_EXCEEDED)

    def test_rows_that_do_not_fit_are_named(self):
        message = request(["a", "b"])
        del message.prediction_table.rows[1].values[:]
        self.refused(lambda: self.predict(message), grpc.StatusCode.INVALID_ARGUMENT, "b")

    def test_a_method_that_is_not_there_is_unimplemented(self):
        call = self.channel.unary_unary("/caraml.upi.v1.UniversalPredictionService/Nothing")
        self.refused(lambda: call(b""), grpc.StatusCode.UNIMPLEMENTED, "Nothing")

    def test_what_is_no_message_is_an_invalid_argument(self):
        call = self.channel.unary_unary("/caraml.upi.v1.UniversalPredictionService/PredictValues")
        self.refused(lambda: call(b"\xff\xff"), grpc.StatusCode.INVALID_ARGUMENT)


class LargePredictions(Client):
    OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]

    def test_a_message_over_the_limit_is_told_the_limit(self):
        message = request(["x" * (17 << 20)])
        self.refused(lambda: self.predict(message), grpc.StatusCode.RESOURCE_EXHAUSTED, "--max-body")
        self.assertEqual(len(self.predict(request(["a"])).prediction_result_table.rows), 1)

    def test_a_thousand_rows_of_a_hundred_columns_come_back(self):
        frame = pd.DataFrame({"c%d" % i: [i + row / 8 for row in range(1000)] for i in range(100)})
        response = self.predict(upi_pb2.PredictValuesRequest(prediction_table=df_to_table(frame, "t")))
        back, _ = table_to_df(response.prediction_result_table)
        back.index = frame.index
        pd.testing.assert_frame_equal(back, frame)


class CompressedPredictions(Client):
    COMPRESSION = grpc.Compression.Gzip

    def test_a_compressed_message_is_read(self):
        rows = ["row %d" % i for i in range(1000)]
        response = self.predict(request(rows))
        self.assertEqual([row.row_id for row in response.prediction_result_table.rows], rows)


if __name__ == "__main__":
    unittest.main()
