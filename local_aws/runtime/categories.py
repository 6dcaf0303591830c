"""The head that Glue 4.0 and later put before a Spark job's ErrorMessage: category and line of the script.

    Error Category: INVALID_ARGUMENT_ERROR; Failed Line Number: 59; KeyError: 'LFTagOnColumns'

The form and the categories of these exceptions were seen in public run histories; that of ImportError is assumed from
the list of categories in the developer guide ("Monitoring with AWS Glue Observability metrics"). What was not seen
is UNCLASSIFIED_ERROR, as most of Java's exceptions are. Of what a Python function raised in Spark's worker the category
is that of its type, and the line is the function's (unverified).
"""

from __future__ import annotations

import re
import traceback

from . import python_causes

MAX_LENGTH = 2000

_OF_TYPE = {
    "SyntaxError": "SYNTAX_ERROR",
    "KeyError": "INVALID_ARGUMENT_ERROR",
    "NameError": "INVALID_ARGUMENT_ERROR",
    "GlueArgumentError": "INVALID_ARGUMENT_ERROR",
    "AnalysisException": "QUERY_ERROR",
    "ParseException": "QUERY_ERROR",
    "ImportError": "IMPORT_ERROR",
    "ModuleNotFoundError": "IMPORT_ERROR",
    "EntityNotFoundException": "RESOURCE_NOT_FOUND_ERROR",
}
_NOT_FOUND = re.compile(r"^An error occurred while calling \S+ (No such|Entity Not Found)")


def categorised(error: BaseException, text: str, script: str) -> str:
    """Put the head before a message.

    Args:
        error: what ended the script.
        text: the message.
        script: path of the script's file; its innermost frame gives the line, a syntax error has none.
    """
    cause = python_causes.cause_of(error)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == script]
    number = (cause and cause.line_in(script)) or (lines[-1] if lines else None)
    line = f"Failed Line Number: {number}; " if number else ""
    return f"Error Category: {_category(error, text, cause)}; {line}{text}"[:MAX_LENGTH]


def _category(error: BaseException, text: str, cause: python_causes.Cause | None) -> str:
    if _NOT_FOUND.match(text):
        return "RESOURCE_NOT_FOUND_ERROR"
    names = [cause.kind] if cause else [kind.__name__ for kind in type(error).__mro__]
    return next((_OF_TYPE[name] for name in names if name in _OF_TYPE), "UNCLASSIFIED_ERROR")
