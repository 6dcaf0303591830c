"""SHOW, DESCRIBE and SHOW CREATE TABLE: the rows that Athena gives (measured in public work, or Hive's own layout)."""

import re

import pytest

from tests.local_aws.athena.ddl.statements import Database

TASK = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "
SEMANTIC = "FAILED: SemanticException [Error "

MAIN = """CREATE EXTERNAL TABLE main (
    c19_aaaaaaaaaaaaaaa int, c20_aaaaaaaaaaaaaaaa int, c21_aaaaaaaaaaaaaaaaa int, t_decimal decimal(10,2),
    t_varchar varchar(10), t_array array<string>, t_map map<string,int>, t_struct20 struct<aa:int,b:int>,
    t_struct21 struct<aa:int,bb:int>, m_abc int COMMENT 'abc', m_c21 int COMMENT 'cmt21_bbbbbbbbbbbbbbb',
    m_tab int COMMENT 'a\tb', `列名` int COMMENT 'コメント')
  PARTITIONED BY (p string COMMENT 'pc', q int)
  LOCATION 's3://{bucket}/main/' TBLPROPERTIES ('note'='xa\tb\ncy')"""


@pytest.fixture(scope="module")
def database(local_aws):
    found = Database(local_aws)
    found.run(MAIN)
    found.run("CREATE EXTERNAL TABLE sales_2024 (a int) LOCATION 's3://{bucket}/a/'")
    found.run("CREATE EXTERNAL TABLE sales_2025 (a int) LOCATION 's3://{bucket}/b/'")
    found.run("CREATE OR REPLACE VIEW sales_view AS SELECT 1 AS n, CAST('a' AS varchar(1)) AS s")
    return found


# Names


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("", ["main", "sales_2024", "sales_2025", "sales_view"]),
        ("IN {db}", ["main", "sales_2024", "sales_2025", "sales_view"]),
        ("IN {db} 'sales*'", ["sales_2024", "sales_2025", "sales_view"]),
        ("FROM {db} LIKE 'sales_20*'", ["sales_2024", "sales_2025"]),
        ("'*4|MAIN'", ["main", "sales_2024"]),
        ("'sales.*'", ["sales_2024", "sales_2025", "sales_view"]),
        ("'sales'", []),
    ],
)
def test_tables_are_found_by_a_pattern(database, clause, expected):
    assert database.lines(f"SHOW TABLES {clause}") == expected


@pytest.mark.parametrize(
    ("clause", "expected"), [("", ["sales_view"]), ("IN {db} LIKE '*view'", ["sales_view"]), ("LIKE 'x*'", [])]
)
def test_views_are_found_by_a_pattern(database, clause, expected):
    assert database.lines(f"SHOW VIEWS {clause}") == expected


def test_tables_of_an_absent_database_fail(database):
    assert database.failure("SHOW TABLES IN absent") == f"{SEMANTIC}10072]: Database does not exist: absent"


def test_databases_are_found_by_a_regular_expression(database):
    """As measured: the whole name, in its case; `*` alone is all, and nowhere else a wildcard."""
    name = database.name
    assert name in database.lines("SHOW DATABASES")
    assert database.lines("SHOW SCHEMAS LIKE '*'") == database.lines("SHOW DATABASES")
    assert database.lines(f"SHOW DATABASES LIKE '{name}'") == [name]
    assert database.lines(f"SHOW SCHEMAS LIKE '{name[:6]}.*'") == [name]
    for none in (f"{name[:6]}*", f"{name[:6]}%", name.upper()):
        assert database.lines(f"SHOW DATABASES LIKE '{none}'") == []
    assert database.failure("SHOW DATABASES LIKE '*x'").startswith(
        f"{TASK}MetaException(message:Unable to get databases: java.util.regex.PatternSyntaxException: "
    )


def test_columns_are_filled_up_to_twenty_characters(database):
    expected = ["c19_aaaaaaaaaaaaaaa ", "c20_aaaaaaaaaaaaaaaa", "c21_aaaaaaaaaaaaaaaaa", "t_decimal           "]
    found = database.lines("SHOW COLUMNS IN main")
    assert found[:4] == expected
    assert found[-3:] == ["列名                  ", "p                   ", "q                   "]
    assert database.lines("SHOW COLUMNS FROM {db}.main") == found
    assert database.lines("SHOW COLUMNS FROM main IN {db}") == found


