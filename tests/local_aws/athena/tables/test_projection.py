"""Partition projection: values and locations from table properties."""

from datetime import UTC, datetime

import pytest

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.tables.projection import projected
from local_aws.athena.tables.pruning import Pruner

NOW = datetime(2024, 3, 31, 23, 30, tzinfo=UTC)


def partitions(*keys, **properties):
    """The projected partitions of a table; `kind__type` stands for `projection.kind.type`."""
    parameters = {f"projection.{name.replace('__', '.')}": value for name, value in properties.items()}
    template = parameters.pop("projection.template", None)
    entry = {
        "Name": "t",
        "DatabaseName": "db",
        "StorageDescriptor": {"Location": "s3://b/t"},
        "PartitionKeys": [{"Name": key} for key in keys],
        "Parameters": parameters | ({"storage.location.template": template} if template else {}),
    }
    return projected(entry, dict.fromkeys(keys, "string"), [], Pruner(), NOW)


def values(**properties):
    return [found[0] for found, _ in partitions("k", **{f"k__{name}": value for name, value in properties.items()})]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"type": "enum", "values": "A,B, C"}, ["A", "B", " C"]),
        ({"type": " Enum ", "values": "A,A"}, ["A"]),
        ({"type": "integer", "range": "0,3"}, ["0", "1", "2", "3"]),
        ({"type": "integer", "range": "-1, 1"}, ["-1", "0", "1"]),
        ({"type": "integer", "range": "1,10", "interval": "4"}, ["1", "5", "9"]),
        ({"type": "integer", "range": "8,11", "digits": "3"}, ["008", "009", "010", "011"]),
        ({"type": "date", "format": "yyyy-MM-dd", "range": "2024-02-28,2024-03-01"},
         ["2024-02-28", "2024-02-29", "2024-03-01"]),
        ({"type": "date", "format": "yyyyMM", "range": "202311,NOW-1MONTHS"}, ["202311", "202312", "202401", "202402"]),
        ({"type": "date", "format": "yyyy/MM/dd", "range": "NOW-1DAY,NOW"}, ["2024/03/30", "2024/03/31"]),
        ({"type": "date", "format": "yyyy/MM/dd/HH", "range": "NOW-2HOURS,NOW+1HOUR", "interval": "1",
          "interval.unit": "HOURS"}, ["2024/03/31/21", "2024/03/31/22", "2024/03/31/23", "2024/04/01/00"]),
        ({"type": "date", "format": "yyyy-MM-dd", "range": "2024-01-01,2024-01-20", "interval": "1",
          "interval.unit": "WEEKS"}, ["2024-01-01", "2024-01-08", "2024-01-15"]),
        ({"type": "date", "format": "yyyy", "range": "2022,2024", "interval": "1", "interval.unit": "YEARS"},
         ["2022", "2023", "2024"]),
        ({"type": "date", "format": "dd.MM.yy 'at' H", "range": "29.02.24 at 5,29.02.24 at 6",
          "interval.unit": "HOURS"}, ["29.02.24 at 5", "29.02.24 at 6"]),
    ],
)  # fmt: skip
def test_values(properties, expected):
    assert values(**properties) == expected


def test_locations_are_those_of_the_template_or_of_hive():
    enum = {"type": "enum", "values": "x"}
    properties = {f"{key}__{name}": value for key in ("a", "b") for name, value in enum.items()}
    assert partitions("a", "b", **properties) == [(("x", "x"), "s3://b/t/a=x/b=x/")]
    assert partitions("a", "b", **properties, template="s3://b/${b}/${a}/")[0][1] == "s3://b/x/x/"


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({}, "the property projection.k.type is missing"),
        ({"type": "text"}, "the property projection.k.type is 'text', not enum, integer, date or injected"),
        ({"type": "enum"}, "the property projection.k.values is missing"),
        ({"type": "integer", "range": "1"}, "the property projection.k.range must be two values with a comma between"),
        ({"type": "integer", "range": "1,x"}, "the property projection.k.range is 'x', not a whole number"),
        ({"type": "integer", "range": "2,1"}, "the property projection.k.range ends before it begins"),
        ({"type": "integer", "range": "1,2", "interval": "0"}, "the property projection.k.interval is '0', not a"),
        ({"type": "integer", "range": "1,9999999"}, "the property projection.k.range has more than 1000000 values"),
        ({"type": "integer", "range": "-9223372036854775808,9223372036854775807"},
         "the property projection.k.range has more than 1000000 values"),
        ({"type": "integer", "range": "1,2", "digits": "9999999999"}, "the property projection.k.digits is"),
        ({"type": "date", "format": "yyyy", "range": "0001,9999", "interval.unit": "SECONDS"},
         "the property projection.k.range has more than 1000000 values"),
        ({"type": "date", "format": "yyyy", "range": "NOW-99999YEARS,NOW", "interval.unit": "YEARS"},
         "the property projection.k.range: 'NOW-99999YEARS' is no moment"),
        ({"type": "date", "range": "2024,2025"}, "the property projection.k.format is missing"),
        ({"type": "date", "format": "yyyy", "range": "2024,2025"}, "the property projection.k.interval.unit is"),
        ({"type": "date", "format": "EEE", "range": "NOW,NOW"}, "the property projection.k.format: the letters 'EEE'"),
        ({"type": "date", "format": "yyyy-MM-dd", "range": "2024-02-30,NOW"},
         "the property projection.k.range: '2024-02-30': "),
        ({"type": "date", "format": "yyyy-MM-dd", "range": "1.1.2024,NOW"},
         "the property projection.k.range: '1.1.2024' does not follow the format"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(properties, reason):
    with pytest.raises(FailedQueryError) as failed:
        values(**properties)
    assert str(failed.value).startswith(f"INVALID_TABLE_PROPERTY: Table db.t: {reason}")


def test_a_template_without_a_key_is_refused():
    with pytest.raises(FailedQueryError, match=r"storage.location.template has no \$\{k\}"):
        partitions("k", k__type="enum", k__values="x", template="s3://b/x/")
