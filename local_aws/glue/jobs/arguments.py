"""The arguments of a job run: those that Glue itself reads checked, and all of them as the script gets them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from local_aws.glue.jobs.files import JobSetupError
from local_aws.glue.jobs.parameters import PARAMETERS, REFUSED
from local_aws.glue.model import JobRun

_CUSTOMERS = "CUSTOMER_"
"""How the names of environment variables begin that a job may set; others are passed over (developer guide)."""
_LIBRARY_SETS = ("analytics", "none")
_LONGEST_PREFIX = 400


def check(arguments: Mapping[str, str], *, shell: bool) -> None:
    """Refuse what is not supported here, and what Glue does not take.

    Raises:
        JobSetupError: names the argument and what it was.
    """
    for name, parameter in PARAMETERS.items():
        seen = arguments.get(name)
        if parameter.state == REFUSED and seen and seen.strip().lower() != "false":
            raise JobSetupError(
                f"The argument {name} is not supported by the local AWS (seen: {seen}): {parameter.note}"
            )
    if arguments.get("--job-language", "python") != "python":
        raise JobSetupError(f"The job language {arguments['--job-language']} is not supported by the local AWS")
    if shell:
        _check_shell(arguments)
    for name in ("--custom-logGroup-prefix", "--custom-logStream-prefix"):
        prefix = arguments.get(name, "")
        # developer guide, "Logging for AWS Glue jobs"
        if len(prefix) > _LONGEST_PREFIX or set(prefix) & set(":*"):
            raise JobSetupError(
                f"{name} takes at most {_LONGEST_PREFIX} characters, none of them : or * (seen: {prefix})"
            )


def _check_shell(arguments: Mapping[str, str]) -> None:
    """What Python shell jobs do not have (developer guide, "Configuring job properties for Python shell jobs")."""
    if arguments.get("--extra-files"):
        raise JobSetupError("The argument --extra-files is not supported in Python shell jobs")
    eggs = [uri.strip() for uri in arguments.get("--extra-py-files", "").split(",") if uri.strip().endswith(".egg")]
    if eggs:
        raise JobSetupError(f"Python 3.9 shell jobs take .whl files in --extra-py-files, not .egg (seen: {eggs[0]})")
    for name in ("library-set", "--library-set"):
        if arguments.get(name, "analytics") not in _LIBRARY_SETS:
            raise JobSetupError(f"{name} is {' or '.join(_LIBRARY_SETS)} (seen: {arguments[name]})")


def has_analytics(arguments: Mapping[str, str]) -> bool:
    """Whether a Python shell job is to have the libraries of the set `analytics`."""
    return all(arguments.get(name, "analytics") == "analytics" for name in ("library-set", "--library-set"))


def argv(
    arguments: Mapping[str, str], run: JobRun, workflow: tuple[str, str] | None, location: str, *, shell: bool
) -> list[str]:
    """The script's arguments in the order in which public logs show them; Python shell gets no JOB_… of its own."""
    values = dict(arguments)
    if workflow and workflow[0]:  # a trigger outside workflows gives no name
        values |= {"--WORKFLOW_NAME": workflow[0], "--WORKFLOW_RUN_ID": workflow[1]}
    if shell:
        values = {"--job-bookmark-option": "job-bookmark-disable", **values}
        values |= {"--scriptLocation": location, "--job-language": "python"}
        return [part for name, value in values.items() for part in ((name, value) if value else (name,))]
    own = {"--JOB_ID": "j_" + run.Id.removeprefix("jr_")[:64], "--JOB_RUN_ID": run.Id, "--JOB_NAME": run.JobName}
    temporary = {"--TempDir": values.pop("--TempDir")} if "--TempDir" in values else {}
    return [part for name, value in {**values, **own, **temporary}.items() for part in (name, value)]


def spark_settings(arguments: Mapping[str, str]) -> dict[str, str]:
    """The Spark settings of `--conf`.

    Raises:
        JobSetupError: a part is not of the form key=value.
    """
    from local_aws.runtime.spark_conf import parse_conf_argument

    try:
        return parse_conf_argument(arguments["--conf"]) if arguments.get("--conf") else {}
    except ValueError as error:
        raise JobSetupError(str(error)) from error


def jar_settings(arguments: Mapping[str, str], jars: Sequence[str], settings: Mapping[str, str]) -> dict[str, str]:
    """The Spark settings that bring the files of `--extra-jars`: before Spark's own classes with `--user-jars-first`.

    Args:
        arguments: of the run.
        jars: the files on this machine.
        settings: what else is set; jars and paths that it names stay.
    """
    if not jars:
        return {}
    made = {"spark.jars": ",".join([*filter(None, [settings.get("spark.jars")]), *jars])}
    if arguments.get("--user-jars-first", "").strip().lower() == "true":
        path = "spark.driver.extraClassPath"
        made[path] = ":".join([*jars, *filter(None, [settings.get(path)])])
    return made


def environment(arguments: Mapping[str, str], name: str) -> dict[str, str]:
    """The variables of `--customer-driver-env-vars` or `--customer-executor-env-vars`: `CUSTOMER_A=1,CUSTOMER_B="x"`.

    Raises:
        JobSetupError: a quote is not closed.
    """
    reader = shlex.shlex(arguments.get(name, ""), posix=True)
    reader.whitespace, reader.whitespace_split, reader.commenters, reader.escape = ",", True, "", ""
    try:
        parts = [part.strip().partition("=") for part in reader]
    except ValueError as error:
        raise JobSetupError(
            f"{name} takes KEY=VALUE,…, values with commas in quotes (seen: {arguments[name]})"
        ) from error
    return {key: value for key, equals, value in parts if equals and key.startswith(_CUSTOMERS)}


def flag(arguments: Mapping[str, str], name: str) -> bool:
    """Whether a presence flag such as `--enable-metrics` is set: there, and not "false"."""
    return name in arguments and arguments[name].strip().lower() != "false"