def test_properties_are_shown_as_they_are(database):
    lines = database.lines("SHOW TBLPROPERTIES main")
    assert [line.split("\t")[0] for line in lines] == ["EXTERNAL", "transient_lastDdlTime", "note", "cy"]
    assert lines[0] == "EXTERNAL\tTRUE"
    assert lines[2:] == ["note\txa\tb", "cy"]
    assert database.lines("SHOW TBLPROPERTIES main('absent')") == [
        f"Table {database.name}.main does not have property: absent"
    ]


# DESCRIBE

BLANK = " " * 20


def test_a_table_is_described(database):
    assert database.lines("DESCRIBE main") == [
        f"c19_aaaaaaaaaaaaaaa \tint                 \t{BLANK}",
        f"c20_aaaaaaaaaaaaaaaa\tint                 \t{BLANK}",
        f"c21_aaaaaaaaaaaaaaaaa\tint                 \t{BLANK}",
        f"t_decimal           \tdecimal(10,2)       \t{BLANK}",
        f"t_varchar           \tvarchar(10)         \t{BLANK}",
        f"t_array             \tarray<string>       \t{BLANK}",
        f"t_map               \tmap<string,int>     \t{BLANK}",
        f"t_struct20          \tstruct<aa:int,b:int>\t{BLANK}",
        f"t_struct21          \tstruct<aa:int,bb:int>\t{BLANK}",
        "m_abc               \tint                 \tabc                 ",
        "m_c21               \tint                 \tcmt21_bbbbbbbbbbbbbbb",
        "m_tab               \tint                 \ta",
        "列名                  \tint                 \tコメント                ",
        "p                   \tstring              \tpc                  ",
        f"q                   \tint                 \t{BLANK}",
        "\t \t ",
        "# Partition Information\t \t ",
        "# col_name            \tdata_type           \tcomment             ",
        "\t \t ",
        "p                   \tstring              \tpc                  ",
        f"q                   \tint                 \t{BLANK}",
    ]
    assert database.lines("DESC {db}.main") == database.lines("DESCRIBE `main`")


def test_a_table_without_partitions_is_its_columns(database):
    assert database.lines("DESCRIBE sales_2024") == [f"a                   \tint                 \t{BLANK}"]


def test_a_view_is_described_in_trinos_types(database):
    assert database.lines("DESCRIBE sales_view") == ["n\tinteger", "s\tvarchar(1)"]
    assert database.lines("SHOW COLUMNS IN sales_view") == ["n\tinteger", "s\tvarchar(1)"]


def test_a_column_is_described(database):
    assert database.lines("DESCRIBE main m_abc") == ["m_abc               \tint                 \tfrom deserializer   "]
    assert database.failure("DESCRIBE sales_2024 x") == f"{TASK}cannot find field x from [0:a]"


def test_extended_adds_hives_own_structure(database):
    database.run("CREATE EXTERNAL TABLE IF NOT EXISTS h (n int, s string COMMENT 'the s column') "
                 "PARTITIONED BY (p string) LOCATION 's3://{bucket}/h/'")  # fmt: skip
    lines = database.lines("DESCRIBE EXTENDED h")
    assert lines[-2] == "\t \t "
    text = "FieldSchema(name:n, type:int, comment:null), FieldSchema(name:s, type:string, comment:the s column)"
    key = "FieldSchema(name:p, type:string, comment:null)"
    assert lines[-1].startswith(
        f"Detailed Table Information\tTable(tableName:h, dbName:{database.name}, owner:hadoop, createTime:"
    )
    assert f"sd:StorageDescriptor(cols:[{text}, {key}], location:s3://{database.bucket}/h/, inputFormat:" in lines[-1]
    assert f"partitionKeys:[{key}]" in lines[-1]
    assert lines[-1].endswith("viewOriginalText:null, viewExpandedText:null, tableType:EXTERNAL_TABLE)\t")


def test_formatted_has_sections(database):
    lines = database.lines("DESCRIBE FORMATTED main")
    assert lines[:2] == ["# col_name            \tdata_type           \tcomment             ", "\t \t "]
    start = lines.index("# Detailed Table Information\t \t ")
    assert lines[start - 3 : start] == [
        "p                   \tstring              \tpc                  ",
        f"q                   \tint                 \t{BLANK}",
        "\t \t ",
    ]
    assert "Table Type:         \tEXTERNAL_TABLE      \t " in lines
    assert f"Location:           \ts3://{database.bucket}/main/".ljust(41) + "\t " in lines
    storage = lines.index("# Storage Information\t \t ")
    assert lines[storage + 4 :] == [
        "Compressed:         \tNo                  \t ",
        "Num Buckets:        \t-1                  \t ",
        "Bucket Columns:     \t[]                  \t ",
        "Sort Columns:       \t[]                  \t ",
        "Storage Desc Params:\t \t ",
        "\tserialization.format\t1                   ",
    ]


