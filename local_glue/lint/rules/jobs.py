"""Jobs: combinations that Glue takes, scripts that their Python reads, bookmarks that are kept."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.glue.definitions import checks
from local_glue.lint.base import GUIDE, Finding, GlueRule, own
from local_glue.lint.checked import refused
from local_glue.lint.expressions import is_known, variants
from local_glue.lint.project import Project
from local_glue.lint.script_files import Script
from local_glue.lint.values import Resource, Source

TEXTS = ("GlueVersion", "WorkerType", "ExecutionClass")
WHOLE = ("MaxRetries", "Timeout", "NumberOfWorkers")
NUMBERS = ("MaxCapacity", "AllocatedCapacity")
PYTHON = {"3.0": (3, 7), "4.0": (3, 10), "5.0": (3, 11), "5.1": (3, 11)}
"""Python of a Spark job by its GlueVersion (developer guide, "AWS Glue versions")."""
SHELL = (3, 9)
"""Python of a Python shell job: with PythonVersion 3 too, since 3.6 ended in 2026 (developer guide, "Python shell")."""


class RefusedJob(GlueRule):
    """Glue refuses a job when the stack is made."""

    id = "E9330"
    shortdesc = "A job that Glue refuses"
    description = "Workers with MaxCapacity, a worker type without their number, versions past their end, limits, …"
    source_url = GUIDE + "add-job.html"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each job, by the checks of the local AWS."""
        for job in own(project, source, "AWS::Glue::Job"):
            calls = [_as_call(project, job, said) for said in variants(job.properties)]
            for sentence in dict.fromkeys(refused(checks.check_job, call) for call in calls if call is not None):
                if sentence:
                    yield job.place(), f"Glue refuses job {job.id}: {sentence}; correct it"


def _as_call(project: Project, job: Resource, said: Mapping[str, Any]) -> dict[str, Any] | None:
    """A job as CreateJob takes it; None where what counts is known in a deployment only, or is none of its type."""
    texts = {name: project.values.text(job.source, said[name]) for name in (*TEXTS, *WHOLE, *NUMBERS) if name in said}
    command = said.get("Command", {})
    if not isinstance(command, dict):
        return None
    named = {key: project.values.text(job.source, command[key]) for key in ("Name", "PythonVersion") if key in command}
    if not all(map(is_known, [*texts.values(), *named.values()])):
        return None
    call: dict[str, Any] = {"Command": named, **{name: texts[name] for name in TEXTS if name in texts}}
    try:
        call |= {name: int(texts[name]) for name in WHOLE if name in texts}
        call |= {name: float(texts[name]) for name in NUMBERS if name in texts}
    except ValueError:  # cfn-lint complains of the type
        return None
    return call


class OtherPython(GlueRule):
    """A script that the Python of its job cannot read."""

    id = "E9360"
    shortdesc = "A script that the Python of its job cannot read"
    description = "Python shell jobs run Python 3.9, Spark jobs 3.11 (Glue 5), 3.10 (Glue 4) or 3.7 (Glue 3)"
    source_url = GUIDE + "release-notes.html"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each job."""
        for job in own(project, source, "AWS::Glue::Job"):
            script, version = project.script(job), _python(project, job)
            if script is None or version is None:
                continue
            try:
                ast.parse(script.path.read_bytes(), feature_version=version)
            except (SyntaxError, ValueError) as error:
                line = getattr(error, "lineno", None)
                where = f"{script.path.name} line {line}" if line else script.path.name
                what = getattr(error, "msg", str(error))
                yield (
                    job.place("Command", "ScriptLocation"),
                    (
                        f"job {job.id} runs Python {version[0]}.{version[1]}, which cannot read {where}: {what}; "
                        "correct the script, or take another version"
                    ),
                )


def _python(project: Project, job: Resource) -> tuple[int, int] | None:
    """The Python of a job; None where it runs none, or only a deployment tells."""
    command = project.command(job)
    if command == "pythonshell":
        return SHELL
    version = project.text(job, "GlueVersion")
    return PYTHON.get(version or "") if command in ("glueetl", "gluestreaming") else None


class BookmarkNotKept(GlueRule):
    """Bookmarks are on, and the script does not keep them."""

    id = "W9361"
    shortdesc = "Bookmarks are on, and the script does not keep them"
    description = "Without Job.init, a transformation_ctx at each source and Job.commit each run reads everything again"
    source_url = GUIDE + "programming-etl-connect-bookmarks.html"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each job."""
        for job in own(project, source, "AWS::Glue::Job"):
            script = project.script(job)
            said = project.text(job, "DefaultArguments", "--job-bookmark-option")
            if said != "job-bookmark-enable" or script is None or not script.modules:
                continue
            missing = [what for what, there in _kept(script).items() if not there]
            if missing:
                yield (
                    job.place("DefaultArguments", "--job-bookmark-option"),
                    (
                        f"bookmarks of job {job.id} are on, and {script.path.name} has no {', no '.join(missing)}, so "
                        "that each run reads everything again; add it, or turn them off"
                    ),
                )


def _kept(script: Script) -> dict[str, bool]:
    """What keeps a bookmark, and whether a script and its modules have it."""
    calls = [node for tree in script.modules for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {node.func.attr for node in calls if isinstance(node.func, ast.Attribute)}
    keywords = {one.arg for node in calls for one in node.keywords}
    return {
        "job.init": "init" in names,
        "transformation_ctx": "transformation_ctx" in keywords or None in keywords,
        "job.commit": "commit" in names,
    }
