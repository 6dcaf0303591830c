"""Pictures of the bundle, drawn from its templates, and of the code, drawn from its imports.

    __init__.py   which pictures there are
    model.py      what the templates say, as far as a picture shows it
    stacks.py     the stacks, their resources and imports
    workflow.py   the workflow's triggers, jobs and crawlers
    definition.py     what the definition of a state machine says, as far as a picture shows it
    machine.py    a state machine's states
    architecture.py   the packages of the project on their floors
    rooms.py      which packages there are, and which imports which
    kinds.py      colour and sign of each resource type
    svg.py        shapes, text, legend

The same templates give the same bytes, so a test can tell a picture that is out of date. Each pipeline has a picture of
its stacks, and one of the Glue workflow or the state machine that starts it, where its template names one. A stack that
no pipeline needs (the optional network, monitoring and access) is in none, since nothing would lead to it.
"""

from pathlib import Path

from deploy.bundle import Bundle
from deploy.diagrams.architecture import draw_architecture
from deploy.diagrams.definition import read
from deploy.diagrams.machine import draw_machine
from deploy.diagrams.model import Model
from deploy.diagrams.stacks import draw_stacks
from deploy.diagrams.workflow import draw_workflow
from deploy.pipelines import STATE_MACHINE, WORKFLOW, Pipelines
from deploy.project import SCRIPTS


def draw(templates_dir: Path, images_dir: Path, scripts_dir: Path = SCRIPTS) -> list[Path]:
    """Draw every picture of the templates into the folder and return the files, the default pipeline's first.

    Those of the default pipeline are stacks.svg and workflow.svg (machine.svg where a state machine starts it), those
    of another begin with its name. Definitions of state machines may be files of the scripts.

    DeployError when a template cannot be read, imports what none exports, or starts what none makes.
    """
    bundle = Bundle(templates_dir)
    images_dir.mkdir(parents=True, exist_ok=True)
    paths = []
    for pipeline in sorted(Pipelines(bundle).all, key=lambda one: not one.is_default):
        model = Model(bundle, bundle.of_pipeline(pipeline.name))
        pictures = {"stacks.svg": draw_stacks(model)}
        if pipeline.starts:
            stack, logical_id = pipeline.starts.stack, pipeline.starts.logical_id
            name = model.name(stack, logical_id)
            if pipeline.starts.type == WORKFLOW:
                pictures["workflow.svg"] = draw_workflow(model, stack, name)
            elif pipeline.starts.type == STATE_MACHINE:
                pictures["machine.svg"] = draw_machine(read(model, stack, logical_id, scripts_dir), name)
        for file, picture in pictures.items():
            path = images_dir / (file if pipeline.is_default else f"{pipeline.name}-{file}")
            path.write_text(picture, encoding="utf-8", newline="\n")
            paths.append(path)
    return paths


def draw_packages(root: Path, images_dir: Path) -> Path:
    """Draw the project's packages into the folder and return the file. DeployError for a package without a place."""
    images_dir.mkdir(parents=True, exist_ok=True)
    path = images_dir / "architecture.svg"
    path.write_text(draw_architecture(root), encoding="utf-8", newline="\n")
    return path
