"""The libraries that Python shell jobs find, as those of Glue's `analytics` set."""

import json

from tests.local_aws.aws_server import LocalAws

SCRIPT = """
import json, sys
import boto3, numpy, pandas, psycopg2, pyarrow, pyathena, pymysql, requests, sqlalchemy
from awsglue.utils import getResolvedOptions

bucket = getResolvedOptions(sys.argv, ["bucket"])["bucket"]
orders = pandas.read_csv(boto3.client("s3").get_object(Bucket=bucket, Key="in/orders.csv")["Body"])
more = orders.append(pandas.DataFrame({"item": ["c"], "price": [4.0]}))  # gone since pandas 2
more.to_parquet("orders.parquet")
total = pandas.read_parquet("orders.parquet").groupby("item").price.sum()
modules = (boto3, numpy, pandas, psycopg2, pyathena, requests)
versions = {module.__name__: module.__version__.split()[0] for module in modules}
print(json.dumps({"total": total.to_dict(), "versions": versions}))
"""


def test_a_job_uses_pandas_and_the_like(local_aws: LocalAws):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "in/orders.csv", "item,price\na,1.5\nb,2\na,3\n")
    run = local_aws.run_script(SCRIPT, arguments={"--bucket": bucket, "library-set": "analytics"})
    assert run["JobRunState"] == "SUCCEEDED", run["ErrorMessage"]
    told = json.loads(local_aws.log(run)[-1])
    assert told["total"] == {"a": 4.5, "b": 2.0, "c": 4.0}
    assert told["versions"] == {
        "boto3": "1.21.21",  # AWS's own versions, but where Python 3.11 needs a later one of the same line
        "numpy": "1.23.5",
        "pandas": "1.5.3",
        "psycopg2": "2.9.5",
        "pyathena": "2.5.3",
        "requests": "2.27.1",
    }


def test_a_library_of_the_set_that_is_not_here_says_how_it_comes(local_aws: LocalAws):
    run = local_aws.run_script("import awswrangler")
    said = (
        "No module named 'awswrangler': it is none of the libraries here, add --additional-python-modules awswrangler"
    )
    assert run["ErrorMessage"] == f"ModuleNotFoundError: {said}"
    assert local_aws.log(run, "error")[-1] == f"ModuleNotFoundError: {said}"
