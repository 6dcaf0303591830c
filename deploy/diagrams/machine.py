"""The picture of a state machine: each state, what it leads to, and the states within it.

States stand on a grid. What follows by Next stands below; what is reached otherwise begins a column of its own, right
of all that are there. A state that nothing leads to is in none: Step Functions refuses it. Lines that do not lead
straight down run in the gaps between columns and rows, where no box is.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from deploy.diagrams.definition import ERROR, Chart, State, Way
from deploy.diagrams.kinds import KINDS, STATES
from deploy.diagrams.svg import FAINT, MARGIN, SIGN, Drawing, Point, draw_legend, mono_width, sans_width

TOP = 84  # below the heading
BOX = 48  # height of a state, and of the head of one that holds others
ROW_GAP, COLUMN_GAP, LOOP = 30, 80, 48  # LOOP: left of a first column, for lines that go back
PAD = 18  # within a state that holds others
ENTRY, EXIT = 15, 34  # where lines touch a side, from its top
AHEAD, BACK = 44, 60  # lanes in a gap: of lines to the right and to the left, from the gap's left end
NAME_SIZE, NOTE_SIZE, LABEL_SIZE = 12, 11, 10


@dataclass
class Cell:
    """A state's place on the grid, and on the picture."""

    state: State
    column: int
    row: int
    within: "list[list[Plan]]"  # columns of what it holds
    width: float = 0
    height: float = BOX
    x: float = 0
    y: float = 0

    @property
    def middle(self) -> float:
        """Half way from left to right."""
        return self.x + self.width / 2


class Plan:
    """The states of one level with their places; `place` puts them somewhere."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        places = _places(chart)
        self.cells = {name: _cell(chart.states[name], *at) for name, at in places.items()}
        columns = range(max(one.column for one in self.cells.values()) + 1)
        rows = range(max(one.row for one in self.cells.values()) + 1)
        for number in columns:
            plain = [one for one in self.cells.values() if one.column == number and not one.within]
            for one in plain:
                one.width = max(_text_width(other.state) for other in plain)
        self.widths = [max(one.width for one in self.cells.values() if one.column == number) for number in columns]
        self.heights = [
            max((one.height for one in self.cells.values() if one.row == number), default=BOX) for number in rows
        ]
        loops = any(self._is_aside(cell, self.cells[way.to]) for cell, way in self.ways())
        self.left = LOOP if loops else 0
        self.height = sum(self.heights) + ROW_GAP * (len(self.heights) - 1)

    @property
    def width(self) -> float:
        """From the lines left of the first column to the last one's right end."""
        return self.left + sum(self.widths) + COLUMN_GAP * (len(self.widths) - 1)

    def widen(self, width: float) -> None:
        """Make a plan of one column as wide as others that stand above and below it."""
        if len(self.widths) == 1:
            self.widths = [width - self.left]
            for cell in self.cells.values():
                cell.width = cell.width if cell.within else width - self.left

    def ways(self) -> Iterator[tuple[Cell, Way]]:
        """Each way with the state that it leads from."""
        for cell in self.cells.values():
            for way in cell.state.ways:
                yield cell, way

    def place(self, x: float, y: float) -> None:
        """Put the upper left corner there, and all that is within."""
        self.columns = [
            x + self.left + sum(self.widths[:number]) + COLUMN_GAP * number for number in range(len(self.widths))
        ]
        rows = [y + sum(self.heights[:number]) + ROW_GAP * number for number in range(len(self.heights))]
        for cell in self.cells.values():
            cell.x = self.columns[cell.column] + (self.widths[cell.column] - cell.width) / 2
            cell.y = rows[cell.row]
            right = cell.x + PAD
            for column in cell.within:
                below = cell.y + BOX
                for plan in column:
                    plan.place(right, below)
                    below += plan.height + PAD
                right += max(plan.width for plan in column) + PAD

    def inner(self) -> "Iterator[Plan]":
        """This plan and all within it, the outer ones first."""
        yield self
        for cell in self.cells.values():
            for column in cell.within:
                for plan in column:
                    yield from plan.inner()

    def line(self, start: Cell, end: Cell) -> list[Point]:
        """The points of the line from a state to another one."""
        if self._is_below(start, end):
            return [(start.middle, start.y + start.height), (end.middle, end.y)]
        leaves, enters = start.y + EXIT, end.y + ENTRY
        if start.column == end.column:
            lane = self.columns[start.column] - (LOOP - 8 if start.column == 0 else COLUMN_GAP - BACK)
            return [(start.x, leaves), (lane, leaves), (lane, enters), (end.x, enters)]
        if start.column < end.column:
            out, into = self._lane(start.column, AHEAD), self._lane(end.column - 1, AHEAD)
            first, last = (start.x + start.width, leaves), (end.x, enters)
        else:
            out, into = self._lane(start.column - 1, BACK), self._lane(end.column, BACK)
            first, last = (start.x, leaves), (end.x + end.width, enters)
        above = end.y - ROW_GAP / 2
        around = [] if out == into else [(out, above), (into, above)]
        return [first, (out, leaves), *around, (into, enters), last]

    def _lane(self, column: int, place: float) -> float:
        return self.columns[column] + self.widths[column] + place

    def _is_below(self, start: Cell, end: Cell) -> bool:
        """Whether a line leads straight down: the same column, and nothing between."""
        between = range(start.row + 1, end.row)
        taken = {one.row for one in self.cells.values() if one.column == start.column}
        return start.column == end.column and start.row < end.row and not taken & set(between)

    def _is_aside(self, start: Cell, end: Cell) -> bool:
        return start.column == end.column == 0 and not self._is_below(start, end)


