import re
import unittest
import xml.etree.ElementTree as ElementTree

from results import load, make_result
from suite import plots

SVG = "{http://www.w3.org/2000/svg}"


class Drawn:
    """A plot read back from its SVG, in the units of its axes."""

    def __init__(self, svg):
        self.root = ElementTree.fromstring(svg)
        self.texts = [(text.text, float(text.get("x")), float(text.get("y"))) for text in self.root.iter(SVG + "text")]
        self._ticks = {}  # by value, their heights: the labels that stand left of the plot, four below their line
        for text, x, y in self.texts:
            if x < plots.LEFT:
                self._ticks[float(text.replace(",", ""))] = y - 4

    def value_at(self, y):
        bottom, top = self._ticks[0], self._ticks[max(self._ticks)]
        return (bottom - y) / (bottom - top) * max(self._ticks)

    def greatest_tick(self):
        return max(self._ticks)

    def dots(self):
        """(x, value, colour) of all dots inside the plot, which the legend's are not."""
        found = [(float(dot.get("cx")), float(dot.get("cy")), dot.get("fill"))
                 for dot in self.root.iter(SVG + "circle")]
        return [(x, self.value_at(y), colour) for x, y, colour in found if x <= plots.WIDTH - plots.RIGHT]

    def place_of(self, connections):
        return next(x for text, x, y in self.texts
                    if text == str(connections) and y > plots.HEIGHT - plots.BOTTOM and x >= plots.LEFT)

    def colour_of(self, label):
        height = next(y for text, x, y in self.texts if text == label and x > plots.WIDTH - plots.RIGHT)
        return next(dot.get("fill") for dot in self.root.iter(SVG + "circle")
                    if float(dot.get("cx")) > plots.WIDTH - plots.RIGHT and float(dot.get("cy")) == height - 4)

    def series(self, label):
        colour = self.colour_of(label)
        return [(x, value) for x, value, dot_colour in self.dots() if dot_colour == colour]


class Plots(unittest.TestCase):
    def setUp(self):
        drawn = plots.draw(make_result())
        self.rate = Drawn(drawn["rate.svg"])
        self.latency = Drawn(drawn["latency.svg"])

    def assert_series(self, drawn, label, expected):
        series = drawn.series(label)
        self.assertEqual(len(series), len(expected), label)
        for (x, value), (connections, wanted) in zip(series, expected):
            self.assertAlmostEqual(x, drawn.place_of(connections), delta=0.1)
            self.assertAlmostEqual(value, wanted, delta=drawn.greatest_tick() / 1000)

    def test_every_rate_stands_above_its_connections(self):
        self.assert_series(self.rate, "CreateCert", [(1, 1000), (8, 3000), (32, 5000)])
        self.assert_series(self.rate, "etcd put", [(32, 4000)])
        self.assert_series(self.rate, "SQLite, groups of 10", [(8, 2000)])

    def test_every_latency_stands_above_its_connections(self):
        self.assert_series(self.latency, "CreateCert, p50", [(1, 0.5), (8, 1.5), (32, 5)])
        self.assert_series(self.latency, "CreateCert, p99", [(1, 2), (8, 4), (32, 8)])
        self.assert_series(self.latency, "etcd put, p99", [(32, 16)])

    def test_what_has_no_latency_is_not_drawn_among_them(self):
        self.assertNotIn("SQLite, groups of 10, p99", [text for text, _, _ in self.latency.texts])

    def test_reads_are_not_drawn_as_writes(self):
        self.assertNotIn("ListCertV2", [text for text, _, _ in self.rate.texts])

    def test_whiskers_reach_from_the_least_to_the_greatest(self):
        colour = self.latency.colour_of("etcd put, p99")
        whisker = next(path.get("d") for path in self.latency.root.iter(SVG + "path") if path.get("stroke") == colour)
        begin, end = whisker.split(" ")[1].split("V")
        self.assertAlmostEqual(self.latency.value_at(float(begin)), 8, delta=0.05)
        self.assertAlmostEqual(self.latency.value_at(float(end)), 32, delta=0.05)

    def test_the_scale_holds_the_greatest_whisker_with_few_lines(self):
        for greatest in [0.003, 0.7, 1, 9.99, 10, 16, 49, 51, 5010, 1_000_000]:
            result = {**make_result(), "loads": [load("CreateCert", 1, greatest, greatest, greatest)], "peers": []}
            result["loads"][0]["p99_ms"]["max"] = greatest
            drawn = Drawn(plots.draw(result)["latency.svg"])
            self.assertGreaterEqual(drawn.greatest_tick(), greatest)
            self.assertLessEqual(drawn.greatest_tick(), 2.6 * greatest)
            self.assertFalse([text for text, _, _ in drawn.texts if "e+" in text], "numbers are written out")

    def test_nothing_is_drawn_outside_the_frame(self):
        for drawn in [self.rate, self.latency]:
            for dot in drawn.root.iter(SVG + "circle"):
                self.assertTrue(plots.TOP <= float(dot.get("cy")) <= plots.HEIGHT - plots.BOTTOM)
                self.assertTrue(plots.LEFT <= float(dot.get("cx")) <= plots.WIDTH)
            for path in drawn.root.iter(SVG + "path"):
                for height in re.findall(r"M\S+ ([-\d.]+)|V([-\d.]+)", path.get("d")):
                    self.assertTrue(plots.TOP <= float("".join(height).rstrip("H")) <= plots.HEIGHT - plots.BOTTOM)

    def test_lines_join_the_points_in_the_order_of_connections(self):
        """Whatever order they were measured in."""
        result = make_result()
        result["loads"].reverse()
        drawn = Drawn(plots.draw(result)["rate.svg"])
        self.assert_series(drawn, "CreateCert", [(1, 1000), (8, 3000), (32, 5000)])
        line = next(drawn.root.iter(SVG + "polyline")).get("points").split(" ")
        places = [float(point.split(",")[0]) for point in line]
        self.assertEqual(places, sorted(places))


if __name__ == "__main__":
    unittest.main()
