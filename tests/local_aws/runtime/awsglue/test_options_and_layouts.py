"""What options, patterns, tables of the catalog and XML say, in plain Python; no Spark is needed."""

import sys
from pathlib import Path

import pytest

JOBS = str(Path(__file__).parents[4] / "local_aws" / "runtime")
if JOBS not in sys.path:
    sys.path.insert(0, JOBS)

from awsglue._formats import files as _files  # noqa: E402
from awsglue._formats import records as _records  # noqa: E402
from awsglue._formats.options import Options  # noqa: E402
from awsglue._sources.catalog_tables import format_of, layout_of, location_of  # noqa: E402


def test_options_are_found_in_any_case_and_empty_ones_are_not_given():
    options = Options({"WithHeader": "TRUE", "separator": "", "quoteChar": None}, {"withheader": "false", "n": "1.5"})
    assert options.flag("withHeader") is False  # the later of two
    assert (options.get("separator", ","), options.get("quoteChar", '"')) == (",", '"')
    assert (options.number("N"), options.number("m")) == (1.5, None)
    assert options.flag("more", default=True) is True


@pytest.mark.parametrize("value", [["a", "b"], '["a", "b"]', ("a", "b"), ' ["a","b"]'])
def test_texts_come_as_lists_and_as_json(value):
    assert Options({"paths": value}).texts("Paths") == ["a", "b"]


def test_one_text_is_a_list_of_it():
    assert Options({"paths": "a"}).texts("paths") == ["a"]


@pytest.mark.parametrize(("name", "value"), [("texts", "[a"), ("texts", [1]), ("number", "x"), ("flag", "yes")])
def test_options_of_another_kind_are_refused(name, value):
    with pytest.raises(ValueError, match=r"^o must be"):
        getattr(Options({"o": value}), name)("o")


@pytest.mark.parametrize(
    ("glob", "matching", "others"),
    [
        ("*.csv", ["a.csv", ".csv"], ["a/b.csv", "a.csv2"]),
        ("**.csv", ["a.csv", "a/b.csv"], ["a.txt"]),
        ("a?c", ["abc"], ["a/c", "ac"]),
        ("[ab]x", ["ax", "bx"], ["cx"]),
        ("[!ab]x", ["cx"], ["ax"]),
        ("[a-c]x", ["bx"], ["dx"]),
        ("{a,b{1,2}}.x", ["a.x", "b1.x", "b2.x"], ["b.x", "a,b1.x"]),
        (r"a\*", ["a*"], ["ab", r"a\b"]),
        ("a,b", ["a,b"], ["a", "b"]),
        ("a.b", ["a.b"], ["axb"]),
    ],
)
def test_patterns_of_exclusions(glob, matching, others):
    pattern = _files._pattern(glob)
    assert [name for name in [*matching, *others] if pattern.fullmatch(name)] == matching


@pytest.mark.parametrize(
    ("files", "size", "expected"),
    [(None, 2, "ab"), (None, 3, "abc"), (None, 0, "a"), (2, None, "ab"), (0, None, ""), (None, None, "cab")],
)
def test_the_oldest_files_come_first_up_to_a_bound(files, size, expected):
    found = [_files.File(f"s3://b/{name}", "", "s3://b/", 1, age) for name, age in (("c", 3), ("a", 1), ("b", 2))]
    assert "".join(file.path[-1] for file in _files.bounded(found, files, size)) == expected


def test_folders_say_keys_and_values():
    path = "s3://b/x=0/a%3Db=1%2F2/other/=y/_n=__HIVE_DEFAULT_PARTITION__/f=1"
    assert _files.File(path, "", "s3://b/x=0/", 1, 0).partition() == {"a=b": "1/2", "_n": None}


# Tables


