import pytest

from local_aws.glue.crawler.custom import read_classifier
from local_aws.glue.crawler.failures import CrawlFailed, Unsupported


def csv(text, **detail):
    return read_classifier({"CsvClassifier": {"Name": "mine", **detail}}).classify(text, whole=True)


def json(text, path):
    return read_classifier({"JsonClassifier": {"Name": "mine", "JsonPath": path}}).classify(text, whole=True)


def columns(reading):
    return [(column.name, column.hive_type) for column in reading.schema]


def test_a_header_said_to_be_present_is_one():
    assert columns(csv("a,b\nx,y\n", ContainsHeader="PRESENT")) == [("a", "string"), ("b", "string")]


def test_a_header_said_to_be_absent_is_none():
    reading = csv("a,b\n1,2\n", ContainsHeader="ABSENT")
    assert (reading.header, columns(reading)) == (False, [("col0", "string"), ("col1", "string")])


def test_given_names_are_taken():
    assert columns(csv("1,x\n2,y\n", ContainsHeader="ABSENT", Header=["Id", "Name"])) == [
        ("id", "bigint"),
        ("name", "string"),
    ]


def test_another_number_of_given_names_does_not_fit():
    assert csv("1,x\n2,y\n", Header=["a", "b", "c"]) is None


def test_a_single_column_is_taken_when_allowed():
    assert csv("a\n1\n2\n") is None
    assert columns(csv("a\n1\n2\n", AllowSingleColumn=True)) == [("a", "bigint")]


def test_a_quote_symbol_brings_open_csv_serde_and_strings():
    reading = csv('a,b\n"1","x, y"\n', QuoteSymbol='"')
    assert columns(reading) == [("a", "string"), ("b", "string")]
    assert reading.serde == (
        "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        (("quoteChar", '"'), ("separatorChar", ",")),
    )


def test_configured_data_types_are_taken():
    reading = csv("a,b\n1,2\n", CustomDatatypeConfigured=True, CustomDatatypes=["INT", "DATE"])
    assert columns(reading) == [("a", "int"), ("b", "date")]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("$[*]", '[{"a":1},{"a":2.5}]', [("a", "double")]),
        ("$", '{"a":1}', [("a", "int")]),
        ("$.records[*]", '{"records":[{"A":1}],"n":0}', [("a", "int")]),
        ("$.records[0]", '{"records":[{"a":1},{"b":2}]}', [("a", "int")]),  # an index, as the developer guide lists it
        ("$.records[*].*", '{"records":[{"x":{"a":1}},{"y":{"b":2}}]}', [("a", "int"), ("b", "int")]),
        ("$.@graph[*]", '{"@graph":[{"a":1}]}', [("a", "int")]),
        ("""$["it's"].a.b""", """{"it's":{"a":{"b":{"c":1}}}}""", [("c", "int")]),
        (r"$['it\'s']", """{"it's":{"a":1}}""", [("a", "int")]),
        ("$['the records'][*].inner", '{"the records":[{"inner":{"b":"x"}}]}', [("b", "string")]),
    ],
)
def test_a_json_path_leads_to_the_records(path, text, expected):
    assert columns(json(text, path)) == expected


def test_a_json_path_that_leads_nowhere_does_not_fit():
    assert json('{"a":1}', "$.missing[*]") is None


@pytest.mark.parametrize("path", ["$..a", "$[?(@.a)]", "$[0:2]", "$[0,1]", "$['a','b']", "$.a[", "$[a]", "$[]"])
def test_a_json_path_beyond_keys_and_arrays_is_refused(path):
    with pytest.raises(Unsupported, match="JsonPath"):
        json("{}", path)


def test_a_json_path_begins_with_a_dollar():
    with pytest.raises(CrawlFailed, match="does not begin with"):
        json("{}", "a.b")


def test_a_classifier_of_an_unknown_kind_is_refused_by_name():
    with pytest.raises(Unsupported, match="YamlClassifier mine is not supported"):
        read_classifier({"YamlClassifier": {"Name": "mine"}})
