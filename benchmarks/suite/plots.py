"""Plots of rate and latency against connections, and of latency against the number of chains, as SVG."""

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 170, 40, 50
COLOURS = ["#1f5fa8", "#c2571a", "#2b8a4b", "#7a4fa3", "#8a6d1f"]


def _nice_ticks(greatest):
    """Up to six round numbers from 0 to a little above the greatest."""
    step = 10.0 ** -3
    while greatest / step > 5:
        for factor in (2, 2.5, 2):  # 1, 2, 5, 10 …
            step *= factor
            if greatest / step <= 5:
                break
    count = int(greatest / step) + 1
    return [step * i for i in range(count + 1)]


class Plot:
    """What is on the x axis stands at equal distances, values on a linear scale from 0."""

    def __init__(self, title, connections, greatest, axis="connections"):
        self.connections = connections
        self.ticks = _nice_ticks(greatest)
        self.parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
                      'font-family="sans-serif" font-size="12">',
                      f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
                      f'<text x="{LEFT}" y="22" font-size="15">{title}</text>']
        for tick in self.ticks:
            y = self._y(tick)
            self.parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
            self._text(LEFT - 8, y + 4, f"{tick:,.10g}", "end")
        for count in connections:
            self._text(self._x(count), HEIGHT - BOTTOM + 20, f"{count:,}", "middle")
        self._text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, axis, "middle")
        self.labels = []

    def _x(self, count):
        place = self.connections.index(count) / max(1, len(self.connections) - 1)
        return LEFT + 20 + place * (WIDTH - LEFT - RIGHT - 40)

    def _y(self, value):
        return HEIGHT - BOTTOM - value / self.ticks[-1] * (HEIGHT - TOP - BOTTOM)

    def _text(self, x, y, text, anchor="start", colour="#333"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{text}</text>')

    def add(self, label, points):
        """`points`: (connections, figure with spread). One point alone is a dot; whiskers reach from least to most."""
        colour = COLOURS[len(self.labels) % len(COLOURS)]
        places = [(self._x(count), figure) for count, figure in points]
        if len(places) > 1:
            line = " ".join(f"{x:.1f},{self._y(figure['median']):.1f}" for x, figure in places)
            self.parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, figure in places:
            self.parts.append(f'<path d="M{x:.1f} {self._y(figure["min"]):.1f}V{self._y(figure["max"]):.1f}" '
                              f'stroke="{colour}"/>')
            self.parts.append(f'<circle cx="{x:.1f}" cy="{self._y(figure["median"]):.1f}" r="4" fill="{colour}"/>')
        self.labels.append((label, colour))

    def to_svg(self):
        for i, (label, colour) in enumerate(self.labels):
            y = TOP + 10 + i * 20
            self.parts.append(f'<circle cx="{WIDTH - RIGHT + 15}" cy="{y - 4}" r="4" fill="{colour}"/>')
            self._text(WIDTH - RIGHT + 25, y, label)
        return "\n".join([*self.parts, "</svg>"]) + "\n"


def _draw(title, connections, series, axis="connections"):
    greatest = max(figure["max"] for _, points in series for _, figure in points)
    plot = Plot(title, connections, greatest, axis)
    for label, points in series:
        plot.add(label, points)
    return plot.to_svg()


def draw(result):
    creates = sorted((load for load in result["loads"] if load["name"] == "CreateCert"),
                     key=lambda load: load["connections"])
    peer_names = [peer["name"] for peer in result["peers"]]
    peers = [load for load in result["loads"] if load["name"] in peer_names]
    connections = [load["connections"] for load in creates]

    def line_of(name):
        return [(load["connections"], load[name]) for load in creates]

    def dot_of(load, name):
        return [(load["connections"], load[name])]

    rates = [("CreateCert", line_of("requests_per_second"))]
    rates += [(load["name"], dot_of(load, "requests_per_second")) for load in peers]
    latencies = [("CreateCert, p99", line_of("p99_ms")), ("CreateCert, p50", line_of("p50_ms"))]
    latencies += [(load["name"] + ", p99", dot_of(load, "p99_ms")) for load in peers if "p99_ms" in load]
    return {"rate.svg": _draw("Durable writes per second", connections, rates),
            "latency.svg": _draw("Milliseconds to a durable answer", connections, latencies)}


def draw_growth(growth):
    sizes = [store["chains"] for store in growth["stores"]]
    shown = {"DescribeCert…": "DescribeCertDetailSecretV2", "first page": "first page", "last page": "last page",
             "a name of all": "name, of all; last page", "expired": "expired"}
    series = []
    for label, name in shown.items():
        reads = [next(read for read in store["reads"] if read["name"] == name) for store in growth["stores"]]
        series.append((label, [(size, read["p50_ms"]) for size, read in zip(sizes, reads)]))
    return {"growth.svg": _draw("Milliseconds to an answer, median", sizes, series, "chains in the store")}
