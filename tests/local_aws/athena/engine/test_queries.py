"""The engine's walls: what it may see does not depend on what a translation lets through."""

import threading
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from local_aws.athena.engine import queries as engine
from local_aws.athena.engine.limits import Limits, LimitsError
from local_aws.athena.engine.sessions import Engine
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.dialect import TableName, Translation
from local_aws.athena.tables.relations import Source, Table
from tests.local_aws.aws_server import wait_until

NAME = TableName("db", "t")
IN_ENGINE = '"athena"."2.db.t"'
ENTRY = {
    "Name": "t",
    "StorageDescriptor": {"Columns": [{"Name": "id", "Type": "bigint"}], "Location": "s3://b/t/"},
    "Parameters": {"classification": "parquet"},
}


@pytest.fixture
def table(tmp_path):
    """A table of one file, and that file beside one that is none of its."""
    for name in ("mine", "other"):
        parquet.write_table(pa.table({"id": [1]}), tmp_path / f"{name}.parquet")
    return Table.of(ENTRY), [Source("s3://b/t/mine.parquet", str(tmp_path / "mine.parquet"), 100)]


@pytest.fixture
def database(table):
    connection = engine.opened()
    engine.prepare(connection, {NAME: table})
    return connection


def test_the_files_of_the_tables_are_there(database):
    assert database.execute(f"SELECT id FROM {IN_ENGINE}").fetchall() == [(1,)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM '{folder}/other.parquet'",
        "SELECT * FROM read_parquet('{folder}/*.parquet')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/proc/self/environ')",
        "SELECT * FROM glob('{folder}/*')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/x.db'",
        "EXPORT DATABASE '{folder}/x'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM read_csv('http://127.0.0.1:1/x')",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
        "RESET lock_configuration",
        "SELECT getenv('HOME')",
        "SELECT * FROM a_python_variable",
    ],
)
def test_nothing_else_is(database, tmp_path, sql):
    a_python_variable = pa.table({"secret": [1]})  # noqa: F841 - the engine would find it by its name
    with pytest.raises(duckdb.Error):
        database.execute(sql.format(folder=tmp_path)).fetchall()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.parquet", "other.parquet"]


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    made = Engine(tmp_path_factory.mktemp("engine") / "links", Limits(memory=1 << 30))
    yield made
    made.close()


def rows(runner, sql, tables):
    return runner.run("q", Translation(sql, tuple(tables), ("x",)), tables, lambda result: result.rows)


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 5 AS id) TO '{mine}' (FORMAT parquet, USE_TMP_FILE false)",
        "COPY (SELECT 5 AS id) TO '{links}/spill/x.csv'",
        "SELECT 1; COPY (SELECT 5 AS id) TO '{mine}' (FORMAT parquet, USE_TMP_FILE false)",
        "ATTACH ':memory:' AS other",
        "CREATE TABLE x AS SELECT 1",
        "SET threads = 1",
        "SELECT * FROM '{other}'",
        "SELECT * FROM read_parquet('{mine}')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT getenv('HOME')",
        "INSTALL httpfs",
        "PRAGMA database_list",
    ],
)
def test_sql_that_got_past_the_translator_leads_nowhere(runner, table, tmp_path, sql):
    paths = {"mine": table[1][0].path, "other": tmp_path / "other.parquet", "links": tmp_path}
    with pytest.raises(FailedQueryError):
        rows(runner, sql.format(**paths), {NAME: table})
    assert [parquet.read_table(tmp_path / f"{name}.parquet").to_pylist() for name in ("mine", "other")] == [
        [{"id": 1}],
        [{"id": 1}],
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.parquet", "other.parquet"]


def test_the_process_of_a_query_has_nothing_of_the_servers_environment(runner, monkeypatch):
    monkeypatch.setenv("A_SECRET", "x")
    with runner.session("q") as session:
        environment = Path(f"/proc/{session.process.pid}/environ").read_text()
    assert "A_SECRET" not in environment


def test_a_query_sees_the_files_as_they_were_when_it_started(table, tmp_path):
    linked = engine.link(table[1], tmp_path, {})
    (tmp_path / "mine.parquet").unlink()
    parquet.write_table(pa.table({"id": [2]}), tmp_path / "mine.parquet")
    assert parquet.read_table(linked[0].path).to_pylist() == [{"id": 1}]


def test_its_links_are_gone_when_a_query_is_over(runner, table):
    assert rows(runner, f"SELECT id FROM {IN_ENGINE}", {NAME: table}) == [["1"]]
    wait_until(lambda: not list(runner._folder.iterdir()))


def test_an_error_of_the_engine_is_reworded(runner, table):
    with pytest.raises(FailedQueryError, match=r"^DIVISION_BY_ZERO: Division by zero$"):
        rows(runner, "SELECT 1 // 0", {NAME: table})


def test_a_running_query_can_be_interrupted(runner):
    failed = []

    def run():
        try:
            rows(runner, "SELECT count(*) FROM range(1000000000) a, range(1000000) b", {})
        except FailedQueryError as error:
            failed.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.5)
    runner.interrupt("q")
    thread.join(10)
    assert failed == ["Query was cancelled by user"]


def test_interrupting_what_does_not_run_is_nothing(runner):
    runner.interrupt("absent")


def test_a_result_that_is_larger_than_it_may_be_is_refused(tmp_path):
    small = Engine(tmp_path / "links", Limits(memory=1 << 30, disk=100_000))
    with pytest.raises(FailedQueryError, match=r"^NOT_SUPPORTED: the result is larger than the 0\.0GB that"):
        small.run("q", Translation("SELECT * FROM range(100000) AS t(x)", (), ("x",)), {}, lambda result: result)
    small.close()


def test_a_killed_parent_of_the_processes_is_replaced(runner):
    assert rows(runner, "SELECT 1", {}) == [["1"]]
    runner._nursery._process.kill()
    runner._nursery._process.wait()
    assert rows(runner, "SELECT 1", {}) == [["1"]]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"LOCAL_AWS_QUERY_MEMORY": "8GB"}, Limits(memory=2 << 30)),
        ({"LOCAL_AWS_QUERY_MEMORY": "8GB", "LOCAL_AWS_QUERIES_AT_ONCE": "2"}, Limits(memory=4 << 30, at_once=2)),
        ({"LOCAL_AWS_QUERY_MEMORY": "1 mb"}, Limits(memory=512 << 20)),
        ({"LOCAL_AWS_QUERY_MEMORY": "8gb", "LOCAL_AWS_QUERY_DISK": "123", "LOCAL_AWS_QUERY_SECONDS": "5"},
         Limits(memory=2 << 30, disk=123, seconds=5)),
    ],
)  # fmt: skip
def test_limits_are_settings(settings, expected):
    assert Limits.of(settings) == expected


@pytest.mark.parametrize("name", ["MEMORY", "DISK", "SECONDS"])
def test_a_setting_that_cannot_be_read_is_named(name):
    with pytest.raises(LimitsError, match=f"^LOCAL_AWS_QUERY_{name} is 'lots'"):
        Limits.of({f"LOCAL_AWS_QUERY_{name}": "lots"})
