"""Views: as Glue keeps them, as they are shown, and in queries."""

import base64
import json

import pytest

from tests.local_aws.athena.ddl.statements import Database
from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of, wait_until

NO_ACCESS = " or requester is not authorized to access requested resources"


@pytest.fixture(scope="module")
def database(local_aws):
    found = Database(local_aws)
    for number, day in enumerate(("2024-01-01", "2024-01-02", "2024-01-02"), start=1):
        local_aws.put(found.bucket, f"orders/day={day}/{number}.csv", f"{number},{number}.50,item {number}\n")
    found.run(
        "CREATE EXTERNAL TABLE orders (id bigint, price decimal(10,2), item string) PARTITIONED BY (day date) "
        "ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://{bucket}/orders/'"
    )
    found.run("MSCK REPAIR TABLE orders")
    return found


def rows(database, sql):
    return database.aws.rows(sql, database.name)


def test_a_view_is_kept_as_athena_keeps_it(database):
    sql = "SELECT id, price * 2 AS twice, item,\n  day -- when\nFROM orders WHERE item <> 'it''s'"
    database.run(f"CREATE VIEW Kept AS {sql};")
    table = database.table("kept")
    assert table["TableType"] == "VIRTUAL_VIEW"
    assert table["ViewExpandedText"] == "/* Presto View */"
    assert table["Parameters"] == {"comment": "Presto View", "presto_view": "true"}
    assert table["StorageDescriptor"]["Columns"] == [
        {"Name": "id", "Type": "bigint"},
        {"Name": "twice", "Type": "decimal(20,2)"},
        {"Name": "item", "Type": "string"},
        {"Name": "day", "Type": "date"},
    ]
    text = table["ViewOriginalText"]
    assert text.startswith("/* Presto View: ")
    assert text.endswith(" */")
    assert json.loads(base64.b64decode(text[16:-3])) == {
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": database.name,
        "columns": [
            {"name": "id", "type": "bigint"},
            {"name": "twice", "type": "decimal(20,2)"},
            {"name": "item", "type": "varchar"},
            {"name": "day", "type": "date"},
        ],
    }
    assert database.lines("SHOW CREATE VIEW kept") == [f"CREATE VIEW {database.name}.kept AS", *sql.split("\n")]


def test_a_view_gives_the_rows_of_its_query(database):
    database.run(
        "CREATE OR REPLACE VIEW daily AS SELECT day, sum(price) AS total, count(*) AS n FROM orders GROUP BY 1"
    )
    expected = [["2024-01-01", "1.50", "1"], ["2024-01-02", "6.00", "2"]]
    assert rows(database, "SELECT * FROM daily ORDER BY day") == expected
    assert rows(database, f"SELECT d.total FROM {database.name}.daily AS d WHERE n > 1") == [["6.00"]]
    assert rows(database, "SELECT a.n, b.item FROM daily a JOIN orders b ON a.day = b.day WHERE b.id = 1") == [
        ["1", "item 1"]
    ]


def test_views_stand_on_views(database):
    database.run("CREATE OR REPLACE VIEW first_view AS WITH o AS (SELECT id, day FROM orders) SELECT * FROM o")
    database.run("CREATE OR REPLACE VIEW second_view AS SELECT max(id) AS top, day FROM first_view GROUP BY day")
    # `o` is the first view's own, not the query's
    assert rows(database, "WITH o AS (SELECT 7 AS x) SELECT top, x FROM second_view, o ORDER BY top") == [
        ["1", "7"], ["3", "7"],
    ]  # fmt: skip


def test_a_view_finds_its_tables_from_anywhere(database):
    database.run("CREATE OR REPLACE VIEW anywhere AS SELECT count(*) AS n FROM orders")
    sql = f"SELECT n FROM {database.name}.anywhere"
    assert database.aws.rows(sql, "default") == [["3"]]


def test_a_view_reads_only_the_partitions_that_are_asked_for(database):
    database.run("CREATE OR REPLACE VIEW every AS SELECT * FROM orders")
    execution = database.run("SELECT id FROM every WHERE day = DATE '2024-01-01'")
    assert execution["Statistics"]["DataScannedInBytes"] == len(b"1,1.50,item 1\n")


def test_a_view_may_name_hidden_columns_that_the_query_leaves_out(database):
    database.run('CREATE OR REPLACE VIEW places AS SELECT o.id, "$path" AS place FROM orders o')
    assert rows(database, "SELECT max(id) FROM places") == [["3"]]
    assert rows(database, "SELECT place FROM places WHERE id = 1") == [
        [f"s3://{database.bucket}/orders/day=2024-01-01/1.csv"]
    ]
    assert rows(database, 'SELECT count(*) FROM (SELECT id, "$file_size" AS n FROM orders) q') == [["3"]]


