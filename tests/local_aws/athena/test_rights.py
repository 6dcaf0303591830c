"""What a caller's policies say of what Athena does in their name: its conditions, and what is told of the catalog."""

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of, unique, wait_until

GLUE = f"arn:aws:glue:{REGION}:{ACCOUNT}:"
CATALOG = {"CatalogName": "AwsDataCatalog"}
CATALOG_ACTIONS = ["glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables"]


class Lake:
    """Two tables of one column, of text files."""

    def __init__(self, aws):
        self.aws, self.bucket, self.database = aws, aws.bucket(), unique("db")
        glue = aws.client("glue")
        glue.create_database(DatabaseInput={"Name": self.database})
        for name in ("open", "shut"):
            aws.put(self.bucket, f"{name}/a.csv", "1\n2\n")
            storage = {
                "Columns": [{"Name": "n", "Type": "int"}],
                "Location": f"s3://{self.bucket}/{name}/",
                "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
                "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"},
            }
            glue.create_table(
                DatabaseName=self.database,
                TableInput={"Name": name, "StorageDescriptor": storage, "TableType": "EXTERNAL_TABLE"},
            )

    def catalog(self, *tables, **more):
        """A statement that allows to look at these tables of the catalog."""
        names = ["database/*", *(f"table/{self.database}/{table}" for table in tables)]
        return allow(CATALOG_ACTIONS, f"{GLUE}catalog", *(f"{GLUE}{name}" for name in names), **more)

    def ask(self, user, sql):
        """The state and reason of a query, and the rows where it succeeds."""
        athena = self.aws.client("athena", user)
        started = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self.database},
            ResultConfiguration={"OutputLocation": f"s3://{self.bucket}/results/"},
        )["QueryExecutionId"]
        status = wait_until(
            lambda: athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"],
            lambda status: status["State"] not in ("QUEUED", "RUNNING"),
        )
        if status["State"] != "SUCCEEDED":
            return status["StateChangeReason"]
        rows = athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
        return [row["Data"][0].get("VarCharValue") for row in rows]


@pytest.fixture(scope="module")
def lake(local_aws):
    return Lake(local_aws)


def via(service):
    return {"Condition": {"ForAnyValue:StringEquals": {"aws:CalledVia": service}}}


def test_policies_may_ask_that_athena_calls(local_aws, lake):
    through = via("athena.amazonaws.com")
    user = local_aws.user(allow("athena:*"), lake.catalog("open", **through), allow("s3:*", **through))
    assert lake.ask(user, "SELECT n FROM open ORDER BY n") == ["n", "1", "2"]
    assert lake.ask(user, "SHOW TABLES") == ["open"]
    athena = local_aws.client("athena", user)
    found = athena.get_table_metadata(**CATALOG, DatabaseName=lake.database, TableName="open")["TableMetadata"]
    assert found["Name"] == "open"
    for service, operation, parameters in (
        ("s3", "get_object", {"Bucket": lake.bucket, "Key": "open/a.csv"}),
        ("s3", "list_objects_v2", {"Bucket": lake.bucket}),
        ("glue", "get_table", {"DatabaseName": lake.database, "Name": "open"}),
    ):
        call = getattr(local_aws.client(service, user), operation)
        assert error_of(call, **parameters).startswith("AccessDenied")


def test_another_service_is_not_athena(local_aws, lake):
    rights = allow("athena:*"), lake.catalog("open"), allow("s3:PutObject")
    user = local_aws.user(*rights, allow("s3:*", **via("cloudformation.amazonaws.com")))
    assert lake.ask(user, "SELECT n FROM open").startswith("PERMISSION_DENIED: ")


def test_what_refuses_services_refuses_athena(local_aws, lake):
    deny = {**allow("s3:GetObject", Condition={"Bool": {"aws:ViaAWSService": "true"}}), "Effect": "Deny"}
    user = local_aws.user(allow("*"), deny)
    assert lake.ask(user, "SELECT n FROM open").startswith("PERMISSION_DENIED: ")
    read = local_aws.client("s3", user).get_object(Bucket=lake.bucket, Key="open/a.csv")["Body"].read()
    assert read == b"1\n2\n"


@pytest.fixture(scope="module")
def half(local_aws, lake):
    """A user who may look at one of the two tables."""
    return local_aws.user(allow("athena:*"), lake.catalog("open"), allow("s3:*"))


def test_tables_that_nobody_may_look_at_are_not_listed(local_aws, lake, half):
    athena = local_aws.client("athena", half)
    listed = athena.list_table_metadata(**CATALOG, DatabaseName=lake.database)["TableMetadataList"]
    assert [one["Name"] for one in listed] == ["open"]
    tables = local_aws.client("glue", half).get_tables(DatabaseName=lake.database)["TableList"]
    assert [one["Name"] for one in tables] == ["open"]
    assert lake.ask(half, "SHOW TABLES") == ["open"]
    for table in ("tables", "columns"):
        sql = f"SELECT table_name FROM information_schema.{table} WHERE table_schema = '{lake.database}'"
        assert lake.ask(half, sql) == ["table_name", "open"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT n FROM shut",
        "SELECT no_such_column FROM shut",
        "SELECT * FROM nowhere",
        "SELECT n FROM open WHERE n IN (SELECT n FROM shut)",
        "EXPLAIN (TYPE VALIDATE) SELECT no_such_column FROM shut",
        "CREATE VIEW seen AS SELECT no_such_column FROM shut",
        "UNLOAD (SELECT no_such_column FROM shut) TO 's3://anywhere/x/' WITH (format = 'PARQUET')",
    ],
)
def test_nothing_is_told_of_the_other(lake, half, sql):
    assert "is not authorized to perform: glue:GetTable on resource: " in lake.ask(half, sql)


def test_metadata_needs_the_rights_to_the_catalog(local_aws, lake):
    athena = local_aws.client("athena", local_aws.user(allow("athena:*")))
    place = {**CATALOG, "DatabaseName": lake.database}
    for operation, right, parameters in (
        ("get_table_metadata", "GetTable", {**place, "TableName": "open"}),
        ("list_table_metadata", "GetTables", place),
        ("get_database", "GetDatabase", place),
        ("list_databases", "GetDatabases", CATALOG),
    ):
        said = error_of(getattr(athena, operation), **parameters)
        assert said.startswith("MetadataException: User: arn:aws:iam::")
        assert f"is not authorized to perform: glue:{right} on resource: {GLUE}" in said


def test_tables_are_listed_by_whoever_may_see_the_database_alone(local_aws, lake):
    """As the developer guide's policies to list tables are: without the right to the database nothing is."""
    only_tables = allow("glue:GetTables", f"{GLUE}table/{lake.database}/*")
    said = error_of(local_aws.client("glue", local_aws.user(only_tables)).get_tables, DatabaseName=lake.database)
    assert said.startswith("AccessDeniedException: ")
    assert f"glue:GetTables on resource: {GLUE}catalog" in said
