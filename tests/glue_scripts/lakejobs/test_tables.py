"""How many parts a shuffle has, and how many tasks write a folder."""

import re
from collections import Counter

import pytest
from lakejobs import tables


@pytest.fixture(autouse=True)
def parts(spark):
    """The session's setting, put back afterwards."""
    before = spark.conf.get("spark.sql.shuffle.partitions")
    yield int(before)
    spark.conf.set("spark.sql.shuffle.partitions", before)


def test_a_large_input_is_shuffled_in_more_parts(spark, tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("0123456789\n" * 1000)
    monkeypatch.setattr(tables, "BYTES_A_PART", 500)
    assert tables.fit_shuffles(spark.read.text(str(tmp_path)).where("value <> 'x'")) == 22  # 11,000 bytes
    assert spark.conf.get("spark.sql.shuffle.partitions") == "22"


def test_a_small_input_leaves_the_setting_as_it_is(spark, tmp_path, parts):
    (tmp_path / "a.txt").write_text("x\n")
    assert tables.fit_shuffles(spark.read.text(str(tmp_path))) == parts
    assert spark.conf.get("spark.sql.shuffle.partitions") == str(parts)


def test_rows_that_are_read_from_no_file_have_no_size(spark, parts):
    assert tables.fit_shuffles(spark.createDataFrame(spark.sparkContext.parallelize([(1,)]), "a int")) == parts


def test_a_join_counts_what_it_reads(spark, tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("0123456789\n" * 1000)
    monkeypatch.setattr(tables, "BYTES_A_PART", 1000)
    read = spark.read.text(str(tmp_path))
    assert tables.fit_shuffles(read.join(read.withColumnRenamed("value", "other"), how="cross")) == 22


def test_folders_of_any_key_and_any_columns(spark, tmp_path):
    """NULL as a key, a key called count, columns of the helper's own names, a map, large folders and small ones."""
    rows = [(key, number, {"a": number}, 0) for key in ("x", None) for number in range(40)] + [("y", 1, {}, 0)]
    frame = spark.createDataFrame(rows, "count string, tasks int, m map<string,int>, key_count int")
    written = tables.store(frame, str(tmp_path / "t"), ["count"], max_rows_per_file=1)
    assert sorted(map(repr, written.collect())) == sorted(map(repr, frame.collect()))
    files = Counter(path.parent.name for path in (tmp_path / "t").rglob("*.parquet"))
    assert files == {"count=x": 40, "count=__HIVE_DEFAULT_PARTITION__": 40, "count=y": 1}
    tasks = {re.match(r"part-(\d+)", path.name)[1] for path in (tmp_path / "t").rglob("count=x/*.parquet")}
    assert len(tasks) > 1
