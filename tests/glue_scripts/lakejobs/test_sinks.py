"""How a table is replaced, against an S3: what is there after success, failure, and a run without rows."""

import boto3
import pytest

PATH = "s3://lake/trusted/customer/"


class Sink:
    """A sink that puts one file, and then may fail as S3 does."""

    def __init__(self, s3, name, error=None):
        self.s3, self.name, self.error, self.told = s3, name, error, []

    def setCatalogInfo(self, **names):  # noqa: N802 - Glue's name
        self.told.append(names)

    def setFormat(self, kind):  # noqa: N802 - Glue's name
        self.told.append(kind)

    def writeFrame(self, frame):  # noqa: N802 - Glue's name
        self.s3.put_object(Bucket="lake", Key=f"trusted/customer/{self.name}", Body=str(frame.count()))
        if self.error:
            raise self.error


class Context:
    """A GlueContext whose sink is the given one."""

    def __init__(self, spark, sink=None):
        self.spark_session, self.sink = spark, sink

    def getSink(self, **options):  # noqa: N802 - Glue's name
        assert (options["path"], options["enableUpdateCatalog"]) == (PATH, True)
        self.asked = options
        return self.sink


@pytest.fixture
def s3(aws):  # noqa: ARG001 - it sets the environment
    client = boto3.client("s3")
    client.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key in ("trusted/customer/old.parquet", "trusted/customer/", "trusted/customers/other.parquet"):
        client.put_object(Bucket="lake", Key=key, Body=b"before")
    yield client
    for found in client.list_objects_v2(Bucket="lake")["Contents"]:
        client.delete_object(Bucket="lake", Key=found["Key"])
    client.delete_bucket(Bucket="lake")


@pytest.fixture
def frame(spark):
    from awsglue.dynamicframe import DynamicFrame

    return lambda *emails: DynamicFrame.fromDF(
        spark.createDataFrame([(email,) for email in emails], "email string"), None, "customers"
    )


def keys(s3):
    return [found["Key"] for found in s3.list_objects_v2(Bucket="lake")["Contents"]]


KEPT = ["trusted/customer/", "trusted/customers/other.parquet"]


def test_the_new_files_take_the_place_of_the_old_ones(spark, s3, frame):
    from lakejobs.sinks import replace

    sink = Sink(s3, "new.parquet")
    assert replace(Context(spark, sink), frame("a", "b"), PATH, "stedi", "customer_trusted") == 2
    assert sorted(keys(s3)) == sorted([*KEPT, "trusted/customer/new.parquet"])
    assert sink.told == [{"catalogDatabase": "stedi", "catalogTableName": "customer_trusted"}, "glueparquet"]


def test_a_write_that_fails_leaves_the_old_files_alone(spark, s3, frame):
    from lakejobs.sinks import replace

    sink = Sink(s3, "half.parquet", OSError("no space"))
    with pytest.raises(OSError, match="no space"):
        replace(Context(spark, sink), frame("a"), PATH, "stedi", "customer_trusted")
    assert sorted(keys(s3)) == sorted([*KEPT, "trusted/customer/old.parquet"])


def test_only_the_partitions_that_are_named_are_replaced(spark, s3, frame):
    from lakejobs.sinks import replace

    for key in ("day=1/old.parquet", "day=2/old.parquet", "day=11/old.parquet"):
        s3.put_object(Bucket="lake", Key=f"trusted/customer/{key}", Body=b"before")
    context = Context(spark, Sink(s3, "day=1/new.parquet"))
    partitioned = {"partition_keys": ["day"], "partitions": ["day=1/"]}
    assert replace(context, frame("a"), PATH, "stedi", "customer_trusted", **partitioned) == 1
    assert context.asked["partitionKeys"] == ["day"]
    left = {key.removeprefix("trusted/customer/") for key in keys(s3)} - set(KEPT)
    assert left == {"", "old.parquet", "day=1/new.parquet", "day=2/old.parquet", "day=11/old.parquet"}


def test_a_write_that_fails_in_another_partition_is_taken_back_too(spark, s3, frame):
    from lakejobs.sinks import replace

    sink = Sink(s3, "day=2/half.parquet", OSError("no space"))
    with pytest.raises(OSError, match="no space"):
        replace(Context(spark, sink), frame("a"), PATH, "stedi", "customer_trusted", partitions=["day=1/"])
    assert sorted(keys(s3)) == sorted([*KEPT, "trusted/customer/old.parquet"])


def test_a_table_without_rows_has_no_files(spark, s3, frame):
    from lakejobs.sinks import replace

    assert replace(Context(spark), frame(), PATH, "stedi", "customer_trusted") == 0
    assert sorted(keys(s3)) == KEPT


def test_records_that_could_not_be_handled_stop_the_job(spark, s3, frame):
    from awsglue.transforms import Filter
    from lakejobs.sinks import SinkError, replace

    broken = Filter.apply(frame=frame("a"), f=lambda record: record["email"] < 1 / 0)
    with pytest.raises(SinkError, match=r"1 records for customer_trusted could not be handled[\s\S]*division"):
        replace(Context(spark), broken, PATH, "stedi", "customer_trusted")
    assert sorted(keys(s3)) == sorted([*KEPT, "trusted/customer/old.parquet"])


def test_the_settings_of_the_sink_reach_it(spark, s3, frame):
    from lakejobs.sinks import Settings, replace

    sink = Sink(s3, "new.gz")
    context = Context(spark, sink)
    settings = Settings(update_behavior="LOG", data_format="json", compression="gzip")
    replace(context, frame("a"), PATH, "stedi", "customer_trusted", settings=settings)
    assert (context.asked["updateBehavior"], context.asked["compression"], sink.told[-1]) == ("LOG", "gzip", "json")


def test_a_sink_that_leaves_the_catalog_alone_is_told_no_table(spark, s3, frame):
    from lakejobs.sinks import Settings, replace

    sink = Sink(s3, "new.parquet")

    class Alone(Context):
        def getSink(self, **options):  # noqa: N802 - Glue's name
            assert options["enableUpdateCatalog"] is False
            return self.sink

    replace(Alone(spark, sink), frame("a"), PATH, "stedi", "customer_trusted", settings=Settings(update_catalog=False))
    assert sink.told == ["glueparquet"]
