"""Environments side by side in one account: the same templates with other parameter files.

`cloudformation/<environment>/<stack>.json` are the parameters of a stack in an environment, in the shape of those of
the plain one; a template without such a file is not deployed there. The stack is called `<stack>-<environment>`, and
its parameter `Environment`, `-<environment>`, ends the names of what it makes. Without an environment names have no
ending.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from glue_client.errors import WrongCall
from glue_client.templates import Template, parameter_file


def paths(templates: Iterable[Path], environment: str) -> list[Path]:
    """Those of the templates that an environment has. WrongCall when there is none such; it says which there are."""
    templates = list(templates)
    folder = templates[0].parent
    there = [path for path in templates if environment in known(folder) and _parameters(path, environment).is_file()]
    if not there:
        names = ", ".join(known(folder)) or "none"
        raise WrongCall(f'there is no environment "{environment}"; those with parameter files are {names}')
    return there


def load(path: Path, environment: str | None) -> Template:
    """A template, of an environment under its name there. DeployError when it is not what it should be."""
    if environment is None:
        return Template.load(path)
    template = Template.read(path, parameter_file(_parameters(path, environment)))
    return replace(template, name=named(template.name, environment))


def _parameters(path: Path, environment: str) -> Path:
    return path.parent / environment / f"{path.stem}.json"


def known(folder: Path) -> list[str]:
    """The environments that have parameter files."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and any(path.glob("*.json")))


def told(folder: Path, names: Iterable[str]) -> str | None:
    """The environment that stacks of these names are of, where all are of one: `glue-jobs-test` is of `test`."""
    names = list(names)
    for environment in known(folder):
        stems = [name.removesuffix(f"-{environment}") for name in names if name.endswith(f"-{environment}")]
        if (
            names
            and len(stems) == len(names)
            and all((folder / environment / f"{one}.json").is_file() for one in stems)
        ):
            return environment
    return None


def named(name: str, environment: str | None) -> str:
    """What the plain name of a stack, or of anything else, is called in an environment."""
    return f"{name}-{environment}" if environment else name


def meant(name: str, environment: str | None) -> str:
    """What a name in a call means in an environment: the plain one with its ending.

    A name that has the ending, a script below glue_scripts/ (with its folder) and the id of a run stay as they are. So
    a call that names an environment never reaches what has the plain name, which is of the deployment without one.
    """
    if not environment or name.endswith(f"-{environment}") or "/" in name or name.startswith(_IDS):
        return name
    return named(name, environment)


_IDS = ("jr_", "wr_")


def placed(place: str, environment: str | None) -> str:
    """A path in Parameter Store as it is in an environment: /etl-poc/wheels is /etl-poc-test/wheels there."""
    _, project, *rest = place.split("/")
    return "/".join(["", named(project, environment), *rest])
