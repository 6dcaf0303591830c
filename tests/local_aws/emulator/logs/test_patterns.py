"""Filter patterns of CloudWatch Logs, with the examples of its user guide ("Filter pattern syntax")."""

import json
import time

import pytest

from local_aws.emulator.logs.patterns import compile_pattern
from local_aws.emulator.logs.terms import LogPatternError
from tests.local_aws.aws_server import error_of, unique

LINES = (
    "[ERROR 400] BAD REQUEST",
    "[ERROR 401] UNAUTHORIZED REQUEST",
    "[ERROR 419] MISSING ARGUMENTS",
    "[ERROR 420] INVALID ARGUMENTS",
    "[ERROR 500] INTERNAL SERVER ERROR",
    "[INFO] REQUEST FAILED",
)
TRAIL = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "cluster.name": "c",
    "someInt": 123,
    "someFloat": 12.34,
    "flag": True,
}
USERS = {
    "user": {"id": 1, "email": "John.Stiles@example.com"},
    "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
    "actions": ["GET", "PUT", "DELETE"],
    "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
}


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("ERROR", [0, 1, 2, 3, 4]),
        ("error", []),
        ("ERROR ARGUMENTS", [2, 3]),
        ("?INFO ?ARGUMENTS", [2, 3, 5]),
        ("?INFO ?ARGUMENTS REQUEST", [0, 1, 5]),
        ('"INTERNAL SERVER ERROR"', [4]),
        ("ERROR -ARGUMENTS", [0, 1, 4]),
        ('ERROR -"BAD REQUEST" -ARGUMENTS', [1, 4]),
        ('" "', [0, 1, 2, 3, 4, 5]),
        ("", [0, 1, 2, 3, 4, 5]),
        ("%AUTHORIZED%", [1]),
        (r"%4[0-9]{2}\]%", [0, 1, 2, 3]),
        ("%^.INFO%", [5]),
    ],
)
def test_terms_match_as_documented(pattern, found):
    matches = compile_pattern(pattern)
    assert [number for number, line in enumerate(LINES) if matches(line)] == found


@pytest.mark.parametrize(
    ("event", "pattern", "expected"),
    [
        (TRAIL, '{ $.eventType = "UpdateTrail" }', True),
        (TRAIL, "{$.eventType=UpdateTrail}", True),
        (TRAIL, "{ $.eventType = updatetrail }", False),
        (TRAIL, "{ $.sourceIPAddress != 123.123.* }", True),
        (TRAIL, "{ $.sourceIPAddress != 111.111.* }", False),
        (TRAIL, '{ $.sourceIPAddress = "*111.111" }', True),
        (TRAIL, '{ $.arrayKey[0] = "value" }', True),
        (TRAIL, "{ $.objectList[1].id = 2 }", True),
        (TRAIL, "{ $.eventType = %Trail% }", True),
        (TRAIL, "{ $.arrayKey[*] = %val.{2}% }", True),
        (TRAIL, r"{ $.* = %111\.111\.111\.1[0-9]{1,2}% }", True),
        (TRAIL, "{ $.['cluster.name'] = \"c\" }", True),
        (TRAIL, "{ $.SomeObject IS NULL }", True),
        (TRAIL, "{ $.eventType IS NULL }", False),
        (TRAIL, "{ $.flag IS TRUE }", True),
        (TRAIL, "{ $.flag IS FALSE }", False),
        (TRAIL, "{ $.SomeOtherObject NOT EXISTS }", True),
        (TRAIL, "{ $.SomeObject NOT EXISTS }", False),
        (TRAIL, '{ $.absent != "x" }', False),  # neither = nor != match what is not there
        (TRAIL, '{ $.objectList != "x" }', False),  # nor an array
        (TRAIL, "{ $.someInt = 123.0 }", True),
        (TRAIL, "{ $.someInt = 12* }", True),
        (TRAIL, '{ $.someInt != "123" }', False),
        (TRAIL, "{ $.someFloat >= 12.34 && $.someFloat < 1.3e+1 }", True),
        (TRAIL, "{ $.eventType >= 123 }", False),
        (USERS, '{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', True),
        (USERS, '{ $.user.email = "John.*" || $.coordinates[0][1] = "no" && $.actions[2] = "no" }', True),
        (USERS, '{ ($.user.email = "John.*" || $.coordinates[0][1] = "no") && $.actions[2] = "no" }', False),
        (USERS, '{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', False),
        (USERS, "{ $.coordinates[1][2] = 6 }", True),
    ],
)  # fmt: skip
def test_json_matches_as_documented(event, pattern, expected):
    assert compile_pattern(pattern)(json.dumps(event)) is expected


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("*a*a*a*a*a*a*b", "a" * 300, False),
        ("*a*a*a*a*a*a*b", "a" * 300 + "b", True),
        ("a*", "a\nb", True),
        ("*", "", True),
        ("a*a", "a", False),  # the two ends do not overlap
        ("a?", "ab", False),  # a star alone is a wildcard
        ("${*}", "${b}", True),
        ("${*}", "*", False),
    ],
)
def test_a_star_in_a_text_stands_for_any_characters(pattern, value, expected):
    assert compile_pattern(f'{{ $.x = "{pattern}" }}')(json.dumps({"x": value})) is expected


def test_a_json_pattern_matches_no_event_that_is_no_json():
    assert not compile_pattern("{ $.a NOT EXISTS }")("{ $.a plain text")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("a:b", "Invalid character(s) in term 'a:b'"),
        ('{ $.someInt >= "someString" }', "Invalid character(s) in term '\"someString\"'"),
        ("{ $.a EXISTS }", "Invalid metric filter pattern"),
        ("{ $.a = 1", "Invalid metric filter pattern"),
        ("{ a = 1 }", "Invalid metric filter pattern"),
        ("{ $.a[*].b[*] = 1 }", "at most one wildcard selector"),
        ("%a!%", "Invalid character(s) in term '%a!%'"),
        ("%a% %b% %c%", "at most 2 regular expressions"),
        ("[w1=ERROR, w2]", "space-delimited log events are not supported by the local AWS"),
    ],
)
def test_what_is_no_pattern_is_refused(pattern, said):
    with pytest.raises(LogPatternError) as refused:
        compile_pattern(pattern)
    assert said in str(refused.value)


def test_events_are_filtered_and_other_patterns_refused(local_aws):
    logs, group = local_aws.client("logs"), unique("/g/")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    now = round(time.time() * 1000)
    lines = ["ERROR one", "WARN two", "INFO three", '{"level": "ERROR", "took": 7}', '{"level": "INFO", "took": 9}']
    events = [{"timestamp": now + number, "message": line} for number, line in enumerate(lines)]
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)

    def found(pattern):
        return [
            event["message"] for event in logs.filter_log_events(logGroupName=group, filterPattern=pattern)["events"]
        ]

    assert found("?one ?WARN") == lines[:2]
    assert found('{ $.took > 5 && $.level = "ERROR" }') == [lines[3]]
    subscription = {"filterName": "f", "destinationArn": "arn:aws:lambda:::function:f"}
    for call, more in ((logs.filter_log_events, {}), (logs.put_subscription_filter, subscription)):
        error = error_of(call, logGroupName=group, filterPattern="[a, b]", **more)
        assert error.startswith("InvalidParameterException: Filter patterns for space-delimited log events")
