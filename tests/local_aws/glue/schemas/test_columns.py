"""Columns from definitions whose types have far more text than the definition."""

import json

import pytest

from local_aws.glue.model import GlueError
from local_aws.glue.schemas.columns import columns_of
from tests.local_aws.glue.schemas.avro_schemas import field, record

LONGEST = 131_072
"""Glue's model, ColumnTypeString."""


def doubling_avro(levels, *more):
    """A record with a field of each type; each but the first has the one before it twice."""
    kinds = [record(field("l", "int"), field("r", "int"), name="T0")]
    for number in range(1, levels):
        below = f"T{number - 1}"
        kinds.append(record(field("l", below), field("r", below), name=f"T{number}"))
    return record(*(field(f"c{number}", kind) for number, kind in enumerate(kinds)), *more)


def doubling_json(levels):
    """An object with one property of the last type; each but the first has the one before it twice."""
    defined = {"t0": {"type": "string"}}
    for number in range(1, levels):
        below = {"$ref": f"#/definitions/t{number - 1}"}
        defined[f"t{number}"] = {"type": "object", "properties": {"l": below, "r": below}}
    return {"type": "object", "definitions": defined, "properties": {"c": {"$ref": f"#/definitions/t{levels - 1}"}}}


@pytest.mark.parametrize(
    ("data_format", "definition", "reason"),
    [
        ("AVRO", doubling_avro(16), f"The type of column c13 of the schema has more than {LONGEST} characters"),
        ("JSON", doubling_json(16), f"The type of column c of the schema has more than {LONGEST} characters"),
        ("JSON", doubling_json(19), f"The types of the schema's columns have more than {LONGEST} parts"),
        (
            "AVRO",
            doubling_avro(12, *(field(f"d{number}", "T11") for number in range(30))),
            f"The types of the schema's columns have more than {10 * LONGEST} characters together",
        ),
    ],
)
def test_types_that_double_at_each_level_are_refused(data_format, definition, reason):
    with pytest.raises(GlueError) as refused:
        columns_of(data_format, json.dumps(definition))
    assert (refused.value.code, refused.value.message) == ("InvalidInputException", reason)


def test_types_of_almost_the_greatest_length_are_columns():
    """`struct<l:int,r:int>` has 19 characters, each level 13 and twice the one before: 32 * 2 ** 12 - 13."""
    made = columns_of("AVRO", json.dumps(doubling_avro(13)))
    assert len(made[12]["Type"]) == 32 * 2**12 - 13 <= LONGEST
    assert made[1]["Type"] == "struct<l:struct<l:int,r:int>,r:struct<l:int,r:int>>"
