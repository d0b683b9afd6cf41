"""The page and the chart of results that were made up: what is a ratio, what is said, what stands out."""
import sys
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "main/python"))

import chart
import figures
import goals
import page
import servers


def round_of(rate, **fields):
    told = {"requests": rate * 2, "failures": 0, "seconds": 2.0, "rate": rate, "cpu": 10e-6, "p50": 1e-3, "p99": 3e-3, "rss": 90}
    return told | fields


def results(**rows):
    """Of the echo scenario; the names of rows are those of servers."""
    scenario = next(scenario for scenario in servers.SCENARIOS if scenario.name == "echo")
    return {
        "date": "2026-01-02",
        "quick": False,
        "minutes": 19.2,
        "machine": dict.fromkeys(("processor", "memory", "system", "java", "python", "go", "commit"), "x") | {"load": 0.1},
        "scenarios": [
            {
                "name": "echo",
                "title": scenario.title,
                "about": scenario.about,
                "base": scenario.base,
                "whose": {server.name: server.whose for server in scenario.servers},
                "loads": [
                    {"label": "64 connections", "rows": [{"server": name, "rounds": told} for name, told in rows.items()]}
                ],
            }
        ],
    }


CROWD = {
    "goodput": [
        {
            "protocol": "http",
            "rows": [
                {"label": "many", "capacity": 200, "seconds": 2, "answered": 360, "refused": 2000, "late": 1, "failed": 0}
                | {"unsent": 0, "p99": 0.8}
            ],
        }
    ],
    "foretold": [
        {"label": "one worker", "waits": 200, "right": 150, "steady": 50, "steady_right": 50}
        | {"low": 0.5, "median": 1, "high": 2}
    ],
}
CONSTANT, OURS = goals.CONSTANT, "adapter, JSON-RPC, Go"


class FiguresTest(unittest.TestCase):
    def test_a_ratio_is_made_within_each_round_and_is_the_median_of_these(self):
        # The machine was twice as slow in the second round, for both.
        ours, base = [round_of(50), round_of(30), round_of(60)], [round_of(100), round_of(50), round_of(100)]
        self.assertEqual(figures.ratio(ours, base, "rate"), figures.Figure(0.6, 0.5, 0.6))

    def test_there_is_no_ratio_to_nothing(self):
        self.assertIsNone(figures.ratio([round_of(50)], [round_of(0)], "rate"))
        self.assertIsNone(figures.ratio([], [], "rate"))
        self.assertEqual(figures.shown(None), "–")

    def test_figures_have_three_digits_and_what_they_lie_between(self):
        self.assertEqual(figures.shown(figures.Figure(0.456, 0.4, 12.34)), "0.46 (0.40–12.3)")
        self.assertEqual(figures.shown(figures.Figure(2, 2, 2)), "2.00")
        self.assertEqual(figures.shown(figures.Figure(0.012345, 0.01, 0.02), 1e6), "12,345 (10,000–20,000)")

    def test_a_goal_within_the_noise_is_neither_met_nor_missed(self):
        self.assertEqual(goals.verdict(figures.Figure(0.7, 0.65, 0.8), 0.65), "met")
        self.assertEqual(goals.verdict(figures.Figure(0.6, 0.5, 0.64), 0.65), "missed")
        self.assertEqual(goals.verdict(figures.Figure(0.7, 0.6, 0.8), 0.65), "within the noise")

    def test_a_goal_may_be_a_limit(self):
        self.assertEqual(goals.verdict(figures.Figure(1.4, 1.3, 1.5), 1.5, most=True), "met")
        self.assertEqual(goals.verdict(figures.Figure(1.7, 1.6, 1.8), 1.5, most=True), "missed")
        self.assertEqual(goals.verdict(figures.Figure(1.4, 1.3, 1.6), 1.5, most=True), "within the noise")


