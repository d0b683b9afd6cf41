import json
import pathlib
import subprocess
import sys
import unittest

import predict

HERE = pathlib.Path(__file__).parent
MODEL = json.loads((HERE / "artifact" / "coefficients.json").read_text())


def multiplier(**changes):
    row = {"zone": "centre", "requests": 30, "drivers": 30, "rain_mm": 0, "hour": 12, **changes}
    return predict.price(row, MODEL)["multiplier"]


class SurgePricingTest(unittest.TestCase):
    def test_a_calm_noon_costs_the_usual_fare(self):
        self.assertEqual(1.0, multiplier())

    def test_more_riders_more_rain_and_a_peak_each_raise_the_price(self):
        self.assertLess(multiplier(), multiplier(requests=60))
        self.assertLess(multiplier(), multiplier(rain_mm=5))
        self.assertLess(multiplier(), multiplier(hour=18))
        self.assertLess(multiplier(requests=60, zone="airport"), multiplier(requests=60))

    def test_the_multiplier_stays_within_its_bounds_and_on_its_steps(self):
        for requests in range(0, 2000, 7):
            value = multiplier(requests=requests, drivers=20, rain_mm=12, hour=18)
            self.assertTrue(MODEL["lowest"] <= value <= MODEL["highest"], value)
            self.assertEqual(value, round(value, 1))

    def test_a_handful_of_riders_does_not_jump_the_price(self):
        self.assertLessEqual(multiplier(requests=2, drivers=0), 1.3)

    def test_a_list_in_column_order_says_the_same_as_an_object(self):
        row = ["stadium", 48, 15, 3.5, 18.5]
        listed = predict.answer(json.dumps({"instances": [row]}), MODEL)
        named = predict.answer(json.dumps({"instances": [dict(zip(predict.COLUMNS, row))]}), MODEL)
        self.assertEqual(named, listed)

    def test_a_bad_instance_is_named_with_its_value(self):
        answered = predict.answer('{"instances": [["centre", 1, 1, 0, 12], ["centre", 1, -1, 0, 12]]}', MODEL)
        message = "instances[1]: drivers is -1 (expected: a number from 0 to 1000000)"
        self.assertEqual({"error": {"code": 422, "message": message}}, answered)

    def test_no_request_ends_the_loop(self):
        odd = [b"", b"5", b"{}", b"\xff", b"[" * 100_000, b'{"instances": 1}', b'{"instances": [null]}']
        odd += [b'{"instances": [["centre", ' + value + b', 1, 0, 12]]}' for value in (b"true", b"NaN", b"1e999", b"{}")]
        replies = self.converse(odd + [(HERE / "request.json").read_bytes().replace(b"\n", b" ")])
        self.assertEqual([422] * len(odd), [json.loads(reply)["error"]["code"] for reply in replies[:-1]])
        self.assertEqual((HERE / "response.json").read_text().strip(), replies[-1])

    def converse(self, lines):
        script = subprocess.run(
            [sys.executable, HERE / "predict.py"], input=b"\n".join(lines) + b"\n", stdout=subprocess.PIPE, check=True
        )
        return script.stdout.decode().splitlines()


if __name__ == "__main__":
    unittest.main()
