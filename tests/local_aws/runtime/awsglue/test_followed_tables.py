"""Tables that follow what is written, on a catalog of this process; neither Spark nor a server is needed."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

JOBS = str(Path(__file__).parents[4] / "local_aws" / "runtime")
if JOBS not in sys.path:
    sys.path.insert(0, JOBS)

from awsglue import gluetypes as glue  # noqa: E402
from awsglue._formats.options import Options  # noqa: E402
from awsglue._formats.placing import Written  # noqa: E402
from awsglue._sources import catalog as _catalog  # noqa: E402
from awsglue._sources import catalog_writes as _catalog_writes  # noqa: E402
from awsglue._sources.catalog_writes import Target  # noqa: E402

KEYS = {"partitionKeys": ["Y"]}
SCHEMA = {"Id": glue.LongType(), "Y": glue.IntegerType(), "price": glue.DecimalType(6, 2)}
COLUMNS = [{"Name": "id", "Type": "bigint"}, {"Name": "price", "Type": "decimal(6,2)"}]


class NotThereError(Exception):
    """The refusal of a table that is not there."""


class Catalog:
    """Glue's client, with one table or none."""

    exceptions = SimpleNamespace(EntityNotFoundException=NotThereError)

    def __init__(self, table=None, errors=()):
        self.table, self.errors, self.partitions, self.made, self.updated = table, errors, [], None, None

    def get_table(self, **asked):
        self.asked = asked
        if self.table is None:
            raise NotThereError
        return {"Table": self.table}

    def create_table(self, **asked):
        self.made = asked["TableInput"]

    def update_table(self, **asked):
        self.updated = asked["TableInput"]

    def batch_create_partition(self, **asked):
        self.partitions.append(asked["PartitionInputList"])
        return {"Errors": self.errors}


@pytest.fixture
def follow(monkeypatch):
    """A function that lets a table follow a write."""

    def followed(catalog, folders=("Y=1",), kind="json", options=KEYS, files=1, **format_options):
        monkeypatch.setattr(_catalog, "client", lambda: catalog)
        written = Written({folder: (folder.partition("=")[2],) for folder in folders}, files)
        schema = glue.StructType(glue.Field(name, type_) for name, type_ in SCHEMA.items())
        target = Target("db", "t", "123")
        _catalog_writes.follow(target, "s3://b/p", kind, schema, written, Options(options), Options(format_options))

    return followed


def table(columns, **more):
    return {
        "Name": "t",
        "DatabaseName": "db",
        "CreateTime": "today",
        "Parameters": {"mine": "1"},
        "StorageDescriptor": {"Columns": columns, "Location": "s3://b/p/", "SerdeInfo": {}},
        **more,
    }


