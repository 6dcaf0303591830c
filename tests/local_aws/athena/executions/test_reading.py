"""What queries read on a real local AWS: partitions, columns, projected partitions; counted, and asked of IAM."""

import io

import pyarrow as pa
import pytest
from pyarrow import orc, parquet

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, unique, wait_until

PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
ORC = "org.apache.hadoop.hive.ql.io.orc.OrcSerde"
LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
ROWS = pa.table({"id": range(1000), "Note": [f"note {number * 7919}" for number in range(1000)]})


class Lake:
    """A bucket and a database, and short ways to put tables on them."""

    def __init__(self, aws):
        self.aws, self.bucket, self.database = aws, aws.bucket(), unique("db_")
        aws.client("glue").create_database(DatabaseInput={"Name": self.database})

    def table(self, name, serde, columns, keys=(), parameters=None):
        def described(names):
            return [dict(zip(("Name", "Type"), text.split(" ", 1), strict=True)) for text in names]

        self.aws.client("glue").create_table(
            DatabaseName=self.database,
            TableInput={
                "Name": name,
                "TableType": "EXTERNAL_TABLE",
                "StorageDescriptor": {
                    "Columns": described(columns),
                    "Location": f"s3://{self.bucket}/{name}/",
                    "SerdeInfo": {"SerializationLibrary": serde, "Parameters": {"field.delim": ","}},
                },
                "PartitionKeys": described(keys),
                "Parameters": parameters or {},
            },
        )

    def partition(self, table, folder, *values):
        location = f"s3://{self.bucket}/{table}/{folder}/"
        self.aws.client("glue").create_partition(
            DatabaseName=self.database,
            TableName=table,
            PartitionInput={"Values": list(values), "StorageDescriptor": {"Location": location}},
        )

    def put(self, key, body):
        self.aws.put(self.bucket, key, body)
        return len(body)

    def scanned(self, sql):
        execution = self.aws.query(sql, self.database)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        return execution["Statistics"]["DataScannedInBytes"]

    def rows(self, sql):
        return self.aws.rows(sql, self.database)

    def reason(self, sql):
        return self.aws.query(sql, self.database)["Status"].get("StateChangeReason", "")


@pytest.fixture(scope="module")
def lake(local_aws):
    return Lake(local_aws)


def body_of(table, module=parquet):
    body = io.BytesIO()
    module.write_table(table, body)
    return body.getvalue()


def chunk_sizes(body):
    """Bytes of each column's chunk, by Parquet's own footer."""
    group = parquet.read_metadata(io.BytesIO(body)).row_group(0)
    return [group.column(place).total_compressed_size for place in range(group.num_columns)]


# Partitions


@pytest.fixture(scope="module")
def days(lake):
    """A CSV table with a partition a day; the bytes of each."""
    lake.table("days", LAZY, ["id int"], ["day date"])
    sizes = [lake.put(f"days/d{day}/a.csv", "1\n" * day) for day in (1, 2, 3)]
    for day in (1, 2, 3):
        lake.partition("days", f"d{day}", f"2024-01-0{day}")
    return sizes


@pytest.mark.parametrize(
    ("condition", "read"),
    [("day = date '2024-01-02'", [1]), ("day > date '2024-01-01' AND id = 1", [1, 2]), ("id = 1", [0, 1, 2])],
)
def test_only_the_partitions_in_question_are_counted(lake, days, condition, read):
    assert lake.scanned(f"SELECT * FROM days WHERE {condition}") == sum(days[place] for place in read)


def test_a_table_that_is_read_twice_counts_twice(lake, days):
    both = "SELECT 1 FROM days AS a JOIN days AS b ON a.id = b.id WHERE a.day = date '2024-01-01'"
    assert lake.scanned(both) == days[0] + sum(days)


