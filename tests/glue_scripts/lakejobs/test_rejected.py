"""Rows that were refused: as parquet takes them, and when they are too many."""

import pytest
from lakejobs import rejected
from pyspark.sql import functions as F  # noqa: N812


def test_the_share_that_is_allowed_is_not_too_many():
    assert not rejected.is_too_many({"rows_read": 100, "rows_rejected": 5}, 0.05)
    assert rejected.is_too_many({"rows_read": 100, "rows_rejected": 6}, 0.05)


def test_the_error_says_how_many_why_and_where(spark):
    reasons = ["a"] * 2 + ["b"] * 4 + ["c"] + ["d"]
    rejects = spark.createDataFrame([("x", reason, "f") for reason in reasons], rejected.COLUMNS.spark)
    told = rejected.too_many(rejects, {"rows_read": 10, "rows_rejected": 8}, 0.1, "s3://b/r/", "the table is as it was")
    assert str(told) == (
        "error: 8 of 10 rows were rejected (80.0%), more than --max_rejected_ratio 0.1 allows\n"
        "  seen: 4 x 'b', 2 x 'a', 1 x 'c'\n"
        "  next: look at the rows in s3://b/r/; the table is as it was"
    )


@pytest.mark.parametrize("name", ["a+b 50% [é].csv", "plain.csv"])
def test_the_file_of_a_row_is_not_encoded(spark, tmp_path, name):
    (tmp_path / name).write_text("one\n")
    frame = spark.read.text(str(tmp_path)).select(rejected.source_file(F.col("_metadata.file_path")).alias("file"))
    assert frame.first()["file"].endswith(f"/{name}")


def test_bytes_that_are_no_utf8_show_as_such(spark, tmp_path):
    (tmp_path / "a.txt").write_bytes("Côte".encode("latin-1") + b"\n")
    assert spark.read.text(str(tmp_path)).select(rejected.text(F.col("value"))).first()[0] == "C\ufffdte"
