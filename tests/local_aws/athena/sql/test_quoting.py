"""Names and values of any letters: each stays what it is, in Athena's SQL and in the engine's."""

import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import Phase, assume, example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.dialect import TableName, translate
from local_aws.athena.sql.hive_types import engine_type
from local_aws.athena.sql.reading import parse
from local_aws.athena.tables.relations import NO_PARTITION, Source, Table
from tests.local_aws.athena.athena_queries import NoViews, run_here, value

INJECTION = """i" as select 1 as x; copy (select content from read_text('/etc/hostname')) to '/tmp/out.csv'; --"""
TYPES = ("parquet", "json", "orc")

ODD = "\"'`;-\\%{}[]*?,.()/ "
letters = st.text(st.characters(exclude_categories=("Cs",)) | st.sampled_from(ODD + "\n\0"), min_size=1, max_size=12)
# Glue has names in lower case and of its "single-line string pattern" only; `$` is for Athena's own tables
line = st.characters(min_codepoint=32, max_codepoint=0xFFFD, exclude_categories=("Cs",), exclude_characters="$")
names = st.text(line | st.sampled_from(ODD + "\t"), min_size=1, max_size=12).map(str.lower)
values = letters.filter(lambda text: text != NO_PARTITION)


def sql_name(name):
    return '"' + name.replace('"', '""') + '"'


def sql_text(text):
    return "'" + text.replace("'", "''") + "'"


class Tables(NoViews):
    """A catalog of these tables."""

    def __init__(self, tables):
        self.tables = tables

    def has_database(self, _name):
        return True

    def columns(self, name):
        return {**self.tables[name].columns, **self.tables[name].keys} if name in self.tables else None

    def keys(self, name):
        return list(self.tables[name].keys)


def table(name, column, key, kind="parquet"):
    return Table.of(
        {
            "Name": name,
            "StorageDescriptor": {"Columns": [{"Name": column, "Type": "string"}], "Location": "s3://b/t/"},
            "PartitionKeys": [{"Name": key, "Type": "string"}],
            "Parameters": {"classification": kind},
        }
    )


@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(names, names, names, names, names, values, values)
@example("db", INJECTION, "c", "k", "other", "x", "y")
@example(INJECTION, "t", INJECTION, "k", "other", INJECTION, "' or 1 = 1; --")
@example("temp", "t", "c", "k", "o", "x", "y")
@example("pg_catalog", "t", "c", "k", "o", "\0", "\n")
@example("a", "b.c", "c", "k", "b", "x", "y")
def test_a_table_of_any_name_gives_its_own_rows(database, name, column, key, other, cell, partition):
    assume(column != key and name != other and database != "information_schema")
    wanted, beside = TableName(database, name), TableName(database, other)
    tables = {wanted: table(name, column, key), beside: table(other, column, key)}
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for number, (which, texts) in enumerate(((wanted, [cell]), (beside, ["no", "no"]))):
            path = Path(folder) / f"{number}.parquet"
            parquet.write_table(pa.table({column: texts}), path)
            files[which] = tables[which], [Source(f"s3://b/{number}", str(path), 9, (partition,))]
        sql = (
            f"SELECT {sql_name(column)}, t.{sql_name(key)} FROM {sql_name(database)}.{sql_name(name)} AS t "
            f"WHERE {sql_name(key)} = {sql_text(partition)} AND {sql_name(column)} = {sql_text(cell)}"
        )
        query = translate(parse(sql), "db", Tables(tables))
        assert query.tables == (wanted,)
        result = run_here(query, {wanted: files[wanted]}, Path(folder) / "links")
    assert result.rows == [[cell, partition]]
    assert [found.name for found in result.columns] == [column, key]


@settings(max_examples=100, deadline=None)
@given(letters)
def test_a_text_of_any_letters_stays_one(text):
    assert value(f"concat({sql_text(text)}, '')") == text


@settings(max_examples=100, deadline=None)
@given(st.text() | st.text("<>(),:;'\" abcdefgint_struyp0123456789"))
@example("string); x 'y")
@example("decimal(10,2)); --")
@example('struct<a"b:int>')
@example("ARRAY")
@example("map")
@example("struct")
@example("map<int>")
@example("null")
@example("array<" * 400 + "int" + ">" * 400)
def test_a_type_of_any_letters_is_one_or_is_refused(kind):
    try:
        found = engine_type(kind)
    except FailedQueryError:
        return
    assert value_of_type(found)


def value_of_type(found):
    """Whether the engine takes it for a type and nothing else."""
    import duckdb

    with duckdb.connect() as database:
        statements = database.extract_statements(f"SELECT CAST(NULL AS {found}) AS x")
        return len(statements) == 1 and database.sql(f"SELECT CAST(NULL AS {found}) AS x").columns == ["x"]


@pytest.mark.parametrize("kind", ["string); x 'y", "nope", "varchar(10", "int; drop table x", "enum('a')", ""])
def test_a_column_of_such_a_type_fails_the_query(kind):
    entry = {"Name": "t", "StorageDescriptor": {"Columns": [{"Name": "c", "Type": kind}], "Location": "s3://b/t/"},
             "Parameters": {"classification": "json"}}  # fmt: skip
    name = TableName("db", "t")
    with pytest.raises(FailedQueryError, match=r"^HIVE_INVALID_METADATA: "):
        translate(parse("SELECT * FROM t"), "db", Tables({name: Table.of(entry)}))
