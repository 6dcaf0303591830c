"""The head of a Spark job's ErrorMessage, as public run histories show it."""

import pytest

from local_aws.runtime.awsglue.utils import GlueArgumentError
from local_aws.runtime.categories import MAX_LENGTH, categorised


class AnalysisException(Exception):  # noqa: N818 - pyspark's name
    pass


class DatasetNotFoundError(FileNotFoundError):
    pass


def raised(error, lines_above, script):
    """The error as a script of that path raises it, that many lines below its first."""
    try:
        exec(compile("\n" * lines_above + "raise error", script, "exec"), {"error": error})  # noqa: S102
    except Exception as seen:  # noqa: BLE001 - any
        return seen


SEEN = [
    (KeyError("LFTagOnColumns"), 59, "KeyError: 'LFTagOnColumns'", "INVALID_ARGUMENT_ERROR"),
    (NameError("name 'col' is not defined"), 48, "NameError: name 'col' is not defined", "INVALID_ARGUMENT_ERROR"),
    (DatasetNotFoundError("Dataset"), 20, "DatasetNotFoundError: Dataset", "UNCLASSIFIED_ERROR"),
    (AnalysisException("[UNRESOLVED_COLUMN]"), 84, "AnalysisException: [UNRESOLVED_COLUMN]", "QUERY_ERROR"),
    (RuntimeError(), 138, "An error occurred while calling o403.save. class A", "UNCLASSIFIED_ERROR"),
    (RuntimeError(), 442, "An error occurred while calling o178.parquet. No such file", "RESOURCE_NOT_FOUND_ERROR"),
]


@pytest.mark.parametrize(("error", "line", "text", "category"), SEEN, ids=[entry[2][:40] for entry in SEEN])
def test_a_message_begins_with_its_category_and_line(error, line, text, category):
    seen = categorised(raised(error, line - 1, "/tmp/job.py"), text, "/tmp/job.py")  # noqa: S108 - a name
    assert seen == f"Error Category: {category}; Failed Line Number: {line}; {text}"


def test_an_error_outside_the_script_has_no_line():
    text = "SyntaxError: invalid syntax (job.py, line 63)"
    assert categorised(SyntaxError(), text, "job.py") == f"Error Category: SYNTAX_ERROR; {text}"


def test_missing_arguments_and_modules_have_their_categories():
    assert categorised(GlueArgumentError("x"), "t", "s").startswith("Error Category: INVALID_ARGUMENT_ERROR; t")
    assert categorised(ModuleNotFoundError("x"), "t", "s").startswith("Error Category: IMPORT_ERROR; t")


def test_it_is_cut():
    assert len(categorised(ValueError(), "x" * 5000, "s")) == MAX_LENGTH