class GoalsTest(unittest.TestCase):
    def test_each_is_of_servers_and_a_load_that_there_are(self):
        for goal in goals.GOALS:
            scenario = next(scenario for scenario in servers.SCENARIOS if scenario.name == goal.scenario)
            names = [server.name for server in scenario.servers]
            self.assertIn(goal.server, names, goal)
            self.assertIn(goal.base, names, goal)
            labels = [load.label for load in scenario.loads]
            self.assertIn(goal.load, labels, goal)
            self.assertIn(goal.base_load or goal.load, labels, goal)

    def test_ratios_of_each_scenario_are_to_a_server_of_it_and_no_two_have_one_name(self):
        for scenario in servers.SCENARIOS:
            names = [server.name for server in scenario.servers]
            self.assertIn(scenario.base, names)
            self.assertEqual(len(set(names)), len(names))


class PageTest(unittest.TestCase):
    def test_it_says_the_ratio_the_goal_and_the_verdict(self):
        text = page.write(results(**{CONSTANT: [round_of(100), round_of(120)], OURS: [round_of(70), round_of(90)]}))
        self.assertIn("| JSON-RPC beside a constant answer | 0.72 (0.70–0.75) | at least 0.65 | met |", text)
        self.assertIn("between -9 and +9 % of its own median", text)
        self.assertNotIn("quick run (", text)

    def test_what_was_not_measured_has_no_row(self):
        text = page.write(results(**{CONSTANT: [round_of(100)]}))
        self.assertNotIn("in the image", text.partition("## Small calls")[0])

    def test_a_quick_run_says_that_it_is_to_be_believed_by_nobody_and_judges_nothing(self):
        text = page.write(results(**{CONSTANT: [round_of(1)], OURS: [round_of(1)]}) | {"quick": True})
        self.assertIn("This was a quick run", text)
        self.assertNotIn("| met |", text)

    def test_failures_and_what_could_not_be_sent_stand_in_the_row(self):
        short = [round_of(800, failures=4, asked=1000)]
        text = page.write(results(**{CONSTANT: short}))
        self.assertRegex(text, r"Vert\.x.*\| 4; 80 % sent \|")

    def test_what_a_crowd_gets_is_beside_what_the_program_can_do(self):
        text = page.write(results() | {"crowd": CROWD})
        self.assertIn("| HTTP_JSON, many | 0.90 | 800 | 1,000 | 0.50 | 0 | 0 |", text)

    def test_waits_are_right_of_all_and_of_those_while_the_speed_stayed(self):
        text = page.write(results() | {"crowd": CROWD})
        self.assertIn("| one worker | 75 % | 100.0 % | 50 of 200 | 1.00 (0.50–2.00) |", text)

    def test_what_idle_connections_cost_is_beside_what_all_else_costs(self):
        row = {"server": "adapter", "before": 120.4, "more": 14.26, "cpu": 0.0012}
        text = page.write(results() | {"idle": {"amount": 2000, "rows": [row]}})
        self.assertIn("2,000 connections that are kept", text)
        self.assertIn("| adapter | 120 | 14.3 | 1.2 |", text)

    def test_each_row_has_as_many_cells_as_the_head(self):
        text = page.write(results(**{CONSTANT: [round_of(100)], OURS: [round_of(70)]}) | {"crowd": CROWD})
        for block in text.split("\n\n"):
            cells = {line.count("|") for line in block.splitlines() if line.startswith("|")}
            self.assertLessEqual(len(cells), 1, block)


class ChartTest(unittest.TestCase):
    def test_it_is_an_image_with_a_bar_for_each_server(self):
        drawn = xml.fromstring(chart.draw(results(**{CONSTANT: [round_of(100)], OURS: [round_of(50)]})))
        texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn("0.50", texts)


class BodyTest(unittest.TestCase):
    def test_bodies_are_about_as_long_as_they_are_called(self):
        for size in (200, 10_000):
            self.assertAlmostEqual(len(servers.body(size)), size, delta=100)
            self.assertEqual(servers.body(size), servers.body(size))


if __name__ == "__main__":
    unittest.main()
