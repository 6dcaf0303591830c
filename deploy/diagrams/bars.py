"""Bars of amounts, each parted by kinds: one below the other, with the amounts beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deploy.diagrams.svg import FAINT, MARGIN, Drawing, sans_width

COLOURS = ("#2f6f9f", "#b5532a", "#6a8f3c", "#7d5aa6", "#a08a2c")
WIDTH, HEIGHT, LABEL = 560, 34, 13
"""Of the longest bar, of each bar, and the size of its label."""
STEP = 74
LEAST = 1.5
"""Pixels of a part, however little it is."""


@dataclass(frozen=True)
class Bar:
    """A labelled bar of parts: kind, amount, and what is written of it."""

    label: str
    parts: Sequence[tuple[str, float, str]]

    @property
    def total(self) -> float:
        """All parts together."""
        return sum(amount for _, amount, _ in self.parts)


def draw_bars(title: str, bars: Sequence[Bar], written: Callable[[float], str]) -> str:
    """The picture as SVG; `written` says an amount."""
    told = [f"{bar.label}: {written(bar.total)} ({', '.join(text for _, _, text in bar.parts)})." for bar in bars]
    drawing = Drawing(title, " ".join(told))
    drawing.text(MARGIN, MARGIN + 14, title, size=15, bold=True)
    kinds = list(dict.fromkeys(kind for bar in bars for kind, _, _ in bar.parts))
    largest = max((bar.total for bar in bars), default=0) or 1
    y: float = MARGIN + 40
    for bar in bars:
        drawing.text(MARGIN, y + LABEL, bar.label, size=LABEL, mono=True)
        x: float = MARGIN
        for kind, amount, _ in bar.parts:
            width = max(LEAST, amount / largest * WIDTH)
            drawing.bar(x, y + 20, width, HEIGHT, COLOURS[kinds.index(kind) % len(COLOURS)])
            x += width
        drawing.text(x + 10, y + 20 + HEIGHT / 2 + 5, written(bar.total), size=15, bold=True)
        y += STEP + 4
    x = MARGIN
    for kind in kinds:
        drawing.bar(x, y, 14, 14, COLOURS[kinds.index(kind) % len(COLOURS)])
        drawing.text(x + 20, y + 12, kind, size=12, fill=FAINT)
        x += 20 + sans_width(kind, 12) + 26
    return drawing.finish(MARGIN + WIDTH + 110, y + 14 + MARGIN)
