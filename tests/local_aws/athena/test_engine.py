"""The engine's walls: what it may see does not depend on what a translation lets through."""

import threading
import time

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from local_aws.athena import engine
from local_aws.athena.dialect import TableName, Translation
from local_aws.athena.engine import Engine
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.tables import Source, Table

NAME = TableName("db", "t")
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
    connection = duckdb.connect()
    engine.prepare(connection, {NAME: table})
    return connection


def test_the_files_of_the_tables_are_there(database):
    assert database.execute('SELECT id FROM "db"."t"').fetchall() == [(1,)]


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


def test_a_query_sees_the_files_as_they_were_when_it_started(table, tmp_path):
    linked = engine._link(table[1], tmp_path, {})
    (tmp_path / "mine.parquet").unlink()
    parquet.write_table(pa.table({"id": [2]}), tmp_path / "mine.parquet")
    assert parquet.read_table(linked[0].path).to_pylist() == [{"id": 1}]


def test_its_links_are_gone_when_a_query_is_over(table, tmp_path):
    runner = Engine(tmp_path / "links")
    assert runner.run("q", Translation('SELECT id FROM "db"."t"', (NAME,), ("id",)), {NAME: table}).rows == [["1"]]
    assert list((tmp_path / "links").iterdir()) == []


def test_links_that_a_killed_server_left_are_gone_at_the_next_start(tmp_path):
    (tmp_path / "links" / "old").mkdir(parents=True)
    Engine(tmp_path / "links")
    assert not (tmp_path / "links").exists()


def test_an_error_of_the_engine_is_reworded(table, tmp_path):
    with pytest.raises(FailedQueryError, match=r"^DIVISION_BY_ZERO: Division by zero$"):
        Engine(tmp_path / "links").run("q", Translation("SELECT 1 // 0", (), ("x",)), {NAME: table})


def test_a_running_query_can_be_interrupted(tmp_path):
    runner = Engine(tmp_path / "links")
    endless = Translation("SELECT count(*) FROM range(1000000000) a, range(1000000) b", (), ("n",))
    failed = []

    def run():
        try:
            runner.run("q", endless, {})
        except FailedQueryError as error:
            failed.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    for _ in range(300):
        runner.interrupt("q")
        thread.join(0.1)
        if not thread.is_alive():
            break
        time.sleep(0.05)
    assert len(failed) == 1


def test_interrupting_what_does_not_run_is_nothing(tmp_path):
    Engine(tmp_path / "links").interrupt("absent")
