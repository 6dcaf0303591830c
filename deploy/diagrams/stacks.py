"""The picture of the stacks: what each holds, and which exported names it takes from another."""

from dataclasses import dataclass

from deploy.diagrams.kinds import KINDS
from deploy.diagrams.model import Import, Model, Resource, columns
from deploy.diagrams.svg import FAINT, INK, MARGIN, SIGN, Drawing, draw_legend, mono_width

TOP = 84  # below the heading
HEAD = 42  # a card's own heading
ROW = 26
CARD_GAP = 28
NAME_SIZE = 12
KEY_SIZE = 11
KEY_ROW = 16
KEY_GAP = 14  # between the names of two arrows
ARROW = 30  # free line on either side of an arrow's names
LANE = 16  # between arrows that go around below


@dataclass
class Card:
    """A stack's place."""

    column: int
    resources: list[Resource]
    x: float
    y: float
    width: float

    @property
    def height(self) -> float:
        """Heading and rows."""
        return HEAD + ROW * len(self.resources) + 8

    def port(self, number: int, of: int) -> float:
        """Height at which the arrow with that number, counted from 0, touches a side."""
        return self.y + self.height * (number + 1) / (of + 1)


@dataclass
class Arrow:
    """An import's place: from a card's right side, by the box with its names, to another card's left side."""

    edge: Import
    start: float = 0
    end: float = 0
    middle: float = 0  # of the box

    @property
    def box_height(self) -> float:
        """The names and some room."""
        return KEY_ROW * len(self.edge.keys) + 10


def draw_stacks(model: Model) -> str:
    """The picture as SVG text."""
    edges = [edge for stack in model.stacks for edge in model.imports_of(stack)]
    sentences = [f"{edge.importer} imports {', '.join(edge.keys)} from {edge.exporter}." for edge in edges]
    drawing = Drawing("The stacks, and what each imports from another", " ".join(sentences))
    key_width = max((mono_width(key, KEY_SIZE) for edge in edges for key in edge.keys), default=0) + 20
    cards = _place_cards(model, key_width + 2 * ARROW)
    bottom = _lowest(cards)
    right = max(card.x + card.width for card in cards.values())

    drawing.text(MARGIN, 40, "The stacks, and what each imports from another", size=18, bold=True)
    explanation = "Created in the order of their numbers. An arrow leads exported names to the stack that imports them."
    drawing.text(MARGIN, 62, explanation, size=12, fill=FAINT)
    for arrow in _place_arrows(edges, cards):
        bottom = _draw_arrow(drawing, arrow, cards, key_width, bottom)
    for number, stack in enumerate(model.stacks, start=1):
        _draw_card(drawing, stack, number, cards[stack])
    shown = {one.type for stack in model.stacks for one in model.resources(stack)}
    height = draw_legend(drawing, [KINDS[kind] for kind in KINDS if kind in shown], bottom + 28, right)
    return drawing.finish(right + MARGIN, height)


def _place_cards(model: Model, gap: float) -> dict[str, Card]:
    names = [one.name for stack in model.stacks for one in model.resources(stack)]
    width = max(mono_width(name, NAME_SIZE) for name in names) + SIGN + 44
    needs = {stack: [edge.exporter for edge in model.imports_of(stack)] for stack in model.stacks}
    cards: dict[str, Card] = {}
    for column, stacks in enumerate(columns(needs)):
        y: float = TOP
        for stack in stacks:
            cards[stack] = Card(column, model.resources(stack), MARGIN + column * (width + gap), y, width)
            y += cards[stack].height + CARD_GAP
    bottom = _lowest(cards)
    for column in {card.column for card in cards.values()}:
        inside = [card for card in cards.values() if card.column == column]
        free = bottom - max(card.y + card.height for card in inside)
        for card in inside:
            card.y += free / 2
    return cards


def _lowest(cards: dict[str, Card]) -> float:
    return max(card.y + card.height for card in cards.values())


