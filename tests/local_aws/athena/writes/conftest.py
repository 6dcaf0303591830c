"""A database and a bucket to write to."""

import pytest

from tests.local_aws.aws_server import unique


class Lake:
    def __init__(self, aws):
        self.aws, self.bucket, self.database = aws, aws.bucket(), unique("db_")
        self.out = {"ResultConfiguration": {"OutputLocation": f"s3://{self.bucket}/results/"}}
        aws.client("glue").create_database(DatabaseInput={"Name": self.database})

    def run(self, sql, **more):
        return self.aws.query(sql.format(bucket=self.bucket), self.database, **(more or self.out))

    def done(self, sql, **more):
        execution = self.run(sql, **more)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        return execution

    def reason(self, sql):
        status = self.run(sql)["Status"]
        assert status["State"] == "FAILED"
        return status["StateChangeReason"].replace(self.database, "db")

    def rows(self, sql):
        return self.aws.rows(sql, self.database)

    def table(self, name):
        return self.aws.client("glue").get_table(DatabaseName=self.database, Name=name)["Table"]

    def tables(self):
        found = self.aws.client("glue").get_tables(DatabaseName=self.database)["TableList"]
        return [table["Name"] for table in found]

    def types(self, name):
        return {column["Name"]: column["Type"] for column in self.table(name)["StorageDescriptor"]["Columns"]}

    def partitions(self, name):
        found = self.aws.client("glue").get_partitions(DatabaseName=self.database, TableName=name)["Partitions"]
        return sorted((entry["Values"], entry["StorageDescriptor"]["Location"]) for entry in found)

    def keys(self, prefix):
        return self.aws.keys(self.bucket, prefix)

    def bodies(self, prefix):
        return [self.aws.get(self.bucket, key) for key in self.keys(prefix)]


@pytest.fixture(scope="module")
def lake(local_aws):
    return Lake(local_aws)
