"""The pipelines that the templates describe, and their parts on AWS.

`Metadata.Pipeline` of a template is the name of the pipeline that its stack belongs to. In one template of each
pipeline it is a mapping, which says all that tasks need to know of it (docs/add-a-pipeline.md):

    Name        of the pipeline
    Default     true for the one that tasks mean which are told none
    Starts      logical id of the Glue workflow or the state machine that starts it
    Database    logical id of the Glue database of its tables
    Backfill    what `backfill` runs for each day, see backfills.py
    Demo        what `demo` does with it, see demos.py

What it names must be in a template of that pipeline: all is checked when it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from deploy import parts
from deploy.backfills import Backfill
from deploy.bundle import Bundle
from deploy.declared import Declared
from deploy.demos import Demo
from deploy.names import Names
from deploy.parts import Part
from glue_client.aws import Aws
from glue_client.deployed import find
from glue_client.errors import DeployError, WrongCall

DATABASE, WORKFLOW, JOB = "AWS::Glue::Database", "AWS::Glue::Workflow", "AWS::Glue::Job"
STATE_MACHINE = "AWS::StepFunctions::StateMachine"
ALL = "all"
"""What `demo` takes for every pipeline with a demo: no name of one."""


@dataclass(frozen=True)
class Pipeline:
    """What one pipeline says of itself; without a mapping it says its name alone."""

    name: str
    is_default: bool = False
    starts: Part | None = None
    database: Part | None = None
    backfill: Backfill | None = None
    demo: Demo | None = None
    environment: str | None = None

    def call(self, task: str, *more: str) -> str:
        """How a task is called for this pipeline, for people; `more` are further parts of the call."""
        parts = [] if self.is_default else [f"pipeline={self.name}"]
        parts += [*([f"environment={self.environment}"] if self.environment else []), *more]
        return f"./pyntw '{task}[{','.join(parts)}]'" if parts else f"./pyntw {task}"


class Pipelines:
    """The pipelines of a bundle, in the order of their stacks.

    Raises:
        DeployError: a template says of its pipeline what makes no sense, or names what is not there.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._all = {name: self._read(name) for name in bundle.pipelines}
        if ALL in self._all:
            seen = f"Metadata.Pipeline of {', '.join(f'{one}.yml' for one in bundle.own(ALL))}"
            raise DeployError(f'no pipeline may be called "{ALL}", which means each of them', seen, "name it otherwise")
        defaults = [name for name, one in self._all.items() if one.is_default]
        if len(defaults) > 1:
            raise DeployError(
                "there is more than one default pipeline",
                f"Default: true stands in the templates of {', '.join(defaults)}",
                "take it out of all but one",
            )

    @property
    def all(self) -> list[Pipeline]:
        """Every pipeline."""
        return list(self._all.values())

    @property
    def names(self) -> list[str]:
        """The names of all, that of the default one first."""
        return sorted(self._all, key=lambda name: not self._all[name].is_default)

    @property
    def with_demo(self) -> list[str]:
        """The names of those that have a demo, that of the default one first."""
        return [name for name in self.names if self._all[name].demo]

    @cached_property
    def default(self) -> Pipeline | None:
        """The one that tasks mean which are told none."""
        return next((one for one in self.all if one.is_default), None)

    def chosen(self, name: str | None) -> Pipeline:
        """The named pipeline, without a name the default one. WrongCall when there is none such."""
        if name is None and self.default:
            return self.default
        known = ", ".join(self._all) or "none"
        if name is None:
            raise WrongCall(f"no pipeline is the default one: say pipeline=…; the pipelines are {known}")
        if name not in self._all:
            raise self.bundle.no_pipeline(name)
        return self._all[name]

    def to_show(self, name: str | None) -> tuple[Pipeline, Demo]:
        """The named (or default) pipeline with its demo. WrongCall when it has none."""
        known = [one.name for one in self.all if one.demo]
        if name is not None and name not in known:
            raise WrongCall(f'there is no demo of "{name}"; there are demos of {", ".join(known) or "none"}')
        pipeline = self.chosen(name)
        if pipeline.demo is None:
            raise WrongCall(f'there is no demo of "{pipeline.name}"; there are demos of {", ".join(known) or "none"}')
        return pipeline, pipeline.demo

    def to_fill(self, name: str | None) -> tuple[Pipeline, Backfill]:
        """The named (or default) pipeline with what runs one day of it. WrongCall when nothing does."""
        pipeline = self.chosen(name)
        if pipeline.backfill is None:
            known = ", ".join(one.name for one in self.all if one.backfill) or "none"
            raise WrongCall(f'nothing runs a day of the pipeline "{pipeline.name}"; what does say {known}')
        return pipeline, pipeline.backfill

    def planned_name(self, pipeline: Pipeline, part: Part) -> str:
        """What the templates and parameter files call a part of a pipeline."""
        return Names(self.bundle, self.bundle.of_pipeline(pipeline.name)).name(part.stack, part.logical_id)

    def name_of(self, aws: Aws, pipeline: Pipeline, part: Part) -> str:
        """What a part is called on AWS: as its stack says; where nobody may ask, or nothing is deployed, as planned."""
        try:
            answer = aws.cloudformation.describe_stack_resource(StackName=part.stack, LogicalResourceId=part.logical_id)
        except ClientError:
            return self.planned_name(pipeline, part)
        return str(answer["StackResourceDetail"].get("PhysicalResourceId") or self.planned_name(pipeline, part))

    def that_makes(self, name: str, *kinds: str) -> Pipeline | None:
        """The pipeline in whose own stacks a resource of one of these types is planned under that name."""
        for pipeline in self.all:
            names = Names(self.bundle, self.bundle.of_pipeline(pipeline.name))
            for stack in self.bundle.own(pipeline.name):
                for logical_id, resource in self.bundle[stack].body["Resources"].items():
                    if resource.get("Type") in kinds and names.name(stack, logical_id) == name:
                        return pipeline
        return None

    def that_runs(self, script: str) -> Pipeline | None:
        """The pipeline one of whose own templates names that script, as glue_scripts/<folder>/<file>.py."""
        for pipeline in self.all:
            if any(script in self.bundle[stack].text for stack in self.bundle.own(pipeline.name)):
                return pipeline
        return None

    def is_deployed(self, aws: Aws, pipeline: Pipeline) -> bool:
        """Whether the stack of the pipeline's database is there; so too where nobody may ask, or it has no database."""
        try:
            return pipeline.database is None or find(aws, pipeline.database.stack) is not None
        except ClientError:
            return True

    def database_of(self, aws: Aws, name: str | None) -> str | None:
        """The database of the named (or default) pipeline on AWS; None where there is none."""
        pipeline = self.default if name is None else self._all[name]
        return self.name_of(aws, pipeline, pipeline.database) if pipeline and pipeline.database else None

    def _read(self, name: str) -> Pipeline:
        told = [one for one in self.bundle.own(name) if isinstance(self._said(one), Mapping)]
        if not told:
            return Pipeline(name, environment=self.bundle.environment)
        if len(told) > 1:
            raise DeployError(
                f"pipeline {name} is described more than once",
                f"Metadata.Pipeline is a mapping in {', '.join(f'{one}.yml' for one in told)}",
                f"leave it in one of them, and write Pipeline: {name} into the others",
            )
        said = Declared(f"{told[0]}.yml", "Metadata.Pipeline", self._said(told[0]))
        said.takes("Name", "Default", "Starts", "Database", "Backfill", "Demo")
        starts = self._part(said, "Starts", name, WORKFLOW, STATE_MACHINE)
        database = self._part(said, "Database", name, DATABASE)
        demo = said.inner("Demo")
        return Pipeline(
            name,
            said.get("Default", bool, default=False),
            starts,
            database,
            self._backfill(said, name),
            Demo.read(demo, self.bundle, name, complete=bool(starts and database)) if demo else None,
            self.bundle.environment,
        )

    def _backfill(self, said: Declared, pipeline: str) -> Backfill | None:
        inner = said.inner("Backfill")
        if inner is None:
            return None
        inner.takes("Starts", "Property")
        starts = self._part(inner, "Starts", pipeline, WORKFLOW)
        if starts is None:
            raise inner.wrong("Starts is missing", "a backfill runs a workflow for each day", "write it")
        return Backfill(starts, inner.get("Property", str))

    def _said(self, stack: str) -> Any:
        return self.bundle[stack].body["Metadata"]["Pipeline"]

    def _part(self, said: Declared, key: str, pipeline: str, *kinds: str) -> Part | None:
        """The resource that a key names, somewhere in the pipeline's own templates."""
        wanted = said.get(key, str, default="")
        return parts.named(said, key, wanted, self.bundle, pipeline, *kinds) if wanted else None
