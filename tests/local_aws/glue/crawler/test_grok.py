"""Grok classifiers, by AWS's documented examples."""

import pytest

from local_aws.glue.crawler.custom import read_classifier
from local_aws.glue.crawler.failures import CrawlFailed

# The developer guide's example of a pattern and its custom patterns, and a line as its crawlers log.
PATTERN = (
    r"%{TIMESTAMP_ISO8601:timestamp} \[%{MESSAGEPREFIX:message_prefix}\] %{CRAWLERLOGLEVEL:loglevel} : "
    r"%{GREEDYDATA:message}"
)
CUSTOM = "CRAWLERLOGLEVEL (BENCHMARK|ERROR|WARN|INFO|TRACE)\nMESSAGEPREFIX .*-.*-.*-.*-.*"
LINE = "2017-03-30 23:37:21 [4ab3dd1c-6ee1-4f5f-9b3c-0b3c6b4f0e5a] BENCHMARK : Running Start Crawl\n"


def classify(text, pattern, custom="", **detail):
    given = {"Name": "mine", "Classification": "special-logs", "GrokPattern": pattern, "CustomPatterns": custom}
    return read_classifier({"GrokClassifier": {**given, **detail}}).classify(text, whole=True)


def columns(reading):
    return [(column.name, column.hive_type) for column in reading.schema]


def test_the_documented_example():
    reading = classify(LINE * 3, PATTERN, CUSTOM)
    names = ("timestamp", "message_prefix", "loglevel", "message")
    assert columns(reading) == [(name, "string") for name in names]
    assert (reading.classification, reading.certainty, reading.records) == ("special-logs", 1.0, 3)
    assert reading.record_size == len(LINE)
    assert reading.serde == (
        "com.amazonaws.glue.serde.GrokSerDe",
        (("input.format", PATTERN), ("input.grokCustomPatterns", CUSTOM)),
    )
    assert reading.parameters == (("grokPattern", PATTERN),)
    assert reading.why == ("custom classifier mine: 3 of 3 sampled lines fit its grok pattern (certainty 1)")


def test_the_types_of_aws():
    kinds = ("byte", "boolean", "double", "short", "int", "long", "float", "string")
    pattern = " ".join(f"%{{NOTSPACE:Field_{kind}:{kind}}}" for kind in kinds)
    reading = classify("1 true 2.5 3 4 5 6.5 x\n", pattern)
    assert columns(reading) == [
        ("field_byte", "tinyint"),
        ("field_boolean", "boolean"),
        ("field_double", "double"),
        ("field_short", "smallint"),
        ("field_int", "int"),
        ("field_long", "bigint"),
        ("field_float", "float"),
        ("field_string", "string"),
    ]


def test_the_certainty_is_the_share_of_lines_that_fit():
    assert classify("1 a\n\n2 b\nno\n3 c\n", "^%{INT:n} %{WORD:w}").certainty == 0.75
    assert classify("no\n", "^%{INT:n}") is None


@pytest.mark.parametrize(
    ("pattern", "custom", "text"),
    [
        ("%{NOSUCH:x}", "", "Pattern NOSUCH is not defined."),
        (
            "%{INT:x:number}",
            "",
            "The field x has the type number, which is none of string, byte, boolean, double, short, int, long, float",
        ),
        ("%{A:x", "A b", "%{A:x has no closing }"),
        ("%{A}", "A %{A}", "A grok pattern stands in itself, or is nested more than 40 times"),
        ("%{}", "", "%{} is no grok pattern"),
        ("(%{INT:x}", "", "The grok pattern '(%{INT:x}' is no regular expression: missing )"),
        (
            "%{F}",
            "\n".join([f"{a} {('%{' + b + '}') * 40}" for a, b in zip("FEDCB", "EDCBA", strict=True)] + ["A aaaa"]),
            "A grok pattern has more than 100,000 letters",
        ),
    ],
)
def test_a_pattern_that_is_none_fails_the_crawl_and_is_named(pattern, custom, text):
    with pytest.raises(CrawlFailed) as caught:
        classify("x\n", pattern, custom)
    assert str(caught.value).startswith(f"custom classifier mine: {text}")


def test_a_pattern_that_searches_for_ever_fails_the_crawl():
    with pytest.raises(CrawlFailed, match=r"takes more than 0\.5 s with one line"):
        classify("a" * 5000 + "!\n", r"^%{LONG:x}$", r"LONG (([a-z])+.)+[A-Z]([a-z])+")
