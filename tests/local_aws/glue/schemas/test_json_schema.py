"""JSON Schema: what is a schema of draft 4, 6 or 7, and which schema reads what another wrote."""

import json
import math

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from local_aws.bounded_regex import PatternError
from local_aws.glue.model import GlueError
from local_aws.glue.schemas import json_objects, json_values
from local_aws.glue.schemas.formats import problem_of
from local_aws.glue.schemas.json_rules import reads
from local_aws.glue.schemas.json_schema import checked

TEXT, WHOLE, NUMBER, NULL = ({"type": kind} for kind in ("string", "integer", "number", "null"))


def draft(number, **schema):
    return {"$schema": f"http://json-schema.org/draft-0{number}/schema#", **schema}


def thing(properties=None, **more):
    return {"type": "object", "properties": properties or {}, **more}


@pytest.mark.parametrize(
    ("schema", "is_one"),
    [  # the drafts' own schemas
        (True, True),
        (5, False),
        ([], False),
        ({"type": "objekt"}, False),
        ({"type": ["string", "null"]}, True),
        (thing({"a": {"type": "objekt"}}), False),
        (thing({"a": {"minLength": -1}}), False),
        (thing({"a": {"pattern": "["}}), False),
        (draft(7, patternProperties={"[": {}}), False),
        ({"items": [TEXT, {"type": 5}]}, False),
        ({"items": [TEXT, {"type": "null"}]}, True),
        ({"required": "a"}, False),
        ({"multipleOf": 0}, False),
        ({"anyOf": []}, False),
        (draft(4, required=[]), False),
        (draft(6, required=[]), True),
        (draft(4, minimum=1, exclusiveMinimum=True), True),
        (draft(4, exclusiveMinimum=True), False),
        (draft(7, minimum=1, exclusiveMinimum=True), False),
        (draft(4, exclusiveMinimum=1), False),
        (draft(7, exclusiveMinimum=1), True),
        (draft(4, properties={"a": True}), False),
        (draft(6, properties={"a": True}), True),
        (draft(6, **{"if": 5}), True),  # no keyword of draft 6
        (draft(7, **{"if": 5}), False),
        (draft(4, const=5, contains=5), True),  # the same
        ({"$schema": "https://json-schema.org/draft/2020-12/schema"}, False),
        ({"$ref": "#/definitions/x"}, False),
        ({"$ref": "#/definitions/x~1y", "definitions": {"x/y": TEXT}}, True),
        (thing({"$ref": TEXT}), True),
        ({"enum": [{"$ref": "#/nothing"}]}, True),
        (thing({"default": {"$ref": "#/nothing"}}), False),
        (draft(4, enum=[{"a": 1}, {"a": 1.0}]), False),
        (draft(4, enum=[1, True, "1", [1], {"a": 1}]), True),
        ({"type": ["string", "string"]}, False),
        # a reference leads to a schema (drafts 4 to 7, "$ref")
        ({"$ref": "#/title", "title": "x"}, False),
        ({"$ref": "#/x", "x": {"type": 5}}, False),
        ({"$ref": "#/x", "x": {"type": "string"}}, True),
        ({"$ref": "#/x", "x": {"not": {"$ref": "#/y"}}, "y": []}, False),
        ({"$ref": "#"}, True),
    ],
)
def test_what_is_a_schema(schema, is_one):
    try:
        checked(schema)
    except ValueError:
        assert not is_one
    else:
        assert is_one


def test_a_reference_to_another_document_is_refused_by_name():
    with pytest.raises(GlueError, match=r"A \$ref .*: https://x\.example/y"):
        checked({"$ref": "https://x.example/y"})


CLOSED = {"additionalProperties": False}
LIST = {"definitions": {"n": thing({"next": {"$ref": "#/definitions/n"}})}, "$ref": "#/definitions/n"}
LONGER = {"definitions": {"n": thing({"next": {"$ref": "#/definitions/n"}, "v": WHOLE})}, "$ref": "#/definitions/n"}

