"""Scripts that ask for the Data Catalog by the factory class of Glue's Hive client, without the job's argument."""

import json
import textwrap

import pytest

from tests.local_aws.aws_server import unique

FACTORY = "com.amazonaws.glue.catalog.metastore.AWSGlueDataCatalogHiveClientFactory"
BY_BUILDER = f"""
    from pyspark.sql import SparkSession
    builder = SparkSession.builder.config("hive.metastore.client.factory.class", "{FACTORY}")
    spark = builder.enableHiveSupport().getOrCreate()
"""
BY_CONF = f"""
    from awsglue.context import GlueContext
    from pyspark import SparkConf, SparkContext
    conf = SparkConf().set("spark.hadoop.hive.metastore.client.factory.class", "{FACTORY}")
    spark = GlueContext(SparkContext(conf=conf.set("spark.sql.catalogImplementation", "hive"))).spark_session
"""
SHOWN = """
    import json, sys
    spark.sql(f"CREATE TABLE {sys.argv[sys.argv.index('--database') + 1]}.made USING parquet AS SELECT 1 AS one")
    print(json.dumps([row[0] for row in spark.sql("SHOW DATABASES").collect()]))
"""


@pytest.mark.parametrize("manner", [BY_BUILDER, BY_CONF], ids=["builder", "conf"])
def test_the_factory_class_leads_to_the_data_catalog(local_aws, manner):
    bucket, database = local_aws.bucket(), unique("db_")
    glue = local_aws.client("glue")
    glue.create_database(DatabaseInput={"Name": database, "LocationUri": f"s3://{bucket}/db/"})
    script = textwrap.dedent(manner) + textwrap.dedent(SHOWN)

    run = local_aws.run_script(script, spark=True, bucket=bucket, arguments={"--database": database})

    assert run["JobRunState"] == "SUCCEEDED", (run, local_aws.log(run)[-20:])
    assert database in json.loads(local_aws.log(run)[-1])
    assert glue.get_table(DatabaseName=database, Name="made")["Table"]["StorageDescriptor"]["Location"] == (
        f"s3://{bucket}/db/made"
    )
