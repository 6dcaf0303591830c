"""The picture of the workflow: each trigger, what it waits for, and the jobs and crawlers that it starts."""

from dataclasses import dataclass, field

from deploy.diagrams.kinds import KINDS
from deploy.diagrams.model import Model, Resource, Step, columns
from deploy.diagrams.svg import FAINT, MARGIN, SIGN, Drawing, Point, draw_legend, mono_width, sans_width
from glue_client.errors import DeployError

JOB, CRAWLER, TRIGGER = ("AWS::Glue::" + kind for kind in ("Job", "Crawler", "Trigger"))
SHOWN = (TRIGGER, JOB, CRAWLER)

TOP = 84  # below the heading
BOX = 48  # height of a trigger, a job, a crawler
INDENT = 24  # of what a trigger starts
BOX_GAP = 14
STEP_GAP = 34  # between two triggers in one column
COLUMN_GAP = 46
NAME_SIZE = 12
NOTE_SIZE = 11


@dataclass
class Block:
    """A trigger's place, with the boxes of what it starts below it."""

    step: Step
    column: int
    x: float
    y: float
    boxes: dict[str, Point] = field(default_factory=dict)  # upper left corners

    @property
    def bottom(self) -> float:
        """Where the last box ends."""
        return max((y for _, y in self.boxes.values()), default=self.y) + BOX


def draw_workflow(model: Model, stack: str, workflow: str) -> str:
    """The picture of a stack's workflow as SVG text. DeployError when no trigger of that stack belongs to it."""
    steps = model.steps(stack, workflow)
    if not steps:
        seen = f"{stack}.yml makes no trigger of the workflow {workflow}"
        raise DeployError(f"the workflow {workflow} cannot be drawn", seen, "write its triggers beside it")
    drawing = Drawing(f"The workflow {workflow}", " ".join(map(_sentence, steps)))
    started = {name: model.find(name, JOB, CRAWLER) for step in steps for name in step.starts}
    width = _box_width(steps, started)
    blocks = _place(steps, width)
    right = max(block.x for block in blocks) + width

    drawing.text(MARGIN, 40, f"The workflow {workflow}", size=18, bold=True)
    explanation = "A trigger starts what hangs below it. An arrow leads from what a trigger waits for."
    drawing.text(MARGIN, 62, explanation, size=12, fill=FAINT)
    for block in blocks:
        _draw_waiting(drawing, block, blocks, width)
    for block in blocks:
        _draw_block(drawing, block, started, width)
    bottom = max(block.bottom for block in blocks)
    there = {TRIGGER, *(resource.type for resource in started.values())}
    height = draw_legend(drawing, [KINDS[kind] for kind in SHOWN if kind in there], bottom + 28, right)
    return drawing.finish(right + MARGIN, height)


def _place(steps: list[Step], width: float) -> list[Block]:
    starter: dict[str, str] = {}
    for step in steps:
        for name in step.starts:
            starter.setdefault(name, step.name)
    needs = {step.name: [starter[name] for name, _ in step.waits_for if name in starter] for step in steps}
    by_name = {step.name: step for step in steps}
    blocks = []
    for column, names in enumerate(columns(needs)):
        x, y = MARGIN + column * (width + COLUMN_GAP), float(TOP)
        for name in names:
            block = Block(by_name[name], column, x, y)
            for row, started in enumerate(by_name[name].starts, start=1):
                block.boxes[started] = (x + INDENT, y + row * (BOX + BOX_GAP))
            blocks.append(block)
            y = block.bottom + STEP_GAP
    return blocks


def _draw_waiting(drawing: Drawing, block: Block, blocks: list[Block], width: float) -> None:
    """The arrows from what the block's trigger waits for; around below everything where a column lies between."""
    lowest = max(other.bottom for other in blocks) + 14
    end = (block.x, block.y + BOX / 2)
    for name, _ in block.step.waits_for:
        for other in blocks:
            if name not in other.boxes:
                continue
            start = (other.x + width, other.boxes[name][1] + BOX / 2)
            far = block.column > other.column + 1
            # Lanes of their own: where a far line and a near one meet, each can be followed.
            out, back = start[0] + COLUMN_GAP * (0.3 if far else 0.65), end[0] - COLUMN_GAP * (0.65 if far else 0.35)
            around = [(out, lowest), (back, lowest)] if far else []
            drawing.line([start, (out, start[1]), *around, (back, end[1]), end], arrow=True)


