"""XML classifiers, by AWS's documented examples."""

import pytest

from local_aws.glue.crawler.custom import read_classifier
from local_aws.glue.crawler.failures import CrawlFailed
from local_aws.glue.crawler.xml_rules import classify_xml

# The developer guide's example of an XML classifier.
BOOKS = """<?xml version="1.0"?>
<catalog>
   <book id="bk101">
     <AnyCompany>
       <author>Rivera, Martha</author>
       <title>AnyCompany Developer Guide</title>
     </AnyCompany>
   </book>
   <book id="bk102">
     <AnyCompany>
       <author>Stiles, John</author>
       <title>Style Guide for AnyCompany</title>
     </AnyCompany>
   </book>
</catalog>
"""


def classify(text, tag, **detail):
    given = {"Name": "mine", "Classification": "xml", "RowTag": tag, **detail}
    return read_classifier({"XMLClassifier": given}).classify(text, whole=True)


def columns(reading):
    return [(column.name, column.hive_type) for column in reading.schema]


def test_the_documented_example():
    reading = classify(BOOKS, "AnyCompany")
    assert columns(reading) == [("author", "string"), ("title", "string")]
    assert (reading.classification, reading.records, reading.certainty) == ("xml", 2, 1.0)
    assert reading.serde == ("", (("rowTag", "AnyCompany"),))
    assert reading.classes is None
    assert reading.why == "custom classifier mine: 2 elements <AnyCompany> in the sample"


def test_attributes_and_inner_elements_are_columns():
    text = '<o><r ID="1"><n>5</n><v unit="kg">2.5</v><tag>a</tag><tag>b</tag><w><x>true</x></w></r></o>'
    assert columns(classify(text, "r")) == [
        ("_id", "int"),
        ("n", "int"),
        ("v", "struct<_unit:string,_VALUE:double>"),
        ("tag", "array<string>"),
        ("w", "struct<x:boolean>"),
    ]


def test_an_empty_element_is_no_row_and_one_with_a_blank_is():
    # The developer guide's two examples.
    assert classify('<t><row att1="xx" att2="yy" /></t>', "row") is None
    assert columns(classify('<t><row att1="xx" att2="yy"> </row></t>', "row")) == [
        ("_att1", "string"),
        ("_att2", "string"),
    ]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "<a><b>1</b></a>", '{"r": 1}'])
def test_a_text_without_the_tag_does_not_fit(text):
    assert classify(text, "r") is None


def test_a_document_that_the_sample_cuts_off_is_read_so_far():
    assert classify(BOOKS[:-60], "AnyCompany").records == 1


def test_a_classifier_without_a_row_tag_fails_the_crawl():
    with pytest.raises(CrawlFailed, match="mine has no RowTag"):
        classify(BOOKS, "")


LAUGHS = (
    '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "'
    + "&a;" * 50
    + '"><!ENTITY c "'
    + "&b;" * 50
    + '">]><l><r><x>&c;</x></r></l>'
)
OUTSIDE = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><l><r><x>&a;</x></r></l>'


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE, "<!DOCTYPE html><l><r><x>1</x></r></l>"])
def test_document_types_and_entities_are_not_read(text):
    assert classify(text, "r") is None
    reading = classify_xml(text)
    assert reading.classification == "UNKNOWN"
    assert "it has a document type or entities, which are not read" in reading.why


def test_the_built_in_classifier_takes_the_document_for_one_row():
    reading = classify_xml('<order id="7"><item>a</item><item>b</item></order>')
    assert columns(reading) == [("_id", "int"), ("item", "array<string>")]
    assert (reading.classification, reading.records) == ("xml", 1)
    assert reading.serde == ("", (("rowTag", "order"),))


@pytest.mark.parametrize("depth", [101, 400, 900, 5000])
def test_rows_that_are_nested_too_deeply_are_not_read(depth):
    text = "<i>" * depth + "1" + "</i>" * depth
    assert classify(text, "i") is None
    reading = classify_xml(text)
    assert (reading.classification, columns(reading)) == ("UNKNOWN", [])
    assert "its elements are nested too deeply" in reading.why
    assert classify(f"<l><r><x>1</x></r><r>{text}</r></l>", "r").records == 1  # what stands before is read


def test_rows_may_be_nested_a_hundred_deep():
    assert classify("<i>" * 100 + "1" + "</i>" * 100, "i").records == 1


def test_a_thousand_rows_are_looked_at():
    reading = classify("<l>" + "<r><x>1</x></r>" * 1500 + "</l>", "r")
    assert reading.records == 1000


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<a><b></a>", "it is not well-formed within the sample: mismatched tag"),
        ("<a>text</a>", "its outermost element holds no others"),
        ("<a>" * 100_000 + "1" + "</a>" * 100_000, "its elements are nested too deeply"),
    ],
)
def test_what_is_no_table_says_why(text, why):
    reading = classify_xml(text)
    assert reading.classification == "UNKNOWN"
    assert reading.why.startswith(f"looks like XML or HTML, but {why}")
