"""Options of a job: what Glue's `awsglue.utils` offers to scripts.

The rules are those observed of AWS's function up to Glue 5.1: it parses with argparse, ignores options that
nobody asked for, accepts unambiguous abbreviations, and always returns Glue's own options beside those asked for.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any, NoReturn

_BOOKMARK_OPTIONS = ("job-bookmark-enable", "job-bookmark-disable", "job-bookmark-pause")
_RESERVED = ("job-bookmark-option", "job-bookmark-from", "job-bookmark-to")
_GLUE_OWN = ("JOB_ID", "JOB_RUN_ID", "SECURITY_CONFIGURATION")
_GLUE_HIDDEN = ("encryption-type", "enable-data-lineage")
_TEMP_DIRS = ("TempDir", "RedshiftTempDir")


class GlueArgumentError(Exception):
    """An option that the script asked for is missing or has no value; the text is argparse's."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise GlueArgumentError(message)


def getResolvedOptions(args: list[str], options: Iterable[str]) -> dict[str, Any]:
    """Return the values of the named options, and Glue's own, from a job's argument list.

    Args:
        args: `sys.argv`, the script's path first.
        options: names without the leading dashes; a `-` in a name becomes `_` in the result's key.

    Returns:
        Strings by name. `job_bookmark_option`, `job_bookmark_from`, `job_bookmark_to`, `JOB_ID`, `JOB_RUN_ID`,
        `SECURITY_CONFIGURATION`, `encryption_type`, `enable_data_lineage`, `TempDir` and `RedshiftTempDir` are always
        there, None where the job was not given them, also where they are asked for by name; the two directories stand
        for each other.

    Raises:
        GlueArgumentError: an option asked for is missing, or stands without a value.
        RuntimeError: a reserved name is asked for, or the bookmark options contradict each other.
        argparse.ArgumentError: `JOB_ID` or `JOB_RUN_ID` is asked for by name.
    """
    wanted = list(options)
    reserved = [name for name in wanted if name in _RESERVED or name.startswith("--")]
    if reserved:
        raise RuntimeError(f"Using reserved arguments {', '.join(reserved)}")  # how several are told is unverified

    parser = _Parser(prog=args[0] if args else None, add_help=False)
    parser.add_argument("--job-bookmark-option", choices=_BOOKMARK_OPTIONS, default="job-bookmark-disable")
    for name in ("job-bookmark-from", "job-bookmark-to", *_GLUE_OWN, *_GLUE_HIDDEN, *_TEMP_DIRS):
        parser.add_argument(f"--{name}")
    for name in wanted:
        if name not in ("SECURITY_CONFIGURATION", *_TEMP_DIRS):
            parser.add_argument(f"--{name}", required=True)

    parsed = vars(parser.parse_known_args(args[1:])[0])
    parsed["TempDir"] = parsed["TempDir"] or parsed["RedshiftTempDir"]
    parsed["RedshiftTempDir"] = parsed["RedshiftTempDir"] or parsed["TempDir"]
    _check_bookmark_window(parsed)
    return parsed


def _check_bookmark_window(parsed: dict[str, Any]) -> None:
    given = [f"--job-bookmark-{end}" for end in ("from", "to") if parsed[f"job_bookmark_{end}"] is not None]
    if parsed["job_bookmark_option"] == "job-bookmark-pause":
        if len(given) == 1:
            missing = "--job-bookmark-to" if given == ["--job-bookmark-from"] else "--job-bookmark-from"
            raise RuntimeError(f"Missing option or value for {missing}")
    elif given:
        raise RuntimeError("Invalid option(s)" + " ".join(given))