def draw_machine(chart: Chart, name: str) -> str:
    """The picture of a state machine as SVG text."""
    title = f"The state machine {name}"
    drawing = Drawing(title, " ".join(_sentences(chart)))
    plan = Plan(chart)
    plan.place(MARGIN, TOP)
    plans = list(plan.inner())
    drawing.text(MARGIN, 40, title, size=18, bold=True)
    explanation = (
        "An arrow leads to the state that comes next. What stands within a state runs side by side, or for each item."
    )
    drawing.text(MARGIN, 62, explanation, size=12, fill=FAINT)
    for one in plans:
        for cell in one.cells.values():
            if cell.within:
                drawing.rect(cell.x, cell.y, cell.width, cell.height)
    for one in plans:
        for cell, way in one.ways():
            _draw_way(drawing, one.line(cell, one.cells[way.to]), way)
    for one in plans:
        for cell in one.cells.values():
            _draw_state(drawing, cell)
    there = {cell.state.kind.label for one in plans for cell in one.cells.values()}
    shown = [kind for kind in (*STATES.values(), *KINDS.values()) if kind.label in there]
    height = draw_legend(drawing, shown, TOP + plan.height + 28, MARGIN + plan.width)
    return drawing.finish(plan.width + 2 * MARGIN, height)


def _places(chart: Chart) -> dict[str, tuple[int, int]]:
    """Column and row of each state."""
    places: dict[str, tuple[int, int]] = {}
    lines, column = deque([(chart.start, 0)]), 0
    while lines:
        name, row = lines.popleft()
        following = None if name in places else name
        while following is not None:
            places[following] = (column, row)
            state = chart.states[following]
            on = [way.to for way in state.ways if way.label != ERROR and way.to not in places]
            following = on[0] if on else None
            lines += [(way.to, row + bool(state.within)) for way in state.ways if way.to != following]
            row += 1
        column = max(found for found, _ in places.values()) + 1
    return places


def _cell(state: State, column: int, row: int) -> Cell:
    """The cell of a state, large enough for what it holds: in columns that are no higher than its highest part."""
    if not state.within:
        return Cell(state, column, row, [])
    plans = [Plan(one) for one in state.within]
    most = max(one.height for one in plans)
    packed: list[list[Plan]] = [[]]
    for one in plans:
        if packed[-1] and sum(other.height + PAD for other in packed[-1]) + one.height > most:
            packed.append([])
        packed[-1].append(one)
    for part in packed:
        widest = max(one.width for one in part)
        for one in part:
            one.widen(widest)
    inner = sum(max(one.width for one in part) for part in packed) + PAD * (len(packed) + 1)
    return Cell(state, column, row, packed, max(inner, _text_width(state)), BOX + most + PAD)


def _text_width(state: State) -> float:
    return max(mono_width(state.name, NAME_SIZE), sans_width(state.note, NOTE_SIZE)) + SIGN + 30


def _draw_way(drawing: Drawing, points: list[Point], way: Way) -> None:
    drawing.line(points, arrow=True)
    if not way.label:
        return
    (x, y), (next_x, next_y) = points[:2]
    if y != next_y:  # straight down
        drawing.text(x + 6, y + 14, way.label, size=LABEL_SIZE, fill=FAINT)
    else:
        left = x + 5 if next_x > x else x - 5 - sans_width(way.label, LABEL_SIZE)
        drawing.text(left, y - 4, way.label, size=LABEL_SIZE, fill=FAINT)


def _draw_state(drawing: Drawing, cell: Cell) -> None:
    if not cell.within:
        drawing.rect(cell.x, cell.y, cell.width, cell.height)
    drawing.sign(cell.x + 10, cell.y + (BOX - SIGN) / 2, cell.state.kind)
    drawing.text(cell.x + 10 + SIGN + 9, cell.y + 21, cell.state.name, size=NAME_SIZE, mono=True)
    drawing.text(cell.x + 10 + SIGN + 9, cell.y + 37, cell.state.note, size=NOTE_SIZE, fill=FAINT)


def _sentences(chart: Chart) -> Iterator[str]:
    """The chart in words: what holds which states, and where each leads."""
    for state in chart.states.values():
        starts = ", ".join(one.start for one in state.within)
        ways = ", ".join(f"{f'on {way.label}: ' if way.label == ERROR else ''}{way.to}" for way in state.ways)
        told = [f"within it {starts} first"] if starts else []
        yield f"{state.name} ({state.note}): {'; '.join([*told, ways or 'the end'])}."
        for one in state.within:
            yield from _sentences(one)
