"""SVG by the standard library: just the shapes that the diagrams are made of.

Written here because nothing that lays out graphs comes without a binary, and the rest is a few elements. Numbers are
rounded, so the same drawing is the same bytes on every machine. All colours stand on a light panel of their own, which
reads on a white page and on a dark one.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from deploy.diagrams.kinds import Kind

INK = "#1f2937"
FAINT = "#5b6676"
LINE = "#76839a"
PANEL = "#fbfcfe"
CARD = "#ffffff"
EDGE = "#d5dce6"
CHIP_FILL = "#eef2f8"

MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
SANS = "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif"
MONO_WIDTH = 0.61  # of the font size, for each letter: the widest of the fonts above
MOST_WIDTH = 0.62
"""Of a letter in a line, whatever the font: on the safe side."""
NARROW, WIDE = frozenset("iljtfrI.,:;'!|()[] "), frozenset("mwMWABCDEFGHKNOPQRSTUVXYZ")

MARGIN = 26
SIGN = 18  # side of the coloured square with a kind's sign

Point = tuple[float, float]


def mono_width(text: str, size: float) -> float:
    """Room that a line of the fixed-width font needs, in pixels."""
    return len(text) * size * MONO_WIDTH


def sans_width(text: str, size: float) -> float:
    """Room that a line of the widest proportional font needs, in pixels: an estimate by three widths of letters."""
    return size * sum(0.36 if letter in NARROW else 0.82 if letter in WIDE else 0.63 for letter in text)


class Drawing:
    """A picture on a panel, with a title for people and a description for screen readers."""

    def __init__(self, title: str, description: str) -> None:
        self.root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "font-family": SANS})
        ET.SubElement(self.root, "title").text = title
        ET.SubElement(self.root, "desc").text = description
        self._panel = ET.SubElement(self.root, "rect")
        self._text_ends = 0.0

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
    ) -> None:
        """A box with round corners."""
        self._add("rect", x=x, y=y, width=width, height=height, rx=7, fill=CARD, stroke=EDGE)

    def chip(self, x: float, y: float, width: float, height: float) -> None:
        """A small field for a word."""
        self._add("rect", x=x, y=y, width=width, height=height, rx=5, fill=CHIP_FILL, stroke=EDGE)

    def text(
        self, x: float, y: float, text: str, *, size: float, mono: bool = False, bold: bool = False, fill: str = INK
    ) -> None:
        """A line of text; y is its base line."""
        self._text_ends = max(self._text_ends, x + len(text) * size * MOST_WIDTH)
        looks = {"font_size": _n(size), "fill": fill} | ({"font_family": MONO} if mono else {})
        self._add("text", x=x, y=y, **looks, **({"font_weight": "600"} if bold else {})).text = text

    def sign(self, x: float, y: float, kind: Kind) -> None:
        """A kind's coloured square with its sign; x and y are its upper left corner."""
        self._add("rect", x=x, y=y, width=SIGN, height=SIGN, rx=4.5, fill=kind.colour)
        line = {"fill": "none", "stroke": "#ffffff", "stroke_width": "1.5"}
        ends = {"stroke_linejoin": "round", "stroke_linecap": "round"}
        self._add("path", d=kind.sign, transform=f"translate({_n(x + 1)} {_n(y + 1)})", **line, **ends)

    def line(self, points: Sequence[Point], *, arrow: bool, radius: float = 8) -> None:
        """A line through the points with round corners, and with an arrow head at its end where asked for."""
        self._add("path", d=_rounded(points, radius), fill="none", stroke=LINE, stroke_width=1.6)
        if arrow:
            self._head(points[-2], points[-1])

    def curve(self, start: Point, end: Point, *, arrow: bool) -> None:
        """A line from left to right that leaves and arrives level."""
        middle = (start[0] + end[0]) / 2
        d = f"M{_p(start)}C{_n(middle)} {_n(start[1])} {_n(middle)} {_n(end[1])} {_p(end)}"
        self._add("path", d=d, fill="none", stroke=LINE, stroke_width=1.6)
        if arrow:
            self._head((middle, end[1]), end)

    def finish(self, width: float, height: float) -> str:
        """The picture as text, in its final size: this one, or wider where a text needs it."""
        width = max(width, self._text_ends)
        for key, value in {"width": width, "height": height}.items():
            self.root.set(key, _n(value))
        self.root.set("viewBox", f"0 0 {_n(width)} {_n(height)}")
        panel = {"x": 0.5, "y": 0.5, "width": width - 1, "height": height - 1, "rx": 12}
        for key, value in panel.items():
            self._panel.set(key, _n(value))
        self._panel.set("fill", PANEL)
        self._panel.set("stroke", EDGE)
        ET.indent(self.root)
        return ET.tostring(self.root, encoding="unicode") + "\n"

    def _head(self, before: Point, tip: Point) -> None:
        (x, y), length, half = tip, 7, 4
        if before[1] == y:
            back = x - length if before[0] < x else x + length
            corners = [tip, (back, y - half), (back, y + half)]
        else:
            back = y - length if before[1] < y else y + length
            corners = [tip, (x - half, back), (x + half, back)]
        self._add("path", d="M" + "L".join(map(_p, corners)) + "z", fill=LINE)

    def _add(self, tag: str, **attributes: str | float) -> ET.Element:
        values = {key.replace("_", "-"): v if isinstance(v, str) else _n(v) for key, v in attributes.items()}
        return ET.SubElement(self.root, tag, values)


def draw_legend(drawing: Drawing, kinds: Sequence[Kind], y: float, right: float) -> float:
    """Say what the signs mean, in as many lines as it takes, and return the picture's height."""
    x: float = MARGIN
    for kind in kinds:
        width = SIGN + 7 + sans_width(kind.label, 12) + 26
        if x > MARGIN and x + width > right:
            x, y = MARGIN, y + 26
        drawing.sign(x, y, kind)
        drawing.text(x + SIGN + 7, y + 13, kind.label, size=12, fill=FAINT)
        x += width
    return y + SIGN + 22


def _rounded(points: Sequence[Point], radius: float) -> str:
    """A path through the points, each corner cut by a curve."""
    d = f"M{_p(points[0])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        d += f"L{_p(_towards(corner, before, radius))}Q{_p(corner)} {_p(_towards(corner, after, radius))}"
    return f"{d}L{_p(points[-1])}"


def _towards(start: Point, end: Point, distance: float) -> Point:
    """The point that far from the start on the way to the end, but no further than half the way."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = max(abs(dx), abs(dy)) or 1
    share = min(distance / length, 0.5)
    return start[0] + dx * share, start[1] + dy * share


def _p(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(number: float) -> str:
    return f"{round(number, 1):g}"