CASES = [  # reader, writer, whether it reads
    # fields, as the developer guide tells of them
    (thing({"a": TEXT, "b": WHOLE}), thing({"a": TEXT}), True),
    (thing({"a": TEXT}), thing({"a": TEXT, "b": WHOLE}), True),
    (thing({"a": TEXT, "b": WHOLE}, required=["b"]), thing({"a": TEXT}), False),
    (thing({"a": TEXT}), thing({"a": TEXT, "b": WHOLE}, required=["b"]), True),
    (thing({"a": WHOLE}), thing({"a": TEXT}), False),
    # content that is closed
    (thing({"a": TEXT}, **CLOSED), thing({"a": TEXT}), False),
    (thing({"a": TEXT}, **CLOSED), thing({"a": TEXT, "b": TEXT}, **CLOSED), False),
    (thing({"a": TEXT, "b": TEXT}, **CLOSED), thing({"a": TEXT}, **CLOSED), True),
    (thing({}, additionalProperties=NUMBER), thing({"a": WHOLE}, **CLOSED), True),
    (thing({}, additionalProperties=NUMBER), thing({"a": TEXT}, **CLOSED), False),
    (thing({}, patternProperties={"^a": NUMBER}), thing({"ab": TEXT}, **CLOSED), False),
    (thing({}, patternProperties={"^a": NUMBER}), thing({"b": TEXT}, **CLOSED), True),
    (thing({"a": True}, **CLOSED), thing({}, patternProperties={"^a": TEXT}, **CLOSED), False),
    # types and values
    (NUMBER, WHOLE, True),
    (WHOLE, NUMBER, False),
    ({"type": ["string", "null"]}, TEXT, True),
    (TEXT, {"type": ["string", "null"]}, False),
    ({"oneOf": [NULL, TEXT]}, {"type": ["null", "string"]}, True),
    ({"anyOf": [NULL, TEXT]}, {"anyOf": [TEXT, WHOLE]}, False),
    ({"enum": ["a", "b"]}, {"enum": ["a"]}, True),
    ({"enum": ["a"]}, {"enum": ["a", "b"]}, False),
    ({"enum": [True]}, {"enum": [1]}, False),
    ({"enum": [True, False, None]}, {"type": ["boolean", "null"]}, True),
    ({"const": 1}, {"enum": [1.0]}, True),
    (TEXT, {"enum": ["a", 1]}, False),
    ({}, {"type": "string"}, True),
    (True, thing(), True),
    (False, thing(), False),
    (False, False, True),
    # bounds
    ({"minimum": 0}, {"minimum": 1}, True),  # texts have no minimum: the writer takes them, and so does the reader
    ({"type": "integer", "minimum": 0}, {"type": "integer", "minimum": 1}, True),
    ({"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 0}, False),
    ({"type": "integer", "exclusiveMinimum": 0}, {"type": "integer", "minimum": 0}, False),
    ({"type": "integer", "minimum": 0, "exclusiveMinimum": True}, {"type": "integer", "exclusiveMinimum": 0}, True),
    ({"type": "number", "multipleOf": 0.1}, {"type": "number", "multipleOf": 0.3}, True),
    ({"type": "number", "multipleOf": 2}, {"type": "number", "multipleOf": 3}, False),
    ({"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 2}, True),
    ({"type": "string", "maxLength": 3}, TEXT, False),
    ({"type": "string", "pattern": "a"}, {"type": "string", "pattern": "b"}, False),
    ({"pattern": "a"}, WHOLE, True),
    ({"type": "array", "uniqueItems": True}, {"type": "array"}, False),
    ({"type": "number", "multipleOf": 1e-300}, {"type": "number", "multipleOf": 1e300}, True),
    ({"type": "number", "multipleOf": 1e300}, {"type": "number", "multipleOf": 1e-300}, False),
    ({"type": "number", "multipleOf": math.inf}, {"type": "number", "multipleOf": 2}, False),
    ({"type": "number", "multipleOf": 2}, {"type": "number", "multipleOf": math.inf}, False),
    ({"enum": [{"a": [1, 2.5]}]}, {"enum": [{"a": [1.0, 2.5]}]}, True),
    ({"enum": [{"a": True}]}, {"enum": [{"a": 1}]}, False),
    ({"enum": []}, {"enum": [1]}, False),
    # arrays
    ({"type": "array", "items": TEXT}, {"type": "array", "items": TEXT, "maxItems": 1.0}, True),
    ({"type": "array", "items": NUMBER}, {"type": "array", "items": WHOLE}, True),
    ({"type": "array", "items": WHOLE}, {"type": "array"}, False),
    ({"type": "array", "items": [TEXT, WHOLE]}, {"type": "array", "items": [TEXT, WHOLE, TEXT]}, True),
    ({"type": "array", "items": TEXT}, {"type": "array", "items": [TEXT], "additionalItems": False}, True),
    ({"type": "array", "items": TEXT}, {"type": "array", "items": [TEXT]}, False),
    # references, combinations, what cannot be compared
    (LIST, LONGER, True),
    (LONGER, LIST, True),
    ({"allOf": [thing({"a": TEXT}), {"required": ["a"]}]}, thing({"a": TEXT}, required=["a"]), True),
    (thing({"a": TEXT}, required=["a"]), {"allOf": [thing({"a": TEXT}), {"required": ["a"]}]}, True),
    ({"$ref": 5, **NUMBER}, WHOLE, True),  # draft 4 does not tell what a $ref is
    ({"not": TEXT}, {"not": TEXT}, True),
    ({"not": TEXT}, WHOLE, False),
]


@pytest.mark.parametrize(("reader", "writer", "expected"), CASES)
def test_what_can_be_read(reader, writer, expected):
    assert reads(reader, writer) is expected


def test_more_ways_than_can_be_looked_at_are_refused_by_name():
    many = {"allOf": [{"anyOf": [TEXT, WHOLE, NULL]}] * 12}
    with pytest.raises(GlueError, match="more than 256 ways"):
        reads(TEXT, many)
    with pytest.raises(GlueError, match="leads back to itself"):
        reads(TEXT, {"$ref": "#"})


def doubling(keyword, levels):
    """A schema of few lines that has twice as many ways, or parts, with each level."""
    defined = {"t0": TEXT}
    for number in range(1, levels):
        defined[f"t{number}"] = {keyword: [{"$ref": f"#/definitions/t{number - 1}"}] * 2}
    return {"definitions": defined, "$ref": f"#/definitions/t{levels - 1}"}


@pytest.mark.parametrize(
    ("reader", "writer"),
    [
        (TEXT, doubling("allOf", 19)),
        (TEXT, doubling("anyOf", 19)),
        (
            thing({}, patternProperties={f"^{number}x": TEXT for number in range(110)}),
            thing({f"a{number}": TEXT for number in range(110)}),
        ),
        ({"anyOf": [{"const": number} for number in range(1000)]}, {"enum": [f"x{number}" for number in range(1000)]}),
    ],
)
def test_small_schemas_that_take_long_to_compare_are_refused_by_name(reader, writer):
    with pytest.raises(GlueError, match=r"so deep or large|more than 256 ways"):
        reads(reader, writer)


def test_patterns_that_take_too_long_are_tried_a_few_times(monkeypatch):
    tried = []

    def found(pattern, name):
        tried.append((pattern, name))
        raise PatternError("too long")

    monkeypatch.setattr(json_objects, "found", found)
    many = thing({f"a{number}": TEXT for number in range(100)}, patternProperties={"(a+)+b": TEXT})
    with pytest.raises(GlueError, match="so deep or large"):
        reads(many, many)
    assert len(tried) <= 10


MIXED = [{"a": number} if number % 2 else [number] for number in range(300)]


def test_each_value_of_an_enum_is_looked_at_a_few_times(monkeypatch):
    """As many times as there are values, not as there are pairs."""
    asked = []
    monkeypatch.setattr(json_values, "_number", lambda text: asked.append(text) or float(text))
    halves = [{"a": [number + 0.5, each]} for number, each in enumerate(MIXED)]
    assert reads({"enum": halves}, {"enum": halves[::-1]})
    checked(draft(4, enum=halves))
    assert len(asked) <= 10 * len(halves)


def test_a_check_of_unique_values_compares_no_pairs(monkeypatch):
    asked = []
    monkeypatch.setattr(jsonschema._utils, "equal", lambda one, other: asked.append(one) or one == other)
    checked(draft(4, enum=MIXED))
    checked(thing({"a": draft(4, enum=MIXED)}))
    assert len(asked) <= 10 * len(MIXED)


def test_a_pattern_that_repeats_too_often_is_no_schema():
    assert "repe" in problem_of("JSON", json.dumps({"pattern": "a{99999999999999999999}"}))


names = st.sampled_from("abc")
few = st.sampled_from(["", "x", "xy", 0, 1, 2, -1, 0.5, True, False, None])


@st.composite
def schemas(draw, depth=2):
    """Schemas with what goes with their types, and some combinations."""
    kinds = ["string", "integer", "number", "enum", "types"] + (["object", "array", "anyOf", "allOf"] if depth else [])
    kind = draw(st.sampled_from(kinds))
    bound = st.integers(0, 2)
    if kind == "enum":
        return {"enum": draw(st.lists(few, min_size=1, max_size=3))}
    if kind == "types":
        return {"type": draw(st.lists(st.sampled_from(["string", "integer", "number", "null", "boolean"]), min_size=1))}
    if kind in ("anyOf", "allOf"):
        return {kind: draw(st.lists(schemas(depth - 1), min_size=1, max_size=2))}
    made = {"type": kind}
    if kind == "string":
        made |= draw(st.fixed_dictionaries({}, optional={"minLength": bound, "maxLength": bound}))
    elif kind in ("integer", "number"):
        made |= draw(
            st.fixed_dictionaries(
                {}, optional={"minimum": bound, "maximum": bound, "exclusiveMinimum": bound, "multipleOf": st.just(2)}
            )
        )
    elif kind == "array":
        made |= draw(st.fixed_dictionaries({}, optional={"items": schemas(depth - 1), "maxItems": bound}))
    else:
        made["properties"] = draw(st.dictionaries(names, schemas(depth - 1), max_size=2))
        made |= draw(st.fixed_dictionaries({}, optional={"required": st.lists(names, unique=True, max_size=2)}))
        made["additionalProperties"] = draw(st.sampled_from([False, TEXT, WHOLE]))
    return made


documents = st.recursive(
    few, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2), max_leaves=4
)


def takes(schema, document):
    return Draft7Validator(schema).is_valid(document)


@given(schemas(), schemas(), st.lists(documents, max_size=12))
@settings(deadline=None, max_examples=200)
def test_what_is_read_is_valid(reader, writer, each):
    """Objects here are closed or have texts or numbers, so that no property counts as absent which may be there."""
    if reads(reader, writer):
        assert [document for document in each if takes(writer, document) and not takes(reader, document)] == []


@given(schemas())
@settings(deadline=None, max_examples=100)
def test_a_schema_reads_its_own(schema):
    assert reads(schema, schema)
