"""A table to evaluate rules on, and a role that may read it."""

from __future__ import annotations

from tests.local_aws.aws_server import LocalAws, allow, unique, wait_until

ORDERS = '{"id":1,"team":"x","price":2}\n{"id":2,"team":null,"price":3}\n{"id":3,"team":"y","price":5}\n'


class Table:
    """A table of JSON in a bucket of its own, and a role that may read it."""

    def __init__(self, aws: LocalAws, rows: str = ORDERS) -> None:
        self.aws, self.glue = aws, aws.client("glue")
        self.bucket, self.database = aws.bucket(), unique("db_")
        aws.put(self.bucket, "orders/a.json", rows)
        self.glue.create_database(DatabaseInput={"Name": self.database})
        columns = [{"Name": "id", "Type": "int"}, {"Name": "team", "Type": "string"}, {"Name": "price", "Type": "int"}]
        self.glue.create_table(
            DatabaseName=self.database,
            TableInput={
                "Name": "orders",
                "Parameters": {"classification": "json"},
                "StorageDescriptor": {
                    "Location": f"s3://{self.bucket}/orders/",
                    "Columns": columns,
                    "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
                },
            },
        )
        self.source = {"GlueTable": {"DatabaseName": self.database, "TableName": "orders"}}
        files = f"arn:aws:s3:::{self.bucket}"
        self.role = aws.role(
            allow(["glue:GetTable", "glue:GetPartitions"]),
            allow(["s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:DeleteObject"], files, f"{files}/*"),
            allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "cloudwatch:PutMetricData"]),
        )

    def ruleset(self, *rules: str) -> str:
        name = unique("rules")
        self.glue.create_data_quality_ruleset(Name=name, Ruleset=f"Rules = [ {', '.join(rules)} ]")
        return name

    def evaluate(self, *rulesets: str, **more) -> dict:
        run_id = self.start(*rulesets, **more)
        return self.ended(run_id)

    def start(self, *rulesets: str, **more) -> str:
        request = {"DataSource": self.source, "Role": self.role, "RulesetNames": list(rulesets), **more}
        return self.glue.start_data_quality_ruleset_evaluation_run(**request)["RunId"]

    def ended(self, run_id: str) -> dict:
        return wait_until(
            lambda: self.glue.get_data_quality_ruleset_evaluation_run(RunId=run_id),
            lambda run: run["Status"] not in ("STARTING", "RUNNING", "STOPPING"),
            240,
        )