def test_rights_are_asked_for_the_partitions_in_question_only(local_aws, lake, days):  # noqa: ARG001 - the fixture makes the table
    glue = f"arn:aws:glue:{REGION}:{ACCOUNT}:*"
    user = local_aws.user(
        allow(["athena:*"]),
        allow(["glue:GetTable", "glue:GetPartitions"], glue),
        allow("s3:ListBucket"),
        allow("s3:GetObject", f"arn:aws:s3:::{lake.bucket}/days/d2/*"),
        allow("s3:PutObject"),
    )
    athena = local_aws.client("athena", user)

    def state(sql):
        started = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": lake.database},
            ResultConfiguration={"OutputLocation": f"s3://{lake.bucket}/results/"},
        )["QueryExecutionId"]
        return wait_until(
            lambda: athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]["State"],
            lambda state: state not in ("QUEUED", "RUNNING"),
        )

    assert state("SELECT * FROM days WHERE day = date '2024-01-02'") == "SUCCEEDED"
    assert state("SELECT * FROM days WHERE day <= date '2024-01-02'") == "FAILED"


# Columns


def test_of_a_parquet_file_the_chunks_of_the_columns_count(lake):
    body = body_of(ROWS)
    lake.put("columns/a", body)
    lake.table("columns", PARQUET, ["id bigint", "note string"])
    first, second = chunk_sizes(body)
    assert lake.scanned("SELECT id FROM columns") == first
    assert lake.scanned("SELECT max(id) FROM columns WHERE note LIKE 'x%'") == first + second
    assert lake.scanned("SELECT count(*) FROM columns") == 0


def test_of_an_orc_file_the_streams_of_the_columns_count(lake):
    alone = len(body_of(ROWS.select(["id"]), orc))
    whole = lake.put("orc/a", body_of(ROWS, orc))
    lake.table("orc", ORC, ["id bigint", "note string"])
    read = lake.scanned("SELECT sum(id) FROM orc")
    assert 0 < read < alone
    assert read < lake.scanned("SELECT * FROM orc") < whole


def test_the_size_of_a_file_that_was_replaced_is_the_new_ones(lake):
    lake.table("replaced", PARQUET, ["id bigint"])
    for rows in (10, 500):
        body = body_of(pa.table({"id": range(rows)}))
        lake.put("replaced/a", body)
        assert lake.scanned("SELECT id FROM replaced") == chunk_sizes(body)[0]


def test_hidden_columns_name_the_object(lake, days):  # noqa: ARG001 - the fixture makes the table
    assert lake.rows("SELECT DISTINCT \"$path\" FROM days WHERE day = date '2024-01-01'") == [
        [f"s3://{lake.bucket}/days/d1/a.csv"]
    ]


# Types


def test_a_partition_of_another_type_fails_the_queries_that_read_it(lake):
    lake.table("drift", LAZY, ["a double", "b string"], ["y string"])
    lake.put("drift/1/a.csv", "1,x\n")
    lake.partition("drift", "1", "1")
    columns = [{"Name": "a", "Type": "int"}, {"Name": "b", "Type": "string"}]
    place = {"Location": f"s3://{lake.bucket}/drift/2/", "Columns": columns}
    lake.aws.client("glue").create_partition(
        DatabaseName=lake.database, TableName="drift", PartitionInput={"Values": ["2"], "StorageDescriptor": place}
    )
    assert lake.rows("SELECT b FROM drift WHERE y = '1'") == [["x"]]
    assert lake.reason("SELECT b FROM drift") == (
        "HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch between the table and partition schemas. The types are "
        f"incompatible and cannot be coerced. The column 'a' in table '{lake.database}.drift' is declared as type "
        "'double', but partition 'y=2' declared column 'a' as type 'int'."
    )


def test_bytes_of_columns_that_are_found_by_their_place(lake):
    lake.put("placed/a", body_of(ROWS, orc))
    lake.table("placed", ORC, ["other bigint", "words string"])
    assert lake.rows("SELECT max(other), min(words) FROM placed") == [["999", min(ROWS["Note"].to_pylist())]]
    assert lake.scanned("SELECT sum(other) FROM placed") == lake.scanned("SELECT sum(id) FROM orc")


