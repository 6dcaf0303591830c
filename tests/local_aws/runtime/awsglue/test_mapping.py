"""ApplyMapping."""

import datetime
import decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.local_aws.runtime.awsglue import models

TARGETS = ["string", "tinyint", "short", "int", "bigint", "double", "boolean", "decimal(10,2)"]
MODEL_NAMES = {"tinyint": "byte", "bigint": "long", "decimal(10,2)": "decimal"}


def types(frame):
    return [(field.name, field.dataType.typeName()) for field in frame.schema()]


def test_what_is_not_listed_is_dropped_and_the_order_is_that_of_the_list(make, rows):
    frame = make([{"a": 1, "b": "x", "c": 2.5}]).apply_mapping(
        [("c", "double", "see", "string"), ("a", "int", "id", "long"), ("absent", "int", "absent", "int")]
    )
    assert rows(frame) == [{"see": "2.5", "id": 1}]
    assert types(frame) == [("see", "string"), ("id", "long")]


def test_fields_leave_their_struct_and_get_another(make, rows):
    frame = make([{"name": "N", "address": {"state": "NE", "zip": 1}, "d.e": 2}])
    flat = frame.apply_mapping(
        [
            ("name", "string", "name", "string"),
            ("address.state", "string", "state", "string"),
            ("Address.ZIP", "int", "zip", "int"),
            ("`d.e`", "int", "`f.g`", "int"),
        ]
    )
    assert rows(flat) == [{"name": "N", "state": "NE", "zip": 1, "f.g": 2}]
    again = flat.apply_mapping(
        [
            ("state", "string", "address.more.state", "string"),
            ("name", "string", "name", "string"),
            ("zip", "int", "address.zip", "string"),
        ]
    )
    assert rows(again) == [{"address": {"more": {"state": "NE"}, "zip": "1"}, "name": "N"}]


def test_a_field_and_a_struct_of_one_name_are_both_there(make):
    mapped = make([{"a": 1, "b": 2}]).apply_mapping([("a", "int", "x", "int"), ("b", "int", "x.y", "int")])
    assert types(mapped) == [("x", "int"), ("x", "struct")]
    assert [[value, *inner] for value, inner in mapped.toDF().collect()] == [[1, 2]]


def test_names_match_in_any_case_unless_it_counts(make, rows):
    frame = make([{"Id": 1}])
    assert rows(frame.apply_mapping([("ID", "int", "id", "int")])) == [{"id": 1}]
    assert rows(frame.apply_mapping([("ID", "int", "id", "int")], case_sensitive=True)) == [{}]


def test_shorter_tuples(make, rows):
    frame = make([{"a": 1}])
    assert rows(frame.apply_mapping([("a", "b"), ("a", "c", "string"), ("a", "int", "d", "double")])) == [
        {"b": 1, "c": "1", "d": 1.0}
    ]


def test_dates_decimals_and_binaries(make):
    frame = make([{"t": "2024-02-29 01:02:03", "n": "12.345", "bad": "2024-02-30"}])
    mapped = frame.apply_mapping(
        [
            ("t", "string", "date", "date"),
            ("t", "string", "moment", "timestamp"),
            ("n", "string", "n", "decimal(6,2)"),
            ("bad", "string", "bad", "date"),
            ("n", "string", "bytes", "binary"),
        ]
    )
    [row] = mapped.toDF().selectExpr("date", "cast(moment AS string) AS moment", "n", "bad", "bytes").collect()
    assert row.asDict() == {
        "date": datetime.date(2024, 2, 29),
        "moment": "2024-02-29 01:02:03",
        "n": decimal.Decimal("12.35"),  # half up
        "bad": None,
        "bytes": b"12.345",
    }


@pytest.mark.parametrize(
    "numbers",
    [
        [sign * 2**bits + more for bits in (7, 15, 30) for sign in (1, -1) for more in (-1, 0, 1)],
        [sign * 2**bits + more for bits in (31, 40, 62) for sign in (1, -1) for more in (-2, -1, 0, 1)],
        [sign * 2.0**bits + more for bits in (7, 15, 31) for sign in (1, -1) for more in (-1, -0.5, 0, 0.5)],
        [2.0**63, -(2.0**63), 2.0**62, 1e300],
    ],
)
def test_numbers_at_the_bounds_of_types(make, rows, numbers):
    names = {"tinyint": "byte", "short": "short", "int": "int", "bigint": "long"}
    mapped = make([{"n": number} for number in numbers]).apply_mapping([("n", "", name, name) for name in names])
    assert rows(mapped) == [{name: models.cast(number, model) for name, model in names.items()} for number in numbers]


