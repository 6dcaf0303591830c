"""All templates of a folder: their order, what each needs, and which names a caller may say.

A template may say in `Metadata.Pipeline` which pipeline its stack belongs to. A pipeline is these stacks and all that
they need; a stack without a pipeline of its own is deployed where one of them needs it, or where a call names it.

Of an environment there are the stacks that have parameters for it (environments.py), under names that end in its own.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from deploy import environments
from glue_client.errors import DeployError, WrongCall
from glue_client.ordering import ordered
from glue_client.templates import Template


class Bundle:
    """The templates of one folder. `given` are parameters from the call: they may rename a stack that is needed."""

    def __init__(self, folder: Path, given: Mapping[str, str] | None = None, environment: str | None = None) -> None:
        self.given = dict(given or {})
        self._read: dict[Path, Template] = {}
        self.environment = environment
        paths = sorted(folder.glob("*.yml"))
        if not paths:
            raise DeployError(f"no templates in {folder}", "no file *.yml", "put <stack>.yml files there")
        self._paths = paths if environment is None else environments.paths(paths, environment)

    def placed(self, place: str) -> str:
        """A path in Parameter Store, as it is in the environment of these stacks."""
        return environments.placed(place, self.environment)

    def __getitem__(self, name: str) -> Template:
        return self._templates[name]

    @cached_property
    def _templates(self) -> dict[str, Template]:
        return {template.name: template for template in map(self._loaded, self._paths)}

    def _loaded(self, path: Path) -> Template:
        """A template; reading one takes some milliseconds, so that calls which need few of them read few."""
        if path not in self._read:
            template = environments.load(path, self.environment)
            _refuse_unknown_parameters(template)
            self._read[path] = template
        return self._read[path]

    @cached_property
    def needs(self) -> dict[str, list[str]]:
        """For each stack the stacks of this folder whose exports it imports, in the order in which it does."""
        owners = {export: name for name, one in self._templates.items() for export in one.exports(self.for_stack(name))}
        found: dict[str, list[str]] = {}
        for name, template in self._templates.items():
            imports = template.imports(self.for_stack(name))
            found[name] = list(dict.fromkeys(owners[one] for one in imports if owners.get(one, name) != name))
        return found

    @cached_property
    def order(self) -> list[str]:
        """All stack names, each after those that it needs."""
        return ordered(self.needs)

    def select(self, names: Iterable[str]) -> list[str]:
        """The named stacks in order, each once. WrongCall for an unknown name."""
        wanted = {name if name in self._templates else environments.named(name, self.environment) for name in names}
        for name in wanted:
            if name not in self._templates:
                raise WrongCall(f'this project has no stack "{name}"; its stacks are {", ".join(self.order)}')
        return [name for name in self.order if name in wanted]

    @property
    def pipelines(self) -> list[str]:
        """The names of the pipelines, in the order of their stacks."""
        found = (self[name].pipeline for name in self.order)
        return list(dict.fromkeys(name for name in found if name))

    def no_pipeline(self, name: str) -> WrongCall:
        """What to say of a pipeline that is not here."""
        known = ", ".join(self.pipelines) or "none"
        if self.environment:
            return WrongCall(
                f'there is no pipeline "{name}" in the environment "{self.environment}", which has parameter files for '
                f"{known} (docs/delivery.md)"
            )
        return WrongCall(f'there is no pipeline "{name}"; the pipelines are {known}')

    def own(self, pipeline: str) -> list[str]:
        """The stacks that belong to a pipeline, in order. WrongCall when there is no such pipeline."""
        if pipeline not in self.pipelines:
            raise self.no_pipeline(pipeline)
        return [name for name in self.order if self[name].pipeline == pipeline]

    def of_pipeline(self, pipeline: str) -> list[str]:
        """The stacks of a pipeline with all that they need, in order. WrongCall when there is no such pipeline."""
        waiting, found = self.own(pipeline), set[str]()
        while waiting:
            name = waiting.pop()
            found.add(name)
            waiting += [need for need in self.needs[name] if need not in found]
        return [name for name in self.order if name in found]

    def dependents(self, name: str) -> list[str]:
        """The stacks that need the named one, directly or through others, in order."""
        found: list[str] = []
        for one in self.order:
            if {name, *found} & set(self.needs[one]):
                found.append(one)
        return found

    def stack_with_output(self, output: str) -> str:
        """The stack whose template declares the output. DeployError when none does."""
        named = re.compile(rf"""\b{re.escape(output)}["']?\s*:""")  # most templates need not be read for it
        likely = [path for path in self._paths if named.search(path.read_text(encoding="utf-8", errors="replace"))]
        found = [template.name for template in map(self._loaded, likely) if output in template.outputs]
        if len(found) == 1:
            return found[0]
        for name in self.order:
            if output in self[name].outputs:
                return name
        raise DeployError(f"no template has an output {output}", ", ".join(self.order), "add it to one of them")

    def for_stack(self, name: str) -> dict[str, str]:
        """The parameters of the call that the stack declares."""
        return {key: value for key, value in self.given.items() if key in self[name].parameters}

    def refuse_foreign(self, names: Iterable[str]) -> None:
        """WrongCall when a parameter of the call belongs to none of the named stacks."""
        valid = {key: None for name in names for key in self[name].parameters}
        for key in self.given:
            if key not in valid:
                known = f"the parameters are {', '.join(valid)}" if valid else "there are none"
                raise WrongCall(f'there is no parameter "{key}"; {known}')


def _refuse_unknown_parameters(template: Template) -> None:
    for key in template.values:
        if key not in template.parameters:
            file = template.path.with_suffix(".json").name
            valid = ", ".join(template.parameters) or "none"
            raise DeployError(
                f'{file} sets "{key}", which {template.path.name} does not declare',
                f"it declares {valid}",
                f"correct {file}",
            )
