"""Arguments: those that templates pass, and those that scripts take."""

from collections.abc import Iterator, Mapping

from local_glue.lint.base import GUIDE, Finding, GlueRule, own
from local_glue.lint.expressions import Path_
from local_glue.lint.project import Project
from local_glue.lint.script_files import Script
from local_glue.lint.starts import JOB, Node, arguments_of
from local_glue.lint.unread import is_unread, taken
from local_glue.lint.values import Resource, Source

NEVER_MISSING = frozenset({"TempDir", "RedshiftTempDir", "SECURITY_CONFIGURATION", "encryption_type"})
"""What getResolvedOptions gives as None where nobody passes it (seen of it; see awsglue/utils.py)."""
RESERVED = frozenset({"job-bookmark-option", "job-bookmark-from", "job-bookmark-to", "JOB_ID", "JOB_RUN_ID"})
OF_SPARK = frozenset({"JOB_NAME", "JOB_ID", "JOB_RUN_ID"})
OF_WORKFLOWS = frozenset({"WORKFLOW_NAME", "WORKFLOW_RUN_ID"})
ARGUMENTS = GUIDE + "aws-glue-programming-etl-glue-arguments.html"


def _scripts(project: Project, source: Source) -> Iterator[tuple[Resource, Script]]:
    for job in own(project, source, "AWS::Glue::Job"):
        script = project.script(job)
        if script is not None and script.modules:
            yield job, script


def _bare(names: Mapping[str, Path_]) -> dict[str, Path_]:
    return {name.removeprefix("--"): path for name, path in names.items()}


class MissingArgument(GlueRule):
    """A job is started without an argument that its script requires."""

    id = "E9301"
    shortdesc = "A job is started without an argument that its script requires"
    description = "getResolvedOptions and argparse end the run with an error when a required argument is missing"
    source_url = ARGUMENTS

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each trigger or state machine of this template, and argument."""
        for start in project.starts:
            if start.by.source is not source or start.open:
                continue
            for node in start.nodes:
                if not isinstance(node.value, Resource):
                    continue
                script = project.script(node.value)
                given = _given(project, node.value)
                if script is None or given is None:
                    continue
                passed = {*given, *_bare(start.arguments)} | (OF_WORKFLOWS if start.in_workflow else set())
                for name in sorted(script.options.required - passed - NEVER_MISSING):
                    yield (
                        start.path,
                        (
                            f"{start.by.id} starts {node} without --{name}, which {script.path.name} requires; pass it "
                            f"here, or in the job's DefaultArguments{_of_workflow(name)}"
                        ),
                    )


class UndeclaredArgument(GlueRule):
    """A template passes an argument that the script does not read."""

    id = "W9302"
    shortdesc = "An argument that no script reads"
    description = "What is neither declared by the script nor a parameter of Glue's has no effect, or is misspelt"
    source_url = ARGUMENTS

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each argument of this template."""
        for job, script in _scripts(project, source):
            for name in ("DefaultArguments", "NonOverridableArguments"):
                yield from self._of(arguments_of(job, name)[0], job, script)
        for start in project.starts:
            if start.by.source is source:
                for node in start.nodes:
                    started = (
                        project.script(node.value) if node.kind == JOB and isinstance(node.value, Resource) else None
                    )
                    if started is not None and started.modules and isinstance(node.value, Resource):
                        yield from self._of(start.arguments, node.value, started)

    def _of(self, names: Mapping[str, Path_], job: Resource, script: Script) -> Iterator[Finding]:
        options = script.options
        if options.open:
            return
        for name, path in names.items():
            bare = name.removeprefix("--")
            if bare in options.known and not name.startswith("--"):
                yield path, f"{script.path.name} of job {job.id} cannot read {name}; call it --{name}"
            elif is_unread(options, name):
                fails = ", and fails with it" if options.strict else ""
                yield (
                    path,
                    (
                        f"{script.path.name} of job {job.id} does not read {name}{fails}; take it out, or correct its "
                        f"name: the script takes {taken(options)}"
                    ),
                )


class ArgumentOfNobody(GlueRule):
    """A script requires an argument that neither the job nor anything here passes."""

    id = "I9303"
    shortdesc = "An argument that each start of the job by hand must give"
    description = "The script requires it, the job has no default for it, and nothing in these templates starts the job"
    source_url = ARGUMENTS

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each job and argument."""
        for job, script in _scripts(project, source):
            given = _given(project, job)
            if given is None or project.starts_of(Node(JOB, job)):
                continue
            for name in sorted(script.options.required - given - NEVER_MISSING):
                yield (
                    job.place("DefaultArguments"),
                    (
                        f"{script.path.name} of job {job.id} requires --{name}, and nobody passes it; give it a "
                        "default in DefaultArguments, or pass it with each start"
                    ),
                )


class ScriptNotFound(GlueRule):
    """A script could not be checked."""

    id = "I9304"
    shortdesc = "A script that is not beside the template, or not readable: not checked"
    description = "A script is found by the end of its address among the files of the template's repository or folder"
    source_url = ARGUMENTS

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each job."""
        for job in own(project, source, "AWS::Glue::Job"):
            address = project.text(job, "Command", "ScriptLocation")
            script = project.script(job)
            if address is not None and script is None:
                yield (
                    job.place("Command", "ScriptLocation"),
                    (
                        f"job {job.id} was not held against its script: no one Python file here is {address}; check it "
                        "from the repository that has it"
                    ),
                )


class ReservedArgument(GlueRule):
    """A script asks getResolvedOptions for what it may not ask for."""

    id = "E9305"
    shortdesc = "A script asks getResolvedOptions for a reserved argument"
    description = "Names with -- before them, those of bookmarks, JOB_ID and JOB_RUN_ID end the run with an error"
    source_url = GUIDE + "aws-glue-api-crawler-pyspark-extensions-get-resolved-options.html"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each job and name."""
        for job, script in _scripts(project, source):
            for name in sorted(script.options.asked):
                if name.startswith("--") or name in RESERVED:
                    advice = (
                        f"ask for {name[2:]}" if name.startswith("--") else "leave it out: the answer has it anyway"
                    )
                    yield (
                        job.place("Command", "ScriptLocation"),
                        (
                            f"{script.path.name} of job {job.id} asks getResolvedOptions for {name}, which is "
                            f"reserved; {advice}"
                        ),
                    )


def _given(project: Project, job: Resource) -> set[str] | None:
    """What a job has without its start's arguments; None where only a deployment tells."""
    given: set[str] = set(OF_SPARK if project.command(job) != "pythonshell" else ())
    for name in ("DefaultArguments", "NonOverridableArguments"):
        names, others = arguments_of(job, name)
        if others:
            return None
        given |= {*_bare(names)}
    return given


def _of_workflow(name: str) -> str:
    return "; Glue passes it in a workflow's runs only" if name in OF_WORKFLOWS else ""