def test_json_that_is_not_plain_is_read_on_by_statements_that_write(lake):
    """The query runs again then, in the same process."""
    lake.put("odd/a.json", '{"a":1}\n' * 5000 + '{"a":"2.9"}\n')
    lake.table("odd", "org.openx.data.jsonserde.JsonSerDe", ["a int"])
    made = f"CREATE TABLE even WITH (external_location = 's3://{lake.bucket}/even/') AS SELECT a FROM odd"
    assert lake.reason(made) == ""
    assert lake.rows("SELECT count(*), sum(a) FROM even") == [["5001", "5002"]]


# Projection


def test_projected_partitions_stand_in_for_the_catalogs(lake):
    lake.table("projected", LAZY, ["id int"], ["year int", "kind string"], {
        "projection.enabled": "true",
        "projection.year.type": "integer", "projection.year.range": "2023,2025",
        "projection.kind.type": "enum", "projection.kind.values": "a,b",
        "storage.location.template": f"s3://{lake.bucket}/projected/${{kind}}/y${{year}}/",
    })  # fmt: skip
    lake.put("projected/a/y2023/f.csv", "1\n")
    size = lake.put("projected/b/y2024/f.csv", "2\n22\n")
    lake.put("projected/b/y2026/f.csv", "3\n")
    lake.partition("projected", "b/y2026", "2026", "b")
    assert lake.rows("SELECT * FROM projected ORDER BY id") == [
        ["1", "2023", "a"], ["2", "2024", "b"], ["22", "2024", "b"],
    ]  # fmt: skip
    assert lake.scanned("SELECT * FROM projected WHERE year >= 2024 AND kind = 'b'") == size


def test_an_injected_key_needs_its_values(lake):
    lake.table("injected", LAZY, ["id int"], ["device string"],
               {"projection.enabled": "true", "projection.device.type": "injected"})  # fmt: skip
    for device in ("one", "two"):
        lake.put(f"injected/device={device}/f.csv", "5\n")
    assert lake.rows("SELECT id, device FROM injected WHERE device = 'one'") == [["5", "one"]]
    assert len(lake.rows("SELECT id FROM injected WHERE device IN ('one', 'two', 'three')")) == 2
    assert lake.reason("SELECT id FROM injected").startswith(
        "CONSTRAINT_VIOLATION: For the injected projected partition column device"
    )


def test_an_injected_key_may_come_from_an_outer_joins_condition(lake):
    lake.table("devices", LAZY, ["id int"], ["device string"],
               {"projection.enabled": "true", "projection.device.type": "injected"})  # fmt: skip
    lake.put("devices/device=x/f.csv", "1\n")
    ones = "(VALUES 1, 2) AS t(id)"
    on = "d.id = t.id AND d.device = 'x'"
    assert lake.rows(f"SELECT t.id, d.device FROM {ones} LEFT JOIN devices AS d ON {on} ORDER BY 1") == [
        ["1", "x"], ["2", None],
    ]  # fmt: skip


def test_a_range_that_is_too_long_is_read_where_values_are_given(lake):
    lake.table("long_range", LAZY, ["id int"], ["customer bigint"], {
        "projection.enabled": "true", "projection.customer.type": "integer",
        "projection.customer.range": "0,9999999999", "projection.customer.digits": "10",
    })  # fmt: skip
    lake.put("long_range/customer=0000000042/f.csv", "7\n")
    assert lake.rows("SELECT * FROM long_range WHERE customer IN (42, 43, -1, 99999999999)") == [["7", "42"]]
    assert "more than 1000000 values" in lake.reason("SELECT * FROM long_range")


def test_folders_whose_names_begin_alike_are_kept_apart(lake):
    for number in (1, 10, 11):
        lake.put(f"alike/n={number}/f.csv", f"{number}\n")
    lake.put("alike/n=1-old/f.csv", "99\n")
    lake.table("alike", LAZY, ["id int"], ["n int"])
    for number in (1, 10):
        lake.partition("alike", f"n={number}", str(number))
    assert lake.rows("SELECT id, n FROM alike ORDER BY n") == [["1", "1"], ["10", "10"]]
