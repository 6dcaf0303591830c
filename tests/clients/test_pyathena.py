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
        SELECT 1 AS a, 'x' AS b, NULL AS n, true AS t, 1.5 AS d, DATE '2024-01-01' AS day, ARRAY[1, 2] AS many,
               TIMESTAMP '2024-01-01 10:00:00.123' AS at, CAST(ROW(1, 'x') AS ROW(i integer, s varchar)) AS r
    """
    rows = connect().cursor().execute(sql).fetchall()
    at = dt.datetime(2024, 1, 1, 10, 0, 0, 123000)  # noqa: DTZ001 - Athena's timestamps have no zone
    assert rows == [(1, "x", None, True, Decimal("1.5"), dt.date(2024, 1, 1), [1, 2], at, {"i": "1", "s": "x"})]


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
