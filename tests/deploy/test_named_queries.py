"""The SQL that is to be asked: queries of pipelines, files, standard input."""

import io
import sys

import pytest

from deploy.named_queries import NamedQueries
from deploy.project import QUERIES, TEMPLATES
from glue_client.errors import WrongCall

PIPELINES = ["sales", "stedi", "store"]


@pytest.fixture
def typed(monkeypatch):
    """Standard input as a pipe with this text."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


@pytest.fixture
def named():
    return NamedQueries(QUERIES, PIPELINES)


@pytest.fixture
def three(tmp_path):
    """Of three pipelines, the first one the default: `rows` of all, `own` of the second, `two` of the others."""
    for place in ("main/rows", "other/rows", "other/own", "other/two", "third/rows", "third/two"):
        path = tmp_path / f"{place}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"SELECT '{place}'")
    return NamedQueries(tmp_path, ["main", "other", "third"])


def test_a_named_query_is_a_file_of_the_project(named):
    question = named.question("profit-by-region", None)
    assert question.sql.startswith("-- Total profit of each region.")
    assert question.pipeline == "sales"


def test_every_folder_of_queries_is_a_pipelines():
    said = "".join(path.read_text() for path in TEMPLATES.glob("*.yml"))
    folders = sorted(path.name for path in QUERIES.iterdir())
    assert set(folders) >= set(PIPELINES)
    assert [name for name in folders if f"    Name: {name}\n" not in said] == []


def test_every_named_query_says_what_it_answers(named):
    assert len(named.calls()) == 16
    assert [name for name in named.calls() if not named.question(name, None).sql.startswith("-- ")] == []


@pytest.mark.parametrize(
    ("name", "pipeline", "found"),
    [
        ("rows", None, ("SELECT 'main/rows'", "main")),
        ("rows", "third", ("SELECT 'third/rows'", "third")),
        ("own", None, ("SELECT 'other/own'", "other")),
        ("two", None, ("SELECT 'other/two'", "other")),
        ("two", "third", ("SELECT 'third/two'", "third")),
    ],
)
def test_a_name_means_the_default_pipelines_query_before_those_of_others(three, name, pipeline, found):
    question = three.question(name, pipeline)
    assert (question.sql, question.pipeline) == found


def test_what_the_name_alone_does_not_mean_is_shown_with_its_pipeline(three):
    with pytest.raises(WrongCall) as caught:
        three.question("own", "main")
    assert caught.value.failed == ('there is no query "own" of main; query takes a named query (rows) or a .sql file')


def test_a_call_says_the_pipeline_where_the_name_alone_means_another(three):
    calls = [three.call(name, pipeline) for name, pipeline in (("rows", "main"), ("rows", "third"), ("two", "other"))]
    assert calls == ["rows", "rows,pipeline=third", "two"]


def test_sql_from_standard_input_may_be_a_pipelines(three, typed):
    typed("SELECT 3")
    assert three.question(None, "other").pipeline == "other"


def test_a_file_is_taken_without_its_closing_semicolon(named, tmp_path):
    (tmp_path / "my.sql").write_text("SELECT 1;\n")
    assert named.question(str(tmp_path / "my.sql"), None).sql == "SELECT 1"


def test_without_a_name_sql_comes_from_standard_input(named, typed):
    typed("SELECT 2 ;\n")
    assert named.question(None, None).sql == "SELECT 2"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("profit", 'there is no query "profit"; query takes a named query (days-to-ship, '),
        ("../queries/profit-by-region", 'there is no query "../queries/profit-by-region"; '),
        ("missing.sql", "there is no file missing.sql; query takes a named query ("),
    ],
)
def test_what_is_no_query_is_answered_with_the_choice(named, name, expected):
    with pytest.raises(WrongCall) as caught:
        named.question(name, None)
    assert caught.value.failed.startswith(expected)


def test_empty_input_is_no_query(named, typed):
    typed(" ;\n")
    with pytest.raises(WrongCall, match="no SQL came from standard input"):
        named.question(None, None)
