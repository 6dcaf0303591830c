"""CREATE EXTERNAL TABLE and DROP TABLE: what they write in the catalog, seen with Glue's GetTable."""

import signal
import time

import pytest

from tests.local_aws.athena.ddl.statements import Database
from tests.local_aws.aws_server import error_of, unique

TEXT = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
}


def refusal(database, sql):
    """The message with which a statement is refused at once."""
    return error_of(
        database.aws.client("athena").start_query_execution,
        QueryString=sql,
        ResultConfiguration={"OutputLocation": f"s3://{database.bucket}/"},
    ).removeprefix("InvalidRequestException: ")


def test_a_table_is_written_as_athena_writes_it(database):
    before = int(time.time())
    database.run(
        """CREATE EXTERNAL TABLE IF NOT EXISTS `{db}`.Impressions (
             RequestBeginTime string COMMENT 'when it''s begun', n int, price DECIMAL, tags array<string>,
             `Who Else` struct<Name:string, ages:map<string,decimal(5, 2)>> )
           COMMENT 'shown ads'
           PARTITIONED BY (dt date COMMENT 'the day', hour tinyint)
           ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' COLLECTION ITEMS TERMINATED BY '\\002'
             MAP KEYS TERMINATED BY '\\003' LINES TERMINATED BY '\\n' NULL DEFINED AS 'none'
           STORED AS TEXTFILE
           LOCATION 's3://{bucket}/impressions/'
           TBLPROPERTIES ('skip.header.line.count'='1', "classification"="csv");"""
    )
    table = database.table("impressions")
    made = int(table["Parameters"].pop("transient_lastDdlTime"))
    assert before <= made <= time.time()
    assert table["Parameters"] == {
        "EXTERNAL": "TRUE", "comment": "shown ads", "skip.header.line.count": "1", "classification": "csv",
    }  # fmt: skip
    assert (table["TableType"], table["Owner"]) == ("EXTERNAL_TABLE", "hadoop")
    assert table["PartitionKeys"] == [
        {"Name": "dt", "Type": "date", "Comment": "the day"},
        {"Name": "hour", "Type": "tinyint"},
    ]
    storage = table["StorageDescriptor"]
    assert storage["Columns"] == [
        {"Name": "requestbegintime", "Type": "string", "Comment": "when it's begun"},
        {"Name": "n", "Type": "int"},
        {"Name": "price", "Type": "decimal(10,0)"},
        {"Name": "tags", "Type": "array<string>"},
        {"Name": "who else", "Type": "struct<name:string,ages:map<string,decimal(5,2)>>"},
    ]
    assert storage["SerdeInfo"] == {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "Parameters": {
            "serialization.format": "\t", "field.delim": "\t", "escape.delim": "\\", "colelction.delim": "\x02",
            "mapkey.delim": "\x03", "line.delim": "\n", "serialization.null.format": "none",
        },
    }  # fmt: skip
    assert {part: storage[part] for part in TEXT} == TEXT
    assert storage["Location"] == f"s3://{database.bucket}/impressions/"
    assert (storage["Compressed"], storage["NumberOfBuckets"], storage["BucketColumns"]) == (False, -1, [])


@pytest.mark.parametrize(
    ("clause", "serde", "reads"),
    [
        ("", "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", "mapred.TextInputFormat"),
        ("STORED AS PARQUET", "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
         "hive.ql.io.parquet.MapredParquetInputFormat"),
        ("STORED AS ORC", "org.apache.hadoop.hive.ql.io.orc.OrcSerde", "hive.ql.io.orc.OrcInputFormat"),
        ("STORED AS AVRO", "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
         "hive.ql.io.avro.AvroContainerInputFormat"),
        ("ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'", "org.openx.data.jsonserde.JsonSerDe",
         "mapred.TextInputFormat"),
        ("ROW FORMAT SERDE 'a.B' STORED AS INPUTFORMAT 'org.apache.hadoop.in' OUTPUTFORMAT 'o'", "a.B", "in"),
    ],
)  # fmt: skip
def test_a_format_stands_for_its_classes(database, clause, serde, reads):
    name = unique()
    database.run(f"CREATE EXTERNAL TABLE {name} (a int) {clause} LOCATION 's3://{{bucket}}/{name}/'")
    storage = database.table(name)["StorageDescriptor"]
    assert storage["SerdeInfo"] == {"SerializationLibrary": serde, "Parameters": {"serialization.format": "1"}}
    assert storage["InputFormat"] == f"org.apache.hadoop.{reads}"


def test_a_serde_has_properties_and_a_table_buckets(database):
    database.run(
        "CREATE EXTERNAL TABLE quoted (a int, b int) CLUSTERED BY (a, b) INTO 8 BUCKETS "
        "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' "
        "WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '`', 'escapeChar' = '\\\\') "
        "LOCATION 's3://{bucket}/quoted/'"
    )
    storage = database.table("quoted")["StorageDescriptor"]
    assert storage["SerdeInfo"]["Parameters"] == {
        "serialization.format": "1", "separatorChar": ",", "quoteChar": "`", "escapeChar": "\\",
    }  # fmt: skip
    assert (storage["BucketColumns"], storage["NumberOfBuckets"]) == (["a", "b"], 8)


