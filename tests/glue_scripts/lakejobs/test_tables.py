"""How many parts a shuffle has."""

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
