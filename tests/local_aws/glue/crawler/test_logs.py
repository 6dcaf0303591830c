"""The built-in classifiers of logs, by lines that the programs' own documentation shows."""

import pytest

from local_aws.glue.crawler.classify import classify
from tests.local_aws.glue.crawler.test_classify import Bytes

COMMON = '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326'
SQUID = (
    "timestamp duration client_address cache_result status_code bytes request_method url user hierarchy_code "
    "server content_type"
)
LOGS = {
    "combined_apache": (
        f'{COMMON} "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)"',
        "clientip ident auth timestamp verb request httpversion rawrequest response bytes referrer agent",
    ),
    "apache": (COMMON, "clientip ident auth timestamp verb request httpversion rawrequest response bytes"),
    "ruby_logger": (
        "I, [2026-03-03T02:34:24.895701 #19074]  INFO -- Main: Hello, world",
        "timestamp pid loglevel progname message",
    ),
    "squid": (
        "1066036250.129      5 192.168.0.1 TCP_MISS/200 4182 GET http://www.example.com/ - DIRECT/192.0.2.7 text/html",
        SQUID,
    ),
    "redismonlog": (
        '1339518083.107412 [0 127.0.0.1:60866] "keys" "*"',
        "timestamp database client port command params",
    ),
    "redislog": ("[4018] 14 Nov 07:01:22 * Background saving terminated with success", "pid timestamp message"),
}


def crawled(*lines):
    return classify(Bytes("".join(f"{line}\n" for line in lines).encode()))


@pytest.mark.parametrize("kind", LOGS)
def test_a_log_is_known(kind):
    line, names = LOGS[kind]
    reading = crawled(line, line, line)
    assert reading.classification == kind
    assert [column.name for column in reading.schema] == names.split()
    assert reading.classes.library == "com.amazonaws.glue.serde.GrokSerDe"
    assert reading.why.startswith(f"built-in classifier {kind}: 3 of 3 sampled lines fit its grok pattern")


def test_the_pattern_of_apaches_logs_is_that_of_the_page():
    reading = crawled(LOGS["combined_apache"][0])
    assert reading.parameters == (("grokPattern", "%{COMBINEDAPACHELOG}"),)
    assert reading.serde[1] == (("input.format", "%{COMBINEDAPACHELOG}"),)
    assert {column.hive_type for column in reading.schema} == {"string"}


def test_apaches_logs_without_a_length_or_a_request_are_such():
    lines = (
        '::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 304 -',
        'h.example - - [10/Oct/2000:13:55:36 -0700] "\\x16\\x03" 400 226',
    )
    assert crawled(*lines).classification == "apache"


def test_a_line_of_another_kind_makes_it_none():
    assert crawled(COMMON, COMMON, "something else").classification == "UNKNOWN"


def test_a_table_that_holds_a_log_stays_a_table():
    assert crawled("id,line", f"1,{COMMON}", f"2,{COMMON}", f"3,{COMMON}").classification == "csv"