def _draw_block(drawing: Drawing, block: Block, started: dict[str, Resource], width: float) -> None:
    stem = block.x + INDENT / 2
    for x, y in block.boxes.values():
        drawing.line([(stem, block.y + BOX), (stem, y + BOX / 2), (x, y + BOX / 2)], arrow=True)
    _draw_box(drawing, (block.x, block.y), width, kind=TRIGGER, name=block.step.name, note=_trigger_note(block.step))
    for name, corner in block.boxes.items():
        one = started[name]
        _draw_box(drawing, corner, width - INDENT, kind=one.type, name=name, note=_note(one))


def _draw_box(drawing: Drawing, corner: Point, width: float, *, kind: str, name: str, note: str) -> None:
    x, y = corner
    drawing.rect(x, y, width, BOX)
    drawing.sign(x + 10, y + (BOX - SIGN) / 2, KINDS[kind])
    drawing.text(x + 10 + SIGN + 9, y + 21, name, size=NAME_SIZE, mono=True)
    drawing.text(x + 10 + SIGN + 9, y + 37, note, size=NOTE_SIZE, fill=FAINT)


def _box_width(steps: list[Step], started: dict[str, Resource]) -> float:
    triggers = [(step.name, _trigger_note(step), 0) for step in steps]
    others = [(name, _note(resource), INDENT) for name, resource in started.items()]
    widest = max(
        max(mono_width(name, NAME_SIZE), sans_width(note, NOTE_SIZE)) + indent
        for name, note, indent in triggers + others
    )
    return widest + SIGN + 30


def _trigger_note(step: Step) -> str:
    if step.type == "ON_DEMAND":
        return "started by hand"
    if step.type == "SCHEDULED":
        return step.schedule
    if step.type == "EVENT":
        return "started by events"
    if len(step.waits_for) == 1:
        return f"when it ends {step.waits_for[0][1]}"
    states = " and ".join(sorted({state for _, state in step.waits_for}))
    return f"when {'one ends' if step.logical == 'ANY' else 'all end'} {states}"


_MOST_NAMED = 2
"""Tables of a crawler: more would make its box, and with it the picture, wider than a page."""


def _note(resource: Resource) -> str:
    """What a crawler makes, how large a job is: as far as the template says it."""
    properties = resource.properties
    if resource.type == CRAWLER:
        targets = properties["Targets"]
        folders = [target["Path"].rstrip("/").rpartition("/")[2] for target in targets.get("S3Targets", [])]
        tables = [properties.get("TablePrefix", "") + folder for folder in folders]
        made = ", ".join(tables[:_MOST_NAMED])
        if len(tables) > _MOST_NAMED:
            made += f" and {len(tables) - _MOST_NAMED} more"
        return f"makes {made}" if made else f"crawls {', '.join(kind.removesuffix('Targets') for kind in targets)}"
    command = properties["Command"]
    capacity = [f"{properties['MaxCapacity']} DPU"] if "MaxCapacity" in properties else []
    if command["Name"] == "pythonshell":
        version = f"Python {command['PythonVersion']}" if "PythonVersion" in command else "Python"
        return ", ".join([version, *(capacity or ["0.0625 DPU"])])  # AWS's default (Glue API reference, Job)
    if "WorkerType" in properties:
        capacity = [f"{properties.get('NumberOfWorkers', '?')} x {properties['WorkerType']}"]
    return ", ".join([f"Glue {properties['GlueVersion']}" if "GlueVersion" in properties else "Glue", *capacity])


def _sentence(step: Step) -> str:
    conditions = [f"{name} ends {state}" for name, state in step.waits_for]
    when = (
        f"when {(' or ' if step.logical == 'ANY' else ' and ').join(conditions)}" if conditions else _trigger_note(step)
    )
    return f"{step.name}, {when}: starts {', '.join(step.starts)}."