def test_types_of_a_view_are_those_of_the_query(database):
    database.run(
        "CREATE OR REPLACE VIEW typed AS SELECT CAST(1 AS tinyint) AS a, 1 AS b, DECIMAL '1.5' AS c, 1.5 AS d, "
        "'x' AS e, true AS f, DATE '2024-01-01' AS g, ARRAY[1, 2] AS h, "
        "CAST(ROW(1, 'x') AS ROW(k integer, l varchar)) AS i, "
        "MAP(ARRAY['k'], ARRAY[1]) AS j, CAST('x' AS varchar(3)) AS k"
    )
    assert [column["Type"] for column in database.table("typed")["StorageDescriptor"]["Columns"]] == [
        "tinyint", "int", "decimal(2,1)", "double", "string", "boolean", "date", "array<int>", "struct<k:int,l:string>",
        "map<string,int>", "varchar(3)",
    ]  # fmt: skip
    assert database.lines("DESCRIBE typed")[7:10] == [
        "h\tarray(integer)", "i\trow(k integer,l varchar)", "j\tmap(varchar,integer)",
    ]  # fmt: skip


def test_a_view_is_made_once_unless_it_is_replaced(database):
    database.run("CREATE VIEW once AS SELECT 1 AS n")
    full = f"awsdatacatalog.{database.name}"
    assert database.failure("CREATE VIEW once AS SELECT 2 AS n") == (
        f"ALREADY_EXISTS: line 1:1: View already exists: '{full}.once'"
    )
    database.run('CREATE OR REPLACE VIEW "once" AS SELECT 2 AS n')
    assert rows(database, "SELECT * FROM once") == [["2"]]
    assert database.failure("CREATE OR REPLACE VIEW orders AS SELECT 2 AS n") == (
        f"TABLE_ALREADY_EXISTS: line 1:1: Table already exists: '{full}.orders'"
    )
    database.run('DROP VIEW IF EXISTS {db}."once"')
    assert database.failure("DROP VIEW once") == f"TABLE_NOT_FOUND: line 1:1: View '{full}.once' does not exist"
    assert database.failure("DROP VIEW orders").startswith("NOT_SUPPORTED: ")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT 1", "MISSING_COLUMN_NAME: line 1:1: Column name not specified at position 1"),
        ("SELECT 1 AS a, 2 AS A", "DUPLICATE_COLUMN_NAME: line 1:1: Column name 'a' specified more than once"),
        ("SELECT x FROM orders", "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved" + NO_ACCESS),
        ("SELECT a FROM absent", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.{db}.absent' does not exist"),
    ],
)
def test_a_view_that_cannot_be_is_not_made(database, query, reason):
    assert database.failure(f"CREATE VIEW bad AS {query}") == reason.replace("{db}", database.name)


def test_a_view_cannot_read_itself(database):
    database.run("CREATE OR REPLACE VIEW self AS SELECT 1 AS n")
    database.run("CREATE OR REPLACE VIEW other AS SELECT n FROM self")
    assert database.failure("CREATE OR REPLACE VIEW self AS SELECT n FROM other") == (
        "VIEW_IS_RECURSIVE: line 1:1: Statement would create a recursive view"
    )


def test_a_view_whose_table_has_changed_is_stale(database):
    database.run("CREATE EXTERNAL TABLE moving (a int) LOCATION 's3://{bucket}/moving/'")
    database.run("CREATE VIEW stale AS SELECT * FROM moving")
    database.run("ALTER TABLE moving CHANGE COLUMN a a string")
    assert database.failure("SELECT * FROM stale") == (
        f"VIEW_IS_STALE: line 1:15: View 'awsdatacatalog.{database.name}.stale' is stale or in invalid state: "
        "column [a] of type varchar projected from query view at position 0 cannot be coerced to column [a] of type "
        "integer stored in view definition"
    )
    database.run("ALTER TABLE moving ADD COLUMNS (b int)")
    assert "it has 1 columns, its query gives 2" in database.failure("SELECT * FROM stale")


def test_a_table_that_says_it_is_a_view_and_is_none_fails(database):
    database.aws.client("glue").create_table(
        DatabaseName=database.name,
        TableInput={
            "Name": "odd",
            "TableType": "VIRTUAL_VIEW",
            "ViewOriginalText": "SELECT 1",
            "StorageDescriptor": {},
        },
    )
    assert database.failure("SELECT * FROM odd").startswith("INVALID_VIEW: ")


