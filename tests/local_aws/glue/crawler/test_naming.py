import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.glue.crawler.naming import (
    Taken,
    choose_names,
    hashed_name,
    key_names,
    partition_keys,
    partition_values,
    split_folder,
    table_name,
    unescape,
)

HADOOP_ESCAPED = "\"#%'*/:=?\\\x7f{[]^"  # what Hive's and Spark's writers escape in folder names


def hadoop_escape(value):
    return "".join(f"%{ord(c):02X}" if c in HADOOP_ESCAPED or ord(c) < 32 else c for c in value)


@pytest.mark.parametrize(
    ("prefix", "base", "expected"),
    [
        ("", "path-2", "path_2"),
        ("", "Amazon Sale.Report.csv", "amazon_sale_report_csv"),
        ("raw_", "sales", "raw_sales"),
        ("", "year=2017", "year_2017"),
        ("Prefix-", "é", "prefix__"),
        ("p", "x" * 200, "p" + "x" * 127),
    ],
)
def test_table_name(prefix, base, expected):
    assert table_name(prefix, base) == expected


@given(st.text(max_size=64), st.text(min_size=1, max_size=300))
def test_a_table_name_is_always_one_the_catalog_takes(prefix, base):
    assert re.fullmatch("[a-z0-9_]{1,128}", table_name(prefix, base))


@given(st.text(max_size=64), st.text(min_size=1, max_size=300))
def test_a_table_name_named_again_is_the_same(prefix, base):
    once = table_name(prefix, base)
    assert table_name("", once) == once


@given(st.text("abc", min_size=1, max_size=128), st.text(max_size=20), st.text(max_size=20))
def test_hashed_names_fit_and_differ_by_location(name, one, other):
    assert len(hashed_name(name, one)) <= 128
    assert (hashed_name(name, one) == hashed_name(name, other)) == (one == other)


def test_free_names_are_taken_as_they_are():
    assert choose_names([("a", "s3://b/a/"), ("b", "s3://b/b/")], {}, "c") == ["a", "b"]


def test_of_two_equal_names_the_second_gets_a_hash():
    names = choose_names([("data", "s3://b/x/data/"), ("data", "s3://b/y/data/")], {}, "c")
    assert names == ["data", hashed_name("data", "s3://b/y/data/")]
    assert re.fullmatch("data_[0-9a-f]{32}", names[1])


def test_a_name_held_by_a_table_elsewhere_gets_a_hash():
    taken = {"data": Taken("s3://other/data/", None)}
    assert choose_names([("data", "s3://b/data/")], taken, "c") == [hashed_name("data", "s3://b/data/")]


def test_a_name_held_by_a_table_of_the_same_place_is_kept():
    taken = {"data": Taken("s3://b/data", None)}
    assert choose_names([("data", "s3://b/data/")], taken, "c") == ["data"]


def test_a_table_of_this_crawler_keeps_its_name_while_its_place_stays():
    taken = {"data_0123": Taken("s3://b/data/", "c")}
    assert choose_names([("data", "s3://b/data/")], taken, "c") == ["data_0123"]


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b"]), st.text("xyz", min_size=1)), unique_by=lambda t: t[1], max_size=6)
)
def test_names_are_never_shared_and_a_second_crawl_gives_the_same(wanted):
    names = choose_names(wanted, {}, "c")
    assert len(set(names)) == len(wanted)
    catalog = {name: Taken(place, "c") for name, (_, place) in zip(names, wanted, strict=True)}
    assert choose_names(wanted, catalog, "c") == names


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("country=France", ("country", "France")),
        ("Country=Cote d%27Ivoire", ("country", "Cote d'Ivoire")),
        ("t=2020-01-01 00%3A00%3A00", ("t", "2020-01-01 00:00:00")),
        ("a=b=c", ("a", "b=c")),
        ("a=", ("a", "")),
        ("a=__HIVE_DEFAULT_PARTITION__", ("a", "__HIVE_DEFAULT_PARTITION__")),
        ("plain", None),
        ("=x", None),
    ],
)
def test_split_folder(folder, expected):
    assert split_folder(folder) == expected


@given(st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x24F)))
def test_values_are_read_back_as_hadoop_writers_escaped_them(value):
    assert unescape(hadoop_escape(value)) == value


def test_a_percent_sign_that_escapes_nothing_stays():
    assert unescape("100%") == "100%"
    assert unescape("5%zz") == "5%zz"


def test_levels_named_alike_are_keys_and_others_are_numbered():
    levels = [["2020", "2021"], ["month=1", "Month=2"], ["day=1", "d=2"], ["month=3"]]
    keys = partition_keys(levels)
    assert keys == [None, "month", None, None]
    assert key_names(keys) == ["partition_0", "month", "partition_1", "partition_2"]


def test_values_of_unnamed_levels_are_whole_folder_names():
    assert partition_values(["2020", "month=1", "d%27=2"], [None, "month", None]) == ("2020", "1", "d%27=2")
