"""The files that any Spark session of a job picks up."""

import pytest

from local_aws.runtime.spark_conf import parse_conf_argument, write_conf


@pytest.mark.parametrize(
    ("value", "settings"),
    [
        ("spark.a=1", {"spark.a": "1"}),
        ("spark.a=1 --conf spark.b=2", {"spark.a": "1", "spark.b": "2"}),
        ("spark.a=x=y", {"spark.a": "x=y"}),
        ("spark.a=", {"spark.a": ""}),
        ("spark.a=--confirm", {"spark.a": "--confirm"}),
        (" spark.a = 1  --conf  spark.b = two words ", {"spark.a": "1", "spark.b": "two words"}),
        ("spark.a=1 --conf spark.a=2", {"spark.a": "2"}),
    ],
)
def test_the_conf_argument_is_a_chain(value, settings):
    assert parse_conf_argument(value) == settings


@pytest.mark.parametrize("value", ["spark.a", "=1", "spark.a=1 --conf nothing", ""])
def test_a_part_that_is_no_setting_is_refused(value):
    with pytest.raises(ValueError, match="--conf takes key=value"):
        parse_conf_argument(value)


def defaults(folder, *, few=True):
    write_conf(
        folder / "conf",
        mount=folder / "mount",
        work=folder / "work",
        buckets=["b-1", "b.2"],
        extra={"spark.sql.shuffle.partitions": "7", "spark.mine": "x"},
        few=few,
    )
    lines = (folder / "conf" / "spark-defaults.conf").read_text().splitlines()
    return dict(line.split(" ", 1) for line in lines)


@pytest.fixture
def written(tmp_path):
    return defaults(tmp_path)


def test_java_optimizes_where_there_is_much_to_read(tmp_path):
    few, much = (
        defaults(tmp_path / str(few), few=few)["spark.driver.extraJavaOptions"].split() for few in (True, False)
    )
    assert "-XX:TieredStopAtLevel=1" in few
    assert "-XX:TieredStopAtLevel=1" not in much
    assert any(option.startswith("-XX:Tier4InvocationThreshold=") for option in much)


@pytest.mark.parametrize("scheme", ["s3", "s3a", "s3n"])
def test_each_scheme_of_s3_is_a_view_of_folders(written, scheme):
    assert written[f"spark.hadoop.fs.{scheme}.impl"].endswith(".ViewFileSystemOverloadScheme")


@pytest.mark.parametrize("bucket", ["b-1", "b.2"])
def test_each_bucket_is_a_folder_of_the_mount(written, tmp_path, bucket):
    link = written[f"spark.hadoop.fs.viewfs.mounttable.{bucket}.linkFallback"]
    assert link == f"file://{tmp_path}/mount/{bucket}"


def test_settings_of_the_job_win(written):
    assert written["spark.sql.shuffle.partitions"] == "7"
    assert written["spark.mine"] == "x"


def test_the_log_goes_to_the_runs_folder(tmp_path, written):
    assert f"fileName = {tmp_path}/work/spark.log" in (tmp_path / "conf" / "log4j2.properties").read_text()
    assert written["spark.local.dir"].startswith(str(tmp_path / "work"))