def table(serde="", settings=None, location="s3://b/t/", kind="EXTERNAL_TABLE", **parameters):
    info = {"SerializationLibrary": serde, "Parameters": settings or {}}
    descriptor = {"Location": location, "SerdeInfo": info, "Columns": [{"Name": "a", "Type": "int"}]}
    return {"Name": "t", "TableType": kind, "Parameters": parameters, "StorageDescriptor": descriptor}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (table("org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"), "parquet"),
        (table("org.openx.data.jsonserde.JsonSerDe"), "json"),
        (table("org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", classification="json"), "json"),
        (table("org.apache.hadoop.hive.ql.io.orc.OrcSerde", Classification="ORC"), "orc"),
        (table(classification="glueparquet"), "parquet"),
        (table(classification="text"), "csv"),
        (table(classification="csv", **{"spark.sql.sources.provider": "parquet"}), "parquet"),
        (table("org.apache.hadoop.hive.serde2.OpenCSVSerde", **{"spark.sql.sources.provider": "hive"}), "csv"),
    ],
)
def test_the_format_of_a_table(given, expected):
    assert format_of(given) == expected


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (table(), ValueError),
        (table(classification="UNKNOWN"), ValueError),
        (table(classification="csv", kind="VIRTUAL_VIEW"), NotImplementedError),
    ],
)
def test_tables_whose_format_is_not_known(given, error):
    with pytest.raises(error, match=r"^table t (has neither|is a view)"):
        format_of(given)


def test_the_place_of_a_table():
    own = {"path": "s3://b/own"}
    assert location_of(table(settings=own)) == "s3://b/t/"
    assert location_of(table(settings=own, **{"spark.sql.sources.provider": "csv"})) == "s3://b/own"
    with pytest.raises(ValueError, match="table t has no Location"):
        location_of(table(location=""))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (table("LazySimpleSerDe"), ("\x01", '"', None, False)),
        (table("LazySimpleSerDe", classification="csv"), (",", '"', None, False)),
        (table("LazySimpleSerDe", {"field.delim": "|"}, delimiter=";"), ("|", '"', None, False)),
        (table("LazySimpleSerDe", delimiter=";"), (";", '"', None, False)),
        (table("OpenCSVSerde"), (",", '"', None, False)),
        (table("OpenCSVSerde", {"escapeChar": '"'}), (",", '"', None, False)),
        (table("OpenCSVSerde", {"escapeChar": "\\", "quoteChar": "'"}), (",", "'", "\\", False)),
        (table("OpenCSVSerde", **{"skip.header.line.count": "1"}), (",", '"', None, True)),
        (
            table(settings={"header": "true", "sep": "|"}, **{"spark.sql.sources.provider": "csv"}),
            ("|", '"', None, True),
        ),
    ],
)
def test_the_layout_of_a_table(given, expected):
    layout = layout_of(given)
    assert (layout.separator, layout.quote, layout.escaper, layout.header) == expected
    assert layout.names == ("a",)


# XML, Ion and Avro


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ('<r><b k="1">t</b></r>', {"attributePrefix": "@", "valueTag": "text"}, [{"@k": 1, "text": "t"}]),
        ("<r><b>7</b></r>", {}, [{"_VALUE": 7}]),
        ("<r><b><x>1</x><x>2</x><x>3</x></b></r>", {}, [{"x": [1, 2, 3]}]),
        ("<r><b><x>-</x><y/></b></r>", {"nullValue": "-"}, [{"x": None, "y": ""}]),
        ("<r><b><x> a </x></b></r>", {"ignoreSurroundingSpaces": True}, [{"x": "a"}]),
        ("<r><b><x> a </x></b></r>", {}, [{"x": " a "}]),
        ("<r><b><x>1</x><b><x>2</x></b></b><b><x>3</x></b></r>", {}, [{"x": 1, "b": {"x": 2}}, {"x": 3}]),
        ("<r><b><x>1e3</x><y>-.5</y><z>+7</z><w>1,5</w></b></r>", {}, [{"x": 1000.0, "y": -0.5, "z": 7, "w": "1,5"}]),
        ("<r><b><x>TRUE</x><y>no</y></b><c/></r>", {}, [{"x": True, "y": "no"}]),
    ],
)
def test_options_of_xml(text, options, expected):
    assert list(_records.xml_parser(Options({"rowTag": "b", **options}))(text.encode())) == expected


def test_xml_needs_the_name_of_its_records():
    with pytest.raises(ValueError, match="need a rowTag"):
        _records.xml_parser(Options({}))


def test_a_value_of_ion_at_the_top_that_is_no_struct_is_refused():
    with pytest.raises(ValueError, match="1 is no struct"):
        list(_records.ion_records(b"{a: 1} 1"))
