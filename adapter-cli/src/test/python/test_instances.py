"""The surge-pricing example, which knows nothing of UPI: each row of a frame is an instance to it."""
import unittest

import grpc
import pandas as pd
from caraml.upi.utils import df_to_table, table_to_df
from caraml.upi.v1 import upi_pb2

from clients import Client

RIDES = pd.DataFrame(
    {
        "zone": ["stadium", "airport", "centre"],
        "requests": [48, 20, 9],
        "drivers": [15, 30, 3],
        "rain_mm": [3.5, 0, 0.8],
        "hour": [18.5, 14, 8.25],
    },
    index=["c", "a", "b"],
)


class Instances(Client):
    def ask(self, frame):
        return self.predict(upi_pb2.PredictValuesRequest(prediction_table=df_to_table(frame, "rides")))

    def test_each_key_of_its_predictions_is_a_column(self):
        prices, name = table_to_df(self.ask(RIDES).prediction_result_table)
        self.assertEqual(name, "rides")
        self.assertEqual(list(prices.columns), ["multiplier", "reason"])
        self.assertEqual(prices["multiplier"].to_dict(), {"c": 2.7, "a": 1.0, "b": 1.7})
        self.assertEqual(prices["reason"]["a"], "demand x0.81, airport x0.90")

    def test_a_row_that_it_refuses_is_told_in_its_words(self):
        bad = RIDES.assign(drivers=[15, -3, 3])
        self.refused(lambda: self.ask(bad), grpc.StatusCode.INVALID_ARGUMENT, "instances[1]: drivers is -3")
        missing = RIDES.assign(hour=[18.5, 14, float("nan")])
        self.refused(lambda: self.ask(missing), grpc.StatusCode.INVALID_ARGUMENT, "instances[2]: hour is null")

    def test_no_rows_get_no_prices(self):
        self.assertEqual(len(self.ask(RIDES.iloc[:0]).prediction_result_table.rows), 0)


if __name__ == "__main__":
    unittest.main()
