"""Hive's names of partitions, patterns and filters."""

import pytest

from local_aws.runtime.metastore.names import expression, matching, partition_name, partition_values

KEYS = [{"Name": "year", "Type": "int"}, {"Name": "city", "Type": "string"}]


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (["2024", "Oslo"], "year=2024/city=Oslo"),
        (["2024", "a/b=c"], "year=2024/city=a%2Fb%3Dc"),
        (["2024", "São Paulo"], "year=2024/city=São Paulo"),
        (["2024", "100%"], "year=2024/city=100%25"),
        (["2024", "2024-01-01 10:00"], "year=2024/city=2024-01-01 10%3A00"),
    ],
)
def test_the_name_of_a_partition_is_hives_and_leads_back(values, name):
    assert partition_name(KEYS, values) == name
    assert partition_values(name) == values


def test_an_empty_value_has_hives_name_for_null():
    assert partition_name(KEYS, ["2024", ""]) == "year=2024/city=__HIVE_DEFAULT_PARTITION__"


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*", ["ab", "abc", "b.c"]),
        ("", ["ab", "abc", "b.c"]),
        (".*", ["ab", "abc", "b.c"]),
        ("ab*", ["ab", "abc"]),
        ("AB", ["ab"]),
        ("ab|b*", ["ab", "b.c"]),
        ("a", []),
    ],
)
def test_a_pattern_finds_names_as_hive_does(pattern, found):
    assert matching(["ab", "abc", "b.c"], pattern) == found


@pytest.mark.parametrize(
    ("hive", "glue"),
    [
        ("year = 2024", "year = 2024"),
        ("YEAR>=-5", "YEAR >= -5"),
        ('city = "Oslo"', "city = 'Oslo'"),
        ('city = "it\'s"', "city = 'it''s'"),
        ("city = 'say \"hi\"'", "city = 'say \"hi\"'"),
        (
            '(city = "a" or city = "b") and (year != 1 and year != 2)',
            "( city = 'a' or city = 'b' ) and ( year <> 1 and year <> 2 )",
        ),
    ],
)
def test_a_filter_of_hives_is_an_expression_of_glues(hive, glue):
    assert expression(hive, ["year", "city"]) == glue


@pytest.mark.parametrize(
    "hive",
    ['city like "O.*"', "country = 1", 'city = "a\\"b"', "year = 2024-01-01", "year + 1 = 2"],
)
def test_what_glue_has_no_expression_for_is_none(hive):
    assert expression(hive, ["year", "city"]) is None
