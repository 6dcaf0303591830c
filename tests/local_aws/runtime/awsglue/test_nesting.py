"""unnest, relationalize, and DynamoDB's JSON."""

from awsglue.dynamicframe import DynamicFrame
from awsglue.transforms import Relationalize, UnnestFrame
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.local_aws.runtime.awsglue import models

PEOPLE = [
    {"name": "Nancy", "age": 47, "friends": ["Fred", "Lakshmi"]},
    {"name": "Stephanie", "age": 28, "friends": ["Yao", "Phil", "Alvin"]},
    {"name": "Nathan", "age": 54, "friends": []},
    {"name": "Ann", "age": 1, "friends": None},
]


def columns(frame):
    return {field.name: field.dataType.typeName() for field in frame.schema()}


def present(row):
    return {name: value for name, value in row.items() if value is not None}


def test_the_guides_people(make, rows):
    tables = make(PEOPLE).relationalize("people", "s3://bucket/staging")
    assert tables.keys() == ["people", "people_friends"]
    assert columns(tables["people"]) == {"name": "string", "age": "int", "friends": "long"}
    assert columns(tables["people_friends"]) == {"id": "long", "index": "int", "friends.val": "string"}
    people = rows(tables["people"])
    keys = {row["name"]: row["friends"] for row in people}
    assert (keys["Nancy"], keys["Ann"]) == (1, None)
    assert len(set(keys.values())) == 4
    assert models.unordered(rows(tables["people_friends"])) == models.unordered(
        {"id": keys[person["name"]], "index": place, "friends.val": friend}
        for person in PEOPLE
        for place, friend in enumerate(person["friends"] or [])
    )


def test_the_class_calls_its_root_table_roottable(make):
    assert Relationalize.apply(make(PEOPLE)).keys() == ["roottable", "roottable_friends"]


def test_maps_become_tables_of_keys_and_values(spark, rows):
    frame = DynamicFrame.fromDF(spark.createDataFrame([({"a": (1,)},)], "m map<string,struct<v:int>>"), None, "f")
    tables = frame.relationalize("root")
    [root] = rows(tables["root"])
    assert rows(tables["root_m"]) == [{"id": root["m"], "index": 0, "m.key": "a", "m.val.v": 1}]


def test_fields_of_a_struct_whose_names_differ_in_case_only(make, rows):
    values = [{"p": {"Hum": 1, "hum": "x", "in": {"L": [1], "l": 2.5}}}, {"p": {"HUM": 3}}]
    frame = make(values)
    first, second = {"p.Hum": 1, "p.hum": "x", "p.in.L": [1], "p.in.l": 2.5}, {"p.HUM": 3}
    assert [present(row) for row in rows(frame.unnest())] == [first, second]
    tables = frame.relationalize("root")
    [one, other] = rows(tables["root"])
    assert present(one) == {**first, "p.in.L": one["p.in.L"]}
    assert present(other) == second
    assert rows(tables["root_p.in.L"]) == [{"id": one["p.in.L"], "index": 0, "p.in.L.val": 1}]
    assert rows(frame.drop_fields(["p.in", "p.HUM"]))[0] == {"p": {"Hum": 1, "hum": "x"}}
    assert rows(frame.select_fields(["p.hum"]))[0] == {"p": {"hum": "x"}}
    renamed = frame.rename_field("p.hum", "p.humidity")
    assert rows(renamed)[0]["p"]["humidity"] == "x"
    mapped = frame.apply_mapping(
        [("p.Hum", "int", "a", "int"), ("p.hum", "string", "b", "string")], case_sensitive=True
    )
    assert rows(mapped)[0] == {"a": 1, "b": "x"}


def test_keys_still_fit_when_rows_come_in_no_order(make, rows):
    many = make([{"n": n, "l": [n]} for n in range(200)]).repartition(7)
    tables = many.relationalize("root")
    numbers = {row["l"]: row["n"] for row in rows(tables["root"])}
    assert [numbers[row["id"]] == row["l.val"] for row in rows(tables["root_l"])] == [True] * 200


TYPES = st.recursive(
    st.just("atom"),
    lambda inner: st.one_of(
        st.tuples(st.just("array"), inner),
        st.tuples(st.just("struct"), st.dictionaries(st.sampled_from(["a", "A", "b", "p.q"]), inner, min_size=1)),
    ),
    max_leaves=4,
)


def of(kind):
    """Values of a type; atoms are of several, and structs may lack their fields."""
    if kind == "atom":
        return st.none() | st.integers(-9, 9) | st.sampled_from(["x", ""])
    if kind[0] == "array":
        return st.none() | st.lists(of(kind[1]), max_size=3)
    return st.none() | st.fixed_dictionaries({}, optional={name: of(inner) for name, inner in kind[1].items()})


