"""What Athena takes of the emulator's: executions are run here, whatever the statement; the catalog is listed."""

from tests.local_aws.athena.ddl.statements import Database


def test_the_emulator_runs_no_statement_of_its_own(local_aws):
    """It would make and drop tables itself, and refuse CREATE TABLE without EXTERNAL in words of its own."""
    database = Database(local_aws)
    execution = database.run("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://{bucket}/t/'")
    assert execution["SubstatementType"] == "CREATE_TABLE"
    assert database.table("t")["Owner"] == "hadoop"
    assert database.run("DROP TABLE t")["SubstatementType"] == "DROP_TABLE"


def test_all_tables_of_the_catalog_are_listed_by_database(local_aws):
    first, second = Database(local_aws), Database(local_aws)
    for database, tables in ((first, ("b", "a")), (second, ())):
        for table in tables:
            database.run(f"CREATE EXTERNAL TABLE {table} (a int) LOCATION 's3://{{bucket}}/t/'")
    listed = "SELECT schema_name FROM information_schema.schemata"
    assert {first.name, second.name} <= {row[0] for row in local_aws.rows(listed)}
    names = "SELECT table_name FROM information_schema.tables WHERE table_schema = '{}'"
    assert local_aws.rows(names.format(first.name)) == [["a"], ["b"]]
    assert local_aws.rows(names.format(second.name)) == []