MOMENT = datetime.datetime(2024, 2, 29, 1, 2, 3)  # noqa: DTZ001 - as Spark gives moments
OF_ONE_TYPE = {
    "boolean": True,
    "int": 86_400,
    "binary": bytearray(b"7"),
    "date": datetime.date(2024, 2, 29),
    "timestamp": MOMENT,
    "timestamp_ntz": MOMENT,
    "map<string,int>": {"k": 1},
}
CASTS = [
    ("boolean", "timestamp", None),
    ("boolean", "date", None),
    ("boolean", "array<int>", None),
    ("int", "timestamp", datetime.datetime(1970, 1, 2)),  # noqa: DTZ001 - the same
    ("int", "date", None),
    ("int", "binary", None),
    ("binary", "string", "7"),
    ("binary", "int", None),
    ("date", "timestamp", datetime.datetime(2024, 2, 29)),  # noqa: DTZ001 - the same
    ("date", "binary", None),
    ("timestamp", "date", datetime.date(2024, 2, 29)),
    ("timestamp_ntz", "timestamp", MOMENT),
    ("timestamp_ntz", "bigint", None),
    ("timestamp_ntz", "boolean", None),
    ("map<string,int>", "map<string,string>", {"k": "1"}),
    ("map<string,int>", "string", '{"k":1}'),
    ("map<string,int>", "int", None),
    ("int", "decimal(7)", decimal.Decimal(86_400)),
    ("int", "varchar(3)", "86400"),
    ("int", "array<struct<a:short,long:long>>", None),
]


def test_casts_between_types_of_all_kinds(spark, rows):
    from awsglue.dynamicframe import DynamicFrame

    schema = ", ".join(f"`{name}` {name}" for name in OF_ONE_TYPE)
    data = spark.createDataFrame([tuple(OF_ONE_TYPE.values())], schema)
    mappings = [(source, "", f"{source} {target}", target) for source, target, _ in CASTS]
    mapped = DynamicFrame.fromDF(data, None, "frame").apply_mapping(mappings)
    assert rows(mapped) == [{f"{source} {target}": value for source, target, value in CASTS}]
    assert mapped.schema().getField("int decimal(7)").dataType.scale == 0
    struct = mapped.schema().getField("int array<struct<a:short,long:long>>").dataType.elementType
    assert [(field.name, field.dataType.typeName()) for field in struct.fields] == [("a", "short"), ("long", "long")]


def test_whole_structs_and_arrays_stay_or_are_cast_part_by_part(make, rows):
    frame = make([{"s": {"x": 1, "y": [1, 2]}, "a": [{"k": 1}, None]}])
    mapped = frame.apply_mapping(
        [
            ("s", "struct", "s", "struct"),
            ("s", "struct", "t", "struct<y:array<string>,z:int>"),
            ("a", "array", "a", "array<struct<k:double>>"),
            ("s", "struct", "text", "string"),
        ]
    )
    assert rows(mapped) == [
        {
            "s": {"x": 1, "y": [1, 2]},
            "t": {"y": ["1", "2"], "z": None},
            "a": [{"k": 1.0}, None],
            "text": '{"x":1,"y":[1,2]}',
        }
    ]


def test_what_is_null_everywhere_stays_of_type_null(make):
    assert types(make([{"n": None, "a": 1}]).apply_mapping([("n", "long", "n", "long")])) == [("n", "null")]


def test_a_source_type_picks_one_of_a_choice(make, rows):
    frame = make([{"c": 1}, {"c": "2"}, {"c": "x"}])
    mapped = frame.apply_mapping(
        [("c", "integer", "i", "long"), ("c", "string", "s", "int"), ("c", "choice", "all", "int"), ("c", "too", "int")]
    )
    assert rows(mapped) == [
        {"i": 1, "s": None, "all": 1, "too": 1},
        {"i": None, "s": 2, "all": 2, "too": 2},
        {"i": None, "s": None, "all": None, "too": None},
    ]


