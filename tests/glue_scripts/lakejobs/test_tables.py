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
    assert len(tasks_of(tmp_path / "t/count=x")) > 1


@pytest.mark.parametrize(("few", "several"), [(tables.FEW_BYTES, False), (0, True)])
def test_few_bytes_of_a_folder_are_written_by_one_task(spark, tmp_path, monkeypatch, few, several):
    monkeypatch.setattr(tables, "FEW_BYTES", few)
    spark.range(400).selectExpr("id", "'x' AS key").write.parquet(str(tmp_path / "read"))
    written = tables.store(
        spark.read.parquet(str(tmp_path / "read")), str(tmp_path / "t"), ["key"], max_rows_per_file=9
    )
    assert sorted(row.id for row in written.collect()) == list(range(400))
    assert len(list((tmp_path / "t/key=x").glob("*.parquet"))) >= 45
    assert (len(tasks_of(tmp_path / "t/key=x")) > 1) == several


def test_small_folders_are_written_by_several_tasks(spark, tmp_path, parts):
    """Spark alone would make one task of so few bytes; each folder has one file all the same."""
    frame = spark.range(100).selectExpr("id", "id % 20 AS key")
    tables.store(frame, str(tmp_path / "t"), ["key"])
    folders = list((tmp_path / "t").glob("key=*"))
    assert [len(list(folder.glob("*.parquet"))) for folder in folders] == [1] * 20
    assert len(set().union(*map(tasks_of, folders))) == parts > 1


def tasks_of(folder):
    """The numbers of the tasks that wrote the files of a folder."""
    return {re.match(r"part-(\d+)", path.name)[1] for path in folder.glob("*.parquet")}
