"""PyAthena on a local AWS: cursors, types, parameters, errors."""

import datetime as dt
from decimal import Decimal

import pyathena
import pytest
from pyathena.async_cursor import AsyncCursor
from pyathena.cursor import DictCursor
from pyathena.pandas.cursor import PandasCursor

from tests.local_aws.aws_server import REGION

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def connect(place):
    def made(cursor_class=None):
        more = {"cursor_class": cursor_class} if cursor_class else {}
        return pyathena.connect(
            s3_staging_dir=place.uri("results/"), schema_name=place.database, region_name=REGION, **more
        )

    return made


def test_values_in_python_types(connect):
    sql = """
        SELECT 1 AS a, 'x' AS b, NULL AS n, true AS t, DECIMAL '1.50' AS d, DATE '2024-01-01' AS day,
               ARRAY[1, 2] AS many, TIMESTAMP '2024-01-01 10:00:00.123' AS at,
               CAST(ROW(1, 'x') AS ROW(i integer, s varchar)) AS r
    """
    rows = connect().cursor().execute(sql).fetchall()
    at = dt.datetime(2024, 1, 1, 10, 0, 0, 123000)  # noqa: DTZ001 - Athena's timestamps have no zone
    assert rows == [(1, "x", None, True, Decimal("1.50"), dt.date(2024, 1, 1), [1, 2], at, {"i": "1", "s": "x"})]


def test_the_description_names_columns_and_types(connect):
    cursor = connect().cursor().execute("SELECT 1 AS a, 'x' AS b, DATE '2024-01-01' AS c")
    assert [column[:2] for column in cursor.description] == [("a", "integer"), ("b", "varchar"), ("c", "date")]


def test_parameters_are_escaped(connect):
    cursor = connect().cursor().execute("SELECT %(n)d AS n, %(s)s AS s", {"n": 5, "s": "it's"})
    assert cursor.fetchone() == (5, "it's")


def test_a_dict_cursor(connect):
    assert connect(DictCursor).cursor().execute("SELECT 1 AS a, 'x' AS b").fetchall() == [{"a": 1, "b": "x"}]


def test_a_pandas_cursor(connect):
    frame = connect(PandasCursor).cursor().execute("SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y'").as_pandas()
    assert sorted(frame.itertuples(index=False, name=None)) == [(1, "x"), (2, "y")]


def test_an_asynchronous_cursor(connect):
    _, future = connect(AsyncCursor).cursor().execute("SELECT 7 AS n")
    assert future.result().fetchall() == [(7,)]


def test_more_rows_than_a_page(connect):
    cursor = connect().cursor().execute("SELECT n FROM UNNEST(sequence(1, 2500)) AS t(n) ORDER BY n")
    assert cursor.fetchmany(2) == [(1,), (2,)]
    assert [row[0] for row in cursor.fetchall()] == list(range(3, 2501))


def test_a_table_that_is_not_there(connect):
    with pytest.raises(pyathena.OperationalError, match="TABLE_NOT_FOUND"):
        connect().cursor().execute("SELECT * FROM no_such_table")


def test_sql_that_is_none(connect):
    with pytest.raises(pyathena.DatabaseError, match="line 1:1: mismatched input 'selec'"):
        connect().cursor().execute("selec")


def test_parameters_of_the_service(connect):
    cursor = connect().cursor().execute("SELECT ? AS a, ? AS b", ["5", "'it''s'"], paramstyle="qmark")
    assert cursor.fetchall() == [(5, "it's")]


def test_tables_are_made_shown_and_dropped(connect, place):
    cursor = connect().cursor()
    cursor.execute(f"CREATE TABLE made WITH (external_location = '{place.uri('made/')}') AS SELECT 1 AS a, 'x' AS b")
    assert cursor.execute("SHOW TABLES").fetchall() == [("made",)]
    assert cursor.execute("SELECT * FROM made").fetchall() == [(1, "x")]
    cursor.execute("INSERT INTO made VALUES (2, 'y')")
    assert sorted(cursor.execute("SELECT * FROM made").fetchall()) == [(1, "x"), (2, "y")]
    assert [table.name for table in cursor.list_table_metadata(schema_name=place.database)] == ["made"]
    assert place.database in [database.name for database in cursor.list_databases("AwsDataCatalog")]
    cursor.execute("DROP TABLE made")
    assert cursor.execute("SHOW TABLES").fetchall() == []


def test_results_through_unload(connect):
    frame = connect(PandasCursor).cursor(unload=True).execute("SELECT 1 AS a, 'x' AS b").as_pandas()
    assert list(frame.itertuples(index=False, name=None)) == [(1, "x")]