@pytest.mark.parametrize(
    ("mapping", "text"),
    [
        (("l.k", "int", "k", "int"), "does not reach into the array l for l.k"),
        (("L.k", "int", "k", "int"), "does not reach into the array l for L.k"),
        (("l", "int"), None),
        (("l",), "a mapping is"),
        (("l", "array", "l", "integers"), "'integers' is no type of Glue"),
    ],
)
def test_what_cannot_be_mapped_is_refused(make, mapping, text):
    frame = make([{"l": [{"k": 1}]}])
    if text is None:
        assert types(frame.apply_mapping([mapping])) == [("int", "array")]
        return
    with pytest.raises(ValueError, match=text):
        frame.apply_mapping([mapping])


RECORDS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "a": models.ATOMS,
            "A": models.ATOMS,
            "b": models.ATOMS,
            "s": st.none() | st.fixed_dictionaries({}, optional={"x": models.ATOMS, "y.z": models.ATOMS}),
        },
    ),
    min_size=1,
    max_size=12,
)
PARTS = {"a": ["a"], "A": ["A"], "b": ["b"], "S.x": ["S", "x"], "s.`y.z`": ["s", "y.z"], "c": ["c"]}
MAPPINGS = st.lists(st.tuples(st.sampled_from([*PARTS]), st.sampled_from(TARGETS)), min_size=1, max_size=10)


def place_of(records, source):
    """The names that a source finds: its own, or one that differs in case where no record has its own."""
    names, there = PARTS[source], {name for record in records for name in record}
    other = names[0].swapcase()
    return [other, *names[1:]] if names[0] not in there and other in there else names


def follow(record, names):
    for name in names:
        if not isinstance(record, dict) or name not in record:
            return False, None
        record = record[name]
    return True, record


@settings(max_examples=12, deadline=None, phases=models.PHASES)
@given(RECORDS, MAPPINGS)
def test_any_mapping_of_any_records(make, rows, records, chosen):
    mappings = [(source, "", f"t{place}", target) for place, (source, target) in enumerate(chosen)]
    expected = []
    for record in records:
        row = {}
        for source, _, name, target in mappings:
            names = place_of(records, source)
            if any(follow(other, names)[0] for other in records):
                row[name] = models.cast(follow(record, names)[1], MODEL_NAMES.get(target, target))
        expected.append(row)
    found = rows(make(records).apply_mapping(mappings))
    assert [{name: row.get(name) for name in wanted} for row, wanted in zip(found, expected, strict=True)] == expected
    assert all(row.keys() <= wanted.keys() for row, wanted in zip(found, expected, strict=True))


def test_a_field_that_a_record_lacks_is_no_key_of_it_afterwards(make, rows):
    frame = make([{"a": 1, "n": "5"}, {"a": 2, "n": None}, {"n": "6"}])
    mappings = [("a", "int", "t.A", "string"), ("a", "int", "b", "int"), ("a", "int", "c", "short"), ("n", "", "n", "")]
    assert rows(frame.apply_mapping(mappings)) == [
        {"t": {"A": "1"}, "b": 1, "c": 1, "n": "5"},
        {"t": {"A": "2"}, "b": 2, "c": 2, "n": None},
        {"t": {}, "c": None, "n": "6"},
    ]


def test_what_cannot_be_cast_is_null_where_a_field_that_is_lacking_is_no_key(make, rows):
    frame = make([{"long": 2**31, "int": 1}, {"double": 1.5}, {"s": {"x": None}}])
    long_int_double = [("long", "long", "a", "int"), ("long", "long", "b", "double"), ("int", "int", "c", "double")]
    mappings = [*long_int_double, ("double", "double", "d", "int"), ("s.x", "int", "e", "int")]
    assert rows(frame.apply_mapping(mappings)) == [
        {"a": None, "b": 2.0**31, "c": 1.0, "d": None, "e": None},
        {"a": None, "d": 1, "e": None},
        {"a": None, "d": None, "e": None},
    ]
