"""Files read and written through a GlueContext, on paths of this machine."""

import json
import re

import pytest


@pytest.fixture(scope="module")
def glue_context(spark):
    from awsglue.context import GlueContext

    return GlueContext(spark)


@pytest.fixture
def read(glue_context):
    def of(path, kind, options=None, predicate="", **format_options):
        return glue_context.create_dynamic_frame.from_options(
            "s3", {"paths": [str(path)], **(options or {})}, kind, format_options, push_down_predicate=predicate
        )

    return of


@pytest.fixture
def write(glue_context):
    def to(frame, path, kind, options=None, **format_options):
        glue_context.write_dynamic_frame.from_options(
            frame, "s3", {"path": str(path), **(options or {})}, kind, format_options
        )
        return sorted(file for file in path.rglob("*") if file.is_file() and not file.name.endswith(".crc"))

    return to


RECORDS = [{"a": 1, "b": "x", "s": {"q": 1.5}, "l": [1, 2]}, {"a": 2, "b": None, "s": {"q": 2.0}, "l": []}]


def as_lines(records):
    return "".join(json.dumps(record) + "\n" for record in records)


def test_json_becomes_parquet(tmp_path, read, write, rows):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a b.json").write_text(as_lines(RECORDS))
    files = write(read(tmp_path / "in", "json"), tmp_path / "out", "parquet")
    assert [re.sub(r"\d{13}", "T", file.name) for file in files] == ["run-T-part-r-00000.snappy.parquet"]
    assert rows(read(tmp_path / "out", "parquet")) == RECORDS
