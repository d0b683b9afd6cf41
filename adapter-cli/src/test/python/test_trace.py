"""What says which trace a call belongs to, by Python's grpcio."""
import unittest

from clients import Client, request

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Traces(Client):
    def seen(self, trace, prediction_id):
        """What the program sees of a trace."""
        message = request(["a"], target='{"header": "traceparent"}', prediction_id=prediction_id)
        response = self.predict(message, metadata=[("traceparent", trace)])
        return response.prediction_result_table.rows[0].values[0].string_value

    def test_a_trace_reaches_the_program_as_it_was_sent(self):
        self.assertEqual(self.seen(TRACE, "valid"), TRACE)
        self.assertEqual(self.seen("00-nonsense", "malformed"), "00-nonsense")


if __name__ == "__main__":
    unittest.main()