def _place_arrows(edges: list[Import], cards: dict[str, Card]) -> list[Arrow]:
    """Arrows that touch the same side spread over it, in the order of what they lead to; no two boxes overlap."""
    arrows = [Arrow(edge) for edge in edges]
    for stack, card in cards.items():
        leaving = [one for one in arrows if one.edge.exporter == stack]
        leaving.sort(key=lambda one: (_goes_around(one, cards), cards[one.edge.importer].y))
        for number, arrow in enumerate(leaving):
            arrow.start = card.port(number, len(leaving))
        coming = [one for one in arrows if one.edge.importer == stack]
        coming.sort(key=lambda one: (_goes_around(one, cards), cards[one.edge.exporter].y))
        for number, arrow in enumerate(coming):
            arrow.end = card.port(number, len(coming))
    for column in {card.column for card in cards.values()}:
        _spread([one for one in arrows if cards[one.edge.importer].column == column])
    for arrow in arrows:  # straight in, wherever the card is high enough for it
        card = cards[arrow.edge.importer]
        arrow.end = min(max(arrow.middle, card.y + 14), card.y + card.height - 14)
    return arrows


def _goes_around(arrow: Arrow, cards: dict[str, Card]) -> bool:
    """Whether a column lies between the two cards: the arrow then takes a lane below all of them."""
    return cards[arrow.edge.importer].column > cards[arrow.edge.exporter].column + 1


def _spread(arrows: list[Arrow]) -> None:
    """Give each box the height where its arrow ends, or as near to it as its neighbours leave room."""
    floor = float("-inf")
    arrows.sort(key=lambda one: one.end)
    for arrow in arrows:
        arrow.middle = max(arrow.end, floor + KEY_GAP + arrow.box_height / 2)
        floor = arrow.middle + arrow.box_height / 2
    too_low = arrows[-1].middle - arrows[-1].end if arrows else 0
    for arrow in arrows:
        arrow.middle -= too_low / 2


def _draw_arrow(drawing: Drawing, arrow: Arrow, cards: dict[str, Card], width: float, bottom: float) -> float:
    """Draw one import. Gives the picture's lowest line, which sinks by a lane for an arrow around another column."""
    source, target = cards[arrow.edge.exporter], cards[arrow.edge.importer]
    left, lowest = target.x - ARROW - width, _lowest(cards)
    start, entry = (source.x + source.width, arrow.start), (left, arrow.middle)
    if _goes_around(arrow, cards):
        lane = bottom + LANE
        aside = 9 + (lane - lowest) / LANE * 5  # so that two of them do not become one line
        out, back = start[0] + aside, left - aside
        drawing.line(
            [start, (out, start[1]), (out, lane), (back, lane), (back, entry[1]), entry], arrow=False, radius=6
        )
        bottom = lane
    else:
        drawing.curve(start, entry, arrow=False)
    drawing.rect(left, arrow.middle - arrow.box_height / 2, width, arrow.box_height)
    for row, key in enumerate(arrow.edge.keys):
        y = arrow.middle - arrow.box_height / 2 + 5 + KEY_ROW * row + 12
        drawing.text(left + 10, y, key, size=KEY_SIZE, mono=True, fill=FAINT)
    drawing.curve((left + width, arrow.middle), (target.x, arrow.end), arrow=True)
    return bottom


def _draw_card(drawing: Drawing, stack: str, number: int, card: Card) -> None:
    drawing.rect(card.x, card.y, card.width, card.height)
    drawing.text(card.x + 14, card.y + 26, str(number), size=15, bold=True, fill=FAINT)
    drawing.text(card.x + 32, card.y + 26, stack, size=15, bold=True, fill=INK)
    for row, resource in enumerate(card.resources):
        y = card.y + HEAD + ROW * row
        drawing.sign(card.x + 12, y, KINDS[resource.type])
        drawing.text(card.x + 12 + SIGN + 9, y + 13, resource.name, size=NAME_SIZE, mono=True)
