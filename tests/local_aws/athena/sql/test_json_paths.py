"""json_exists, json_query and json_value with their clauses; the customers are those of Trino's documentation."""

import pytest

from tests.local_aws.athena.athena_queries import ask, error, value

CUSTOMERS = """(VALUES
    (101, '{"comment" : "nice", "children" : [10, 13, 16]}'),
    (102, '{"comment" : "problematic", "children" : [8, 11]}'),
    (103, '{"comment" : "knows best", "children" : [2]}')) AS customers(id, description)"""


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ("json_exists(description, 'lax $.children[2]')", ["true", "false", "false"]),
        ("json_exists(description, 'strict $.children[2]')", ["true", "false", "false"]),
        ("json_exists(description, 'strict $.children[2]' UNKNOWN ON ERROR)", ["true", None, None]),
        ("json_exists(description, 'strict $.children[2]' TRUE ON ERROR)", ["true", "true", "true"]),
        ("json_value(description, 'lax $.comment' RETURNING char(12))", ["nice", "problematic", "knows best"]),
        ("json_value(description, 'lax $.children[0]' RETURNING tinyint)", ["10", "8", "2"]),
        ("json_value(description, 'lax $.children[2]' DEFAULT 'no' ON EMPTY)", ["16", "no", "no"]),
        ("json_value(description, 'strict $.children[2]' DEFAULT 'err' ON ERROR)", ["16", "err", "err"]),
        ("json_value(description, 'lax $.children[2]' RETURNING bigint DEFAULT 0 ON EMPTY) + 1", ["17", "1", "1"]),
        ("json_value(description, 'lax $.children')", [None, None, None]),
        ("json_query(description, 'lax $.children')", ["[10,13,16]", "[8,11]", "[2]"]),
        ("json_query(description, 'lax $.children[*]')", [None, None, "2"]),
        ("json_query(description, 'lax $.children[*]' WITH ARRAY WRAPPER)", ["[10,13,16]", "[8,11]", "[2]"]),
        ("json_query(description, 'lax $.children[last]' WITH WRAPPER)", ["[16]", "[11]", "[2]"]),
        ("json_query(description, 'lax $.children' WITH CONDITIONAL ARRAY WRAPPER)", ["[10,13,16]", "[8,11]", "[2]"]),
        ("json_query(description, 'lax $.children[0 to 1]' WITH WRAPPER)", ["[10,13]", "[8,11]", "[2]"]),
        ("json_query(description, 'lax $.nope' EMPTY ARRAY ON EMPTY)", ["[]", "[]", "[]"]),
        ("json_query(description, 'strict $.nope' EMPTY OBJECT ON ERROR)", ["{}", "{}", "{}"]),
        ("json_query(description, 'lax $.comment')", ['"nice"', '"problematic"', '"knows best"']),
        ("json_query(description, 'lax $.comment' OMIT QUOTES)", ["nice", "problematic", "knows best"]),
        ("json_query(description, 'lax $.comment' RETURNING varchar(10) KEEP QUOTES ON SCALAR STRING NULL ON ERROR)",
         ['"nice"', '"problemat', '"knows bes']),
        ("json_query(description, 'lax $.*' WITH WRAPPER)",
         ['["nice",[10,13,16]]', '["problematic",[8,11]]', '["knows best",[2]]']),
    ],
)  # fmt: skip
def test_each_row_gives_what_trino_documents(call, shown):
    assert [row[0] for row in ask(f"SELECT {call} FROM {CUSTOMERS} ORDER BY id").rows] == shown


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ("json_value('[{\"k\": \"v\"}]', 'lax $.k')", "v"),  # lax takes the array apart
        ("json_value('[{\"k\": \"v\"}]', 'strict $.k')", None),
        ("json_value('{\"k\": 1}', 'lax $[0].k')", "1"),  # and wraps what is none
        ('json_value(\'{"a b": {"c": true}}\', \'$."a b".c\')', "true"),
        ("json_value('{\"k\": null}', '$.k' DEFAULT 'x' ON EMPTY)", None),
        ("json_value('no json', '$' DEFAULT 'x' ON ERROR)", "x"),
        ("json_exists('no json', '$')", "false"),
        ("json_value(NULL, '$')", None),
        ("json_query('{\"k\": \"é\"}', '$')", '{"k":"é"}'),
    ],
)
def test_modes_and_odd_inputs(call, shown):
    assert value(call) == shown


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("json_exists('{}', 'strict $.a' ERROR ON ERROR)", "PATH_EVALUATION_ERROR: path evaluation failed"),
        ("json_value('[1, 2]', '$[*]' ERROR ON ERROR)",
         "JSON_VALUE_RESULT_ERROR: cannot extract SQL scalar from JSON"),
        ("json_value('{}', 'a.b')", "INVALID_PATH: line 1:25: 'a.b' is not a valid JSON path"),
        ("json_value(1, '$')",
         "TYPE_MISMATCH: line 1:19: Cannot read input of type integer as JSON using formatting JSON"),
        ("json_value('{}', '$' RETURNING string)", "TYPE_MISMATCH: line 1:8: Unknown type: string"),
        ("json_value('{}', '$.a ? (@ > 1)')",
         "NOT_SUPPORTED: a JSON path with a filter is not supported by the local AWS"),
        ("json_value('{}', '$.a.size()')",
         "NOT_SUPPORTED: the method size of a JSON path is not supported by the local AWS"),
        ("json_value('{}', '$.a' PASSING 1 AS x)",
         "NOT_SUPPORTED: json_value with PASSING is not supported by the local AWS"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(call, message):
    assert error(f"SELECT {call}") == message