def test_a_table_is_made_with_what_was_written(follow, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["script.py", "--JOB_NAME", "j", "--JOB_RUN_ID", "jr_1"])
    catalog = Catalog()
    follow(catalog, kind="glueparquet")
    assert catalog.asked == {"DatabaseName": "db", "Name": "t", "CatalogId": "123"}
    made = catalog.made
    assert (made["Name"], made["TableType"]) == ("t", "EXTERNAL_TABLE")
    assert made["PartitionKeys"] == [{"Name": "y", "Type": "int"}]
    assert made["StorageDescriptor"]["Columns"] == COLUMNS
    assert made["StorageDescriptor"]["Location"] == "s3://b/p/"
    assert made["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith("ParquetHiveSerDe")
    parameters = {"classification": "parquet", "typeOfData": "file"}
    assert made["Parameters"] == {**parameters, "CreatedByJob": "j", "CreatedByJobRun": "jr_1"}
    [[partition]] = catalog.partitions
    assert (partition["Values"], partition["StorageDescriptor"]["Location"]) == (["1"], "s3://b/p/Y=1/")
    assert partition["StorageDescriptor"]["Columns"] == COLUMNS


@pytest.mark.parametrize(("format_options", "skipped"), [({"separator": "|"}, "1"), ({"writeHeader": False}, None)])
def test_a_table_of_csv_says_how_it_is_written(follow, format_options, skipped):
    catalog = Catalog()
    follow(catalog, kind="csv", **format_options)
    serde = catalog.made["StorageDescriptor"]["SerdeInfo"]
    assert serde["Parameters"] == {"field.delim": format_options.get("separator", ",")}
    assert catalog.made["Parameters"].get("skip.header.line.count") == skipped


@pytest.mark.parametrize(
    ("known", "options", "files", "columns"),
    [
        ([{"Name": "id", "Type": "int"}], KEYS, 1, COLUMNS),
        (COLUMNS[::-1], KEYS, 1, COLUMNS),
        (COLUMNS, KEYS, 1, None),
        ([], {**KEYS, "updateBehavior": "LOG"}, 1, None),
        ([], {}, 1, None),  # a table without partition keys keeps its columns (developer guide)
        ([], KEYS, 0, None),  # no row came, and with it no column
    ],
)
def test_a_table_gets_the_columns_that_were_written(follow, known, options, files, columns):
    catalog = Catalog(table(known, PartitionKeys=[{"Name": "y", "Type": "int"}]))
    follow(catalog, () if not files else ("Y=1",), options=options, files=files)
    assert catalog.made is None
    if columns is None:
        assert catalog.updated is None
    else:
        assert catalog.updated == {
            "Name": "t",
            "Parameters": {"mine": "1"},
            "PartitionKeys": [{"Name": "y", "Type": "int"}],
            "StorageDescriptor": {"Columns": columns, "Location": "s3://b/p/", "SerdeInfo": {}},
        }
    for partition in (one for batch in catalog.partitions for one in batch):
        assert partition["StorageDescriptor"]["Columns"] == (columns or known)


def test_partitions_are_added_a_hundred_at_a_time(follow):
    catalog = Catalog(table(COLUMNS))
    follow(catalog, [f"Y={number}" for number in range(201)])
    assert [len(batch) for batch in catalog.partitions] == [100, 100, 1]  # BatchCreatePartition's limit
    assert [one["Values"] for batch in catalog.partitions for one in batch] == [[str(n)] for n in range(201)]


def test_partitions_that_are_there_already_stay_and_other_errors_are_told(follow):
    def errors(code):
        return [{"PartitionValues": ["1"], "ErrorDetail": {"ErrorCode": code, "ErrorMessage": "why"}}]

    follow(Catalog(table(COLUMNS), errors("AlreadyExistsException")))
    with pytest.raises(RuntimeError, match=r"partition \['1'\] of db.t cannot be added: AccessDenied: why"):
        follow(Catalog(table(COLUMNS), errors("AccessDenied")))


@pytest.mark.parametrize(
    ("target", "path", "kind", "options", "text"),
    [
        (None, "s3://b/p", "json", {}, "needs a table: call setCatalogInfo"),
        (Target("db", "t"), "/p", "json", {}, "works for Amazon S3 only, not for /p"),
        (Target("db", "t"), "s3://b/p", "orc", {}, "works for json, csv, avro and parquet, not for orc"),
        (Target("db", "t"), "s3://b/p", "json", {"updateBehavior": "NONE"}, "updateBehavior must be"),
    ],
)
def test_what_the_catalog_is_not_updated_for_is_refused(target, path, kind, options, text):
    with pytest.raises(ValueError, match=text):
        _catalog_writes.check(target, path, kind, Options(options))


@pytest.mark.parametrize("kind", ["json", "csv", "avro", "parquet", "glueparquet"])
@pytest.mark.parametrize("behavior", [{}, {"updateBehavior": "LOG"}, {"updateBehavior": "UPDATE_IN_DATABASE"}])
def test_what_the_catalog_is_updated_for(kind, behavior):
    _catalog_writes.check(Target("db", "t"), "s3a://b/p", kind, Options(behavior))