def test_white_space_is_one_blank_in_a_comment_and_in_an_avro_schema(database):
    database.run(
        """CREATE EXTERNAL TABLE spaced (a int) COMMENT '
             of   several
             lines' ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.avro.AvroSerDe'
           WITH SERDEPROPERTIES ('avro.schema.literal' = '{"type" :   "record",\n  "name" : "r", "fields" : []}')
           STORED AS AVRO LOCATION 's3://{bucket}/spaced/'"""
    )
    table = database.table("spaced")
    assert table["Parameters"]["comment"] == " of several lines"
    assert table["StorageDescriptor"]["SerdeInfo"]["Parameters"]["avro.schema.literal"] == (
        '{"type" : "record",\n "name" : "r", "fields" : []}'
    )


@pytest.mark.parametrize(
    ("clause", "name"), [("", "IgnoreKeyTextOutputFormat"), ("STORED AS TEXTFILE", "HiveIgnoreKeyTextOutputFormat")]
)
def test_a_table_that_only_openx_json_serde_describes_has_the_older_output_format(database, clause, name):
    table = unique()
    serde = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"
    database.run(f"CREATE EXTERNAL TABLE {table} (a int) {serde} {clause} LOCATION 's3://{{bucket}}/{table}/'")
    assert database.table(table)["StorageDescriptor"]["OutputFormat"] == f"org.apache.hadoop.hive.ql.io.{name}"


def test_a_table_is_made_once(database):
    sql = "CREATE EXTERNAL TABLE {0} once (a int) LOCATION 's3://{{bucket}}/once/'"
    database.run(sql.format(""))
    made = database.table("once")
    database.run(sql.format("IF NOT EXISTS"))
    assert database.table("once") == made
    assert database.failure(sql.format("")) == (
        "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "
        "AlreadyExistsException(message:Table once already exist)"
    )


def test_a_table_needs_its_database(database):
    assert database.failure("CREATE EXTERNAL TABLE absent.t (a int) LOCATION 's3://{bucket}/t/'") == (
        "FAILED: SemanticException [Error 10072]: Database does not exist: absent"
    )


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("CREATE TABLE t (a int)", "No location was specified for table. An S3 location must be specified"),
        ("CREATE TABLE t (a int) LOCATION 's3://b/t/'", "External keyword required for table type HIVE"),
        ("CREATE TABLE t (a int) LOCATION 's3://b/t/' TBLPROPERTIES ('table_type'='ICEBERG')",
         "NOT_SUPPORTED: a table of the format Iceberg is not supported by the local AWS"),
        ("CREATE EXTERNAL TABLE t (a int) LOCATION 'hdfs://b/t/'",
         "Invalid S3 location: hdfs://b/t/. A location is a folder such as s3://bucket/folder/"),
        ("CREATE EXTERNAL TABLE t (a integer) LOCATION 's3://b/t/'",
         "line 1:28: mismatched input 'integer'. Expecting: a type"),
        ("CREATE EXTERNAL TABLE t (a int, A int) LOCATION 's3://b/t/'", "Duplicate column name: a"),
        ("CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (a int) LOCATION 's3://b/t/'", "Duplicate column name: a"),
        ("CREATE EXTERNAL TABLE t (a int) STORED AS XLS LOCATION 's3://b/t/'",
         ("line 1:43: mismatched input 'XLS'. "
          "Expecting: 'INPUTFORMAT', 'TEXTFILE', 'PARQUET', 'ORC', 'AVRO', 'SEQUENCEFILE', 'RCFILE', 'JSONFILE', "
          "'ION'")),
    ],
)  # fmt: skip
def test_a_table_that_athena_cannot_make_is_refused_at_once(database, sql, message):
    assert refusal(database, sql) == message


def test_dropping_a_table_leaves_its_data(database):
    database.aws.put(database.bucket, "kept/a.csv", "1\n")
    database.run("CREATE EXTERNAL TABLE kept (a int) LOCATION 's3://{bucket}/kept/'")
    database.run("DROP TABLE IF EXISTS {db}.`kept`")
    glue = database.aws.client("glue")
    assert error_of(glue.get_table, DatabaseName=database.name, Name="kept").startswith("EntityNotFoundException")
    assert database.aws.get(database.bucket, "kept/a.csv") == b"1\n"
    database.run("DROP TABLE IF EXISTS kept")
    assert database.failure("DROP TABLE kept") == (
        f"FAILED: SemanticException [Error 10001]: Table not found {database.name}.kept"
    )


def test_a_table_of_nested_types_gives_its_rows(database):
    database.aws.put(database.bucket, "nested/a.json", '{"id": 1, "who": {"name": "Ann", "ages": [1, 2]}}\n')
    database.run(
        "CREATE EXTERNAL TABLE nested (id int, who struct<name:string,ages:array<int>>) "
        "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://{bucket}/nested/'"
    )
    assert database.aws.rows("SELECT id, who.name, who.ages FROM nested", database.name) == [["1", "Ann", "[1, 2]"]]


def test_what_is_made_outlives_the_server(fresh_local_aws):
    database = Database(fresh_local_aws)
    database.run("CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (p string) LOCATION 's3://{bucket}/t/'")
    database.run("ALTER TABLE t ADD PARTITION (p = 'x')")
    location = f"s3://{database.bucket}/t/p=x"
    fresh_local_aws.stop(signal.SIGKILL)
    fresh_local_aws.start()
    assert database.partitions("t") == {("x",): location}