FRAMES = st.dictionaries(st.sampled_from("xyz"), TYPES, min_size=1).flatmap(
    lambda kinds: st.tuples(
        st.just(kinds),
        st.lists(st.fixed_dictionaries({name: of(kind) for name, kind in kinds.items()}), min_size=1, max_size=4),
    )
)


def without_null_structs(kind, value):
    """A null struct, which no flat table tells from a struct of nulls, as the latter."""
    if kind == "atom":
        return value
    if kind[0] == "struct":
        return {name: without_null_structs(inner, (value or {}).get(name)) for name, inner in kind[1].items()}
    return None if value is None else [without_null_structs(kind[1], item) for item in value]


def rebuilt(kind, row, path, tables):
    """The value that a row of the flat tables holds below a path."""
    if kind == "atom":
        return row.get(path)
    if kind[0] == "struct":
        return {name: rebuilt(inner, row, f"{path}.{name}", tables) for name, inner in kind[1].items()}
    if row.get(path) is None:
        return None
    found = [one for one in tables[f"root_{path}"] if one["id"] == row[path]]
    found.sort(key=lambda one: one["index"])
    assert [one["index"] for one in found] == list(range(len(found)))
    return [rebuilt(kind[1], one, f"{path}.val", tables) for one in found]


@settings(max_examples=12, deadline=None, phases=models.PHASES)
@given(FRAMES)
def test_flat_tables_hold_all_that_the_records_held(make, rows, kinds_and_records):
    kinds, records = kinds_and_records
    tables = {name: rows(table) for name, table in make(records).relationalize("root").items()}
    assert all(
        not isinstance(value, dict | list) for table in tables.values() for row in table for value in row.values()
    )
    assert [{name: rebuilt(kind, row, name, tables) for name, kind in kinds.items()} for row in tables["root"]] == [
        {name: without_null_structs(kind, record[name]) for name, kind in kinds.items()} for record in records
    ]


def test_unnest_joins_names_by_dots(make, rows):
    frame = make([{"name": "N", "address": {"state": "NE", "geo": {"x": 1}}}, {"name": "M", "address": None}])
    assert rows(UnnestFrame.apply(frame)) == [
        {"name": "N", "address.state": "NE", "address.geo.x": 1},
        {"name": "M", "address.state": None, "address.geo.x": None},
    ]


def test_dynamodbs_json_without_its_marks(make, rows):
    frame = make(
        [
            {"Item": {"a": {"S": "x"}, "b": {"N": "1"}, "m": {"M": {"q": {"BOOL": True}}}, "l": {"L": [{"S": "y"}]}}},
            {"Item": {"a": {"N": "7"}, "b": {"NULL": True}, "m": None, "l": None}},
        ]
    )
    assert rows(frame.unnest_ddb_json()) == [
        {"a": "x", "b": "1", "m.q": True, "l": [{"S": "y"}]},
        {"a": "7", "b": None, "m.q": None, "l": None},
    ]
    assert rows(frame.simplify_ddb_json()) == [
        {"a": "x", "b": "1", "m": {"q": True}, "l": ["y"]},
        {"a": "7", "b": None, "m": None, "l": None},
    ]


def test_dynamodbs_lists_of_one_type_are_simplified_and_others_stay(make, rows):
    item = {
        "deep": {"L": [{"L": [{"N": "1"}, {"N": "2"}]}, {"L": []}]},
        "null": {"L": [{"S": "x"}, {"NULL": True}]},
        "two": {"L": [{"S": "x"}, {"N": "1"}]},
        "maps": {"L": [{"M": {"k": {"S": "v"}}}]},
        "sets": {"NS": ["1", "2"]},
        "m": {"M": {"l": {"L": [{"BOOL": True}]}, "n": {"M": {"v": {"N": "5"}}}}},
    }
    [simple] = rows(make([{"Item": item}]).simplify_ddb_json())
    assert simple == {
        "deep": [["1", "2"], []],
        "null": ["x", None],
        "two": item["two"]["L"],
        "maps": item["maps"]["L"],
        "sets": ["1", "2"],
        "m": {"l": [True], "n": {"v": "5"}},
    }
    [flat] = rows(make([{"Item": {"m": item["m"], "deep": item["deep"]}}]).unnest_ddb_json())
    assert flat == {"m.l": [{"BOOL": True}], "m.n.v": "5", "deep": item["deep"]["L"]}


def test_dynamodbs_json_needs_no_item_around_it_and_other_structs_stay(make, rows):
    frame = make([{"a": {"S": "x"}, "plain": {"S": 1, "q": 2}}])
    assert rows(frame.unnest_ddb_json()) == [{"a": "x", "plain": {"S": 1, "q": 2}}]