def test_a_partition_is_described(database):
    database.run("ALTER TABLE main ADD IF NOT EXISTS PARTITION (p = 'x', q = 1)")
    lines = database.lines("DESCRIBE FORMATTED main PARTITION (p = 'x', q = '1')")
    assert "Partition Value:    \t[x, 1]              \t " in lines
    assert "Table:              \tmain                \t " in lines
    extended = database.lines("DESCRIBE EXTENDED main PARTITION (p = 'x', q = '1')")[-1]
    assert extended.startswith(f"Detailed Partition Information\tPartition(values:[x, 1], dbName:{database.name}, ")
    assert database.failure("DESCRIBE EXTENDED main PARTITION (p = 'nope', q = '1')") == (
        f"{SEMANTIC}10006]: Partition not found {{p=nope, q=1}}"
    )


def test_extended_of_what_is_not_there_fails(database):
    assert database.failure("DESCRIBE EXTENDED absent") == f"{SEMANTIC}10001]: Table not found absent"
    assert database.failure("DESCRIBE FORMATTED absent.t") == f"{SEMANTIC}10072]: Database does not exist: absent"


# SHOW CREATE TABLE


def test_the_statement_of_a_delimited_table_is_shown(database):
    database.run(
        "CREATE EXTERNAL TABLE test_df (w timestamp, x int, y string COMMENT 'it''s', z boolean) "
        "PARTITIONED BY (`timestamp` string) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' LINES TERMINATED BY '\\n' "
        "LOCATION 's3://{bucket}/test_df/' TBLPROPERTIES ('skip.header.line.count'='1')"
    )
    lines = database.lines("SHOW CREATE TABLE {db}.test_df")
    stamp = re.fullmatch(r"  'transient_lastDdlTime'='(\d{10})'\)", lines.pop())
    assert stamp
    assert lines == [
        f"CREATE EXTERNAL TABLE `{database.name}.test_df`(",
        "  `w` timestamp, ",
        "  `x` int, ",
        "  `y` string COMMENT 'it\\'s', ",
        "  `z` boolean)",
        "PARTITIONED BY ( ",
        "  `timestamp` string)",
        "ROW FORMAT DELIMITED ",
        "  FIELDS TERMINATED BY '\\t' ",
        "  LINES TERMINATED BY '\\n' ",
        "STORED AS INPUTFORMAT ",
        "  'org.apache.hadoop.mapred.TextInputFormat' ",
        "OUTPUTFORMAT ",
        "  'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'",
        "LOCATION",
        f"  's3://{database.bucket}/test_df/'",
        "TBLPROPERTIES (",
        "  'skip.header.line.count'='1', ",
    ]


def test_the_statement_of_a_table_with_a_serde_is_shown(database):
    database.run(
        "CREATE EXTERNAL TABLE serde (a int) COMMENT 'c' CLUSTERED BY (a) INTO 4 BUCKETS "
        "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' "
        "WITH SERDEPROPERTIES ('paths'='a','case.insensitive'='TRUE') LOCATION 's3://{bucket}/serde/'"
    )
    assert database.lines("SHOW CREATE TABLE serde")[:13] == [
        f"CREATE EXTERNAL TABLE `{database.name}.serde`(",
        "  `a` int)",
        "COMMENT 'c'",
        "CLUSTERED BY ( ",
        "  a) ",
        "INTO 4 BUCKETS",
        "ROW FORMAT SERDE ",
        "  'org.openx.data.jsonserde.JsonSerDe' ",
        "WITH SERDEPROPERTIES ( ",
        "  'case.insensitive'='TRUE', ",
        "  'paths'='a') ",
        "STORED AS INPUTFORMAT ",
        "  'org.apache.hadoop.mapred.TextInputFormat' ",
    ]


def test_the_statement_that_is_shown_makes_the_same_table(database):
    shown = "\n".join(database.lines("SHOW CREATE TABLE main"))
    before = database.table("main")
    database.run("DROP TABLE main")
    # the name of both parts stands in one pair of backticks, as on Athena
    database.run(shown.replace(f"`{database.name}.main`", "main"))
    after = database.table("main")
    for part in ("StorageDescriptor", "PartitionKeys"):
        assert after[part] == before[part]


def test_a_view_is_no_table_to_show(database):
    assert database.failure("SHOW CREATE TABLE sales_view").endswith(" is a view: SHOW CREATE VIEW tells it")
