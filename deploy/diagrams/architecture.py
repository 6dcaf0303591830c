"""The project's packages on their floors: who imports whom, and in which process each lives."""

import textwrap
from pathlib import Path

from deploy.diagrams.rooms import House, Room
from deploy.diagrams.svg import FAINT, MARGIN, Drawing, mono_width, sans_width
from glue_client.errors import DeployError

WIDTH, GAP, FLOOR_GAP = 1080, 24, 46
TOP, PAD, LINE_HEIGHT, CHIP = 96, 16, 17, 24
NAME, SMALL = 15, 12
LANE = MARGIN / 2
"""Where arrows run past floors, left of all rooms."""

PROCESSES = {
    "build.py": "your shell",
    "deploy": "your shell",
    "local_glue": "your shell, or pytest",
    "glue_client": "your shell, or pytest",
    "local_aws": "the server",
    "local_aws/cloudformation": "the server",
    "local_aws/athena": "the server; engine: a process for each query",
    "local_aws/glue": "the server",
    "local_aws/emulator": "the server",
    "local_aws/templates": "the server",
    "local_aws/runtime": "a process for each job run",
}
"""Where each room lives, which no import says."""


def draw_architecture(root: Path) -> str:
    """The picture as SVG. Raises DeployError when PROCESSES does not say where a package lives."""
    house = House(root)
    rooms = {room.name: room for room in house.rooms}
    unplaced = sorted(set(rooms) - set(PROCESSES))
    if unplaced:
        raise DeployError(
            "the picture of the packages cannot be drawn",
            f"in which process does {', '.join(unplaced)} live?",
            "say so in PROCESSES of deploy/diagrams/architecture.py",
        )
    said = [f"{name} imports {', '.join(house.direct(name)) or 'none of them'}." for name in rooms]
    drawing = Drawing("The project's packages", " ".join(said))
    drawing.text(MARGIN, 40, "The project's packages", size=18, bold=True)
    drawing.text(
        MARGIN,
        62,
        "An arrow leads to what is imported; what is reached through another has none. Wings stand from high to low.",
        size=SMALL,
        fill=FAINT,
    )
    boxes: dict[str, tuple[float, float, float, float]] = {}
    y: float = TOP
    for floor in house.floors():
        names = sorted(floor, key=lambda name: (_over(house, name, boxes), name))
        width = (WIDTH - GAP * (len(names) - 1)) / max(len(names), 2)
        left = MARGIN + (WIDTH - width * len(names) - GAP * (len(names) - 1)) / 2
        height = max(_height(rooms[name], width) for name in names)
        for name in names:
            boxes[name] = (left, y, width, height)
            left += width + GAP
        y += height + FLOOR_GAP
    _arrows(drawing, house, boxes)
    for name, box in boxes.items():
        _room(drawing, rooms[name], box)
    return drawing.finish(WIDTH + 2 * MARGIN, y - FLOOR_GAP + MARGIN)


def _over(house: House, name: str, boxes: dict[str, tuple[float, float, float, float]]) -> float:
    """The middle of what a room is imported by: rooms of a floor stand in this order, so that few arrows cross."""
    above = [boxes[one][0] + boxes[one][2] / 2 for one in boxes if name in house.direct(one)]
    return sum(above) / len(above) if above else 0


def _lines(room: Room, width: float) -> list[str]:
    letters = int((width - 2 * PAD) / (sans_width("abcdefghijklmnopqrst uvwxyz", SMALL) / 27))
    return textwrap.wrap(room.duty, letters)


def _chips(room: Room, width: float) -> list[list[tuple[str, float]]]:
    """The wings in rows, each with its width."""
    rows: list[list[tuple[str, float]]] = []
    room_left = 0.0
    for wing in room.wings:
        needed = mono_width(wing, SMALL) + 16
        if not rows or needed > room_left:
            rows.append([])
            room_left = width - 2 * PAD
        rows[-1].append((wing, needed))
        room_left -= needed + 8
    return rows


def _height(room: Room, width: float) -> float:
    chips = len(_chips(room, width))
    return 2 * PAD + 40 + LINE_HEIGHT * len(_lines(room, width)) + (chips * (CHIP + 6) + 4 if chips else 0)


def _room(drawing: Drawing, room: Room, box: tuple[float, float, float, float]) -> None:
    x, y, width, height = box
    drawing.rect(x, y, width, height)
    drawing.text(x + PAD, y + PAD + 12, room.name, size=NAME, mono=True, bold=True)
    y += PAD + 32
    drawing.text(x + PAD, y, PROCESSES[room.name], size=11, fill=FAINT)
    for line in _lines(room, width):
        y += LINE_HEIGHT
        drawing.text(x + PAD, y + 2, line, size=SMALL)
    y += 12
    for row in _chips(room, width):
        left = x + PAD
        for wing, needed in row:
            drawing.chip(left, y, needed, CHIP)
            drawing.text(left + 8, y + 16, wing, size=SMALL, mono=True)
            left += needed + 8
        y += CHIP + 6


def _arrows(drawing: Drawing, house: House, boxes: dict[str, tuple[float, float, float, float]]) -> None:
    for name, (x, y, width, height) in boxes.items():
        targets = sorted(house.direct(name), key=lambda one: boxes[one][0])
        for number, target in enumerate(targets, 1):
            sources = sorted((one for one in boxes if target in house.direct(one)), key=lambda one: boxes[one][0])
            start = x + width * number / (len(targets) + 1)
            end = boxes[target][0] + boxes[target][2] * (sources.index(name) + 1) / (len(sources) + 1)
            bend = boxes[target][1] - FLOOR_GAP / 2
            first, last = (start, y + height), (end, boxes[target][1])
            if _is_hidden(boxes, start, y + height, bend):
                turn = y + height + FLOOR_GAP / 2
                drawing.line([first, (start, turn), (LANE, turn), (LANE, bend), (end, bend), last], arrow=True)
            elif start == end:
                drawing.line([first, last], arrow=True)
            else:
                drawing.line([first, (start, bend), (end, bend), last], arrow=True)


def _is_hidden(boxes: dict[str, tuple[float, float, float, float]], x: float, top: float, bottom: float) -> bool:
    """Whether a line straight down would run behind a room, or along its edge."""
    return any(
        left - PAD < x < left + width + PAD and top < y and y + height < bottom
        for left, y, width, height in boxes.values()
    )
