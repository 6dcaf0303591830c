"""What a filter's function is handed, of every kind of value."""

import datetime
from decimal import Decimal

DAY = datetime.date(2024, 2, 29)
AT = datetime.datetime(2024, 2, 29, 1, 2, 3, 4)  # noqa: DTZ001 - as Spark gives them
LACKED = "lacked"
"""Of a field that records may lack."""

VALUES = {
    "day date": [(DAY, DAY), (None, None)],
    "at timestamp": [(AT, AT), (None, None)],
    "price decimal(5,2)": [(Decimal("1.50"), Decimal("1.50")), (None, None)],
    "raw binary": [(b"\0x", b"\0x"), (b"", b""), (None, None)],
    "nothing void": [(None, None)],
    "lacked int": [(0, 0), (None, LACKED)],
    "s struct<a: int, inner: struct<b: string, lacked: int>, none: struct<>>": [
        ((1, ("b", 2), ()), {"a": 1, "inner": {"b": "b", "lacked": 2}, "none": {}}),
        ((0, ("", None), None), {"a": 0, "inner": {"b": ""}, "none": None}),
        ((None, None, ()), {"a": None, "inner": None, "none": {}}),
        (None, None),
    ],
    "twins struct<x: int, X: int>": [((1, 2), {"x": 1, "X": 2}), ((None, 2), {"x": None, "X": 2}), (None, None)],
    "c struct<array: array<int>, int: int, struct: struct<p: int, q: struct<r: date>>>": [
        (([], None, None), []),
        ((None, 0, None), 0),
        ((None, None, (None, (DAY,))), {"p": None, "q": {"r": DAY}}),
        ((None, None, (1, None)), {"p": 1, "q": None}),
        ((None, None, None), None),
        (None, None),
    ],
    "l array<struct<x: int>>": [([(1,), None], [{"x": 1}, None]), ([], []), (None, None)],
    "m map<string, struct<y: int>>": [({"k": (1,), "n": None}, {"k": {"y": 1}, "n": None}), ({}, {}), (None, None)],
}
"""A field -> its values in Spark, and what they are in a record; the fields take their values in turns."""


def test_a_filter_sees_values_of_every_kind(spark):
    from awsglue import gluetypes as glue
    from awsglue._frames.frame import Frame
    from awsglue._frames.values import from_spark
    from awsglue.dynamicframe import DynamicFrame

    pairs = [[values[number % len(values)] for values in VALUES.values()] for number in range(12)]
    rows = [(number, *(value for value, _ in row)) for number, row in enumerate(pairs)]
    names = [declared.split()[0] for declared in VALUES]
    expected = [
        {"id": number} | {name: one for name, (_, one) in zip(names, row, strict=True) if one != LACKED}
        for number, row in enumerate(pairs)
    ]
    data = spark.createDataFrame(rows, ", ".join(["id int", *VALUES]))
    schema = from_spark(data.schema)
    choice = schema.getField("c")
    choice.dataType = glue.ChoiceType(part.dataType for part in choice.dataType.fields)
    for struct in (schema, schema.getField("s").dataType.getField("inner").dataType):
        struct.getField(LACKED).properties["absent"] = True

    def judge(record):
        if record["raw"] is not None:
            record["raw"] = bytes(record["raw"])
        wanted = expected[record["id"]]
        assert (record, list(record)) == (wanted, list(wanted))  # or it makes an error record
        return record["id"] != 1

    frame = DynamicFrame(Frame.of(data, schema), None, "frame").filter(judge)
    assert [error.error.msg for error in frame.errorsAsDynamicFrame().toDF().collect()] == []
    assert [row.id for row in frame.toDF().collect()] == [0, *range(2, 12)]


def test_a_filter_of_records_without_fields(make):
    assert make([{}, {}]).filter(lambda record: record == {}).count() == 2