def test_reading_a_view_needs_the_right_to_it(database):
    database.run("CREATE OR REPLACE VIEW guarded AS SELECT 1 AS n")
    arn = f"arn:aws:glue:{REGION}:{ACCOUNT}:"
    for tables, state in ((["guarded"], "SUCCEEDED"), (["orders"], "FAILED")):
        granted = [f"{arn}catalog", f"{arn}database/*", *(f"{arn}table/{database.name}/{name}" for name in tables)]
        user = database.aws.user(allow("athena:*"), allow("s3:*"), allow("glue:GetTable", *granted))
        athena = database.aws.client("athena", user)
        started = athena.start_query_execution(
            QueryString="SELECT * FROM guarded",
            QueryExecutionContext={"Database": database.name},
            ResultConfiguration={"OutputLocation": f"s3://{database.bucket}/results/"},
        )["QueryExecutionId"]
        status = wait_until(
            lambda athena=athena, started=started: athena.get_query_execution(QueryExecutionId=started)[
                "QueryExecution"
            ]["Status"],
            lambda status: status["State"] not in ("QUEUED", "RUNNING"),
        )
        assert status["State"] == state, status


# information_schema and $partitions


def test_the_catalog_can_be_queried(database):
    schema = f"table_schema = '{database.name}'"
    database.run("CREATE OR REPLACE VIEW seen AS SELECT id, item FROM orders")
    assert rows(
        database,
        f"SELECT table_catalog, table_type FROM information_schema.tables WHERE {schema} "
        "AND table_name IN ('orders', 'seen') ORDER BY table_name",
    ) == [["awsdatacatalog", "BASE TABLE"], ["awsdatacatalog", "VIEW"]]  # fmt: skip
    assert rows(
        database,
        "SELECT column_name, ordinal_position, data_type, is_nullable FROM information_schema.columns "
        f"WHERE {schema} AND table_name = 'orders' ORDER BY ordinal_position",
    ) == [
        ["id", "1", "bigint", "YES"], ["price", "2", "decimal(10,2)", "YES"], ["item", "3", "varchar", "YES"],
        ["day", "4", "date", "YES"],
    ]  # fmt: skip
    assert rows(
        database, f"SELECT view_definition FROM information_schema.views WHERE {schema} AND table_name = 'seen'"
    ) == [["SELECT id, item FROM orders"]]
    names = rows(database, 'SELECT schema_name FROM awsdatacatalog."information_schema".schemata')
    assert [database.name] in names
    assert ["information_schema"] in names


def test_a_table_that_glue_knows_by_name_only_is_in_the_way_of_nothing(database):
    glue = database.aws.client("glue")
    glue.create_table(DatabaseName=database.name, TableInput={"Name": "bare", "TableType": "EXTERNAL_TABLE"})
    schema = f"table_schema = '{database.name}' AND table_name = 'bare'"
    assert rows(database, f"SELECT table_name FROM information_schema.tables WHERE {schema}") == [["bare"]]
    assert rows(database, f"SELECT column_name FROM information_schema.columns WHERE {schema}") == []
    for statement, reason in [
        ("SELECT * FROM bare", "has no location in S3"),
        ("MSCK REPAIR TABLE bare", "has no location in S3"),
    ]:
        assert reason in database.failure(statement)
    for statement in ("DESCRIBE bare", "SHOW COLUMNS IN bare", "SHOW TBLPROPERTIES bare", "DESCRIBE FORMATTED bare"):
        database.run(statement)
    database.run("ALTER TABLE bare SET TBLPROPERTIES ('a' = 'b')")
    assert database.table("bare")["Parameters"]["a"] == "b"
    database.run("DROP TABLE bare")


def test_partitions_can_be_queried(database):
    assert rows(database, 'SELECT day FROM "orders$partitions" ORDER BY day DESC') == [["2024-01-02"], ["2024-01-01"]]
    assert rows(database, f'SELECT max(day) FROM {database.name}."orders$partitions"') == [["2024-01-02"]]
    database.run("CREATE EXTERNAL TABLE none (a int) PARTITIONED BY (p int) LOCATION 's3://{bucket}/none/'")
    assert rows(database, 'SELECT p FROM "none$partitions"') == []


def test_what_information_schema_has_not_is_refused(database):
    assert error_of(database.execution, sql="SELECT * FROM information_schema.roles") == (
        "InvalidRequestException: NOT_SUPPORTED: the table information_schema.roles is not supported by the local AWS"
    )
