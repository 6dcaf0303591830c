"""CREATE, DROP and ALTER DATABASE, seen with Glue's GetDatabase."""

from tests.local_aws.aws_server import error_of, unique

TASK = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "


def entry(database, name):
    return database.aws.client("glue").get_database(Name=name)["Database"]


def test_a_database_is_made_with_all_that_is_said(database):
    name = unique("made_")
    database.run(
        f"CREATE SCHEMA IF NOT EXISTS `{name.upper()}` COMMENT 'sales' LOCATION 's3://{{bucket}}/db/' "
        "WITH DBPROPERTIES ('creator'='Ann', 'dept.'='it')"
    )
    made = entry(database, name)
    assert made["Description"] == "sales"
    assert made["LocationUri"] == f"s3://{database.bucket}/db/"
    assert made["Parameters"] == {"creator": "Ann", "dept.": "it"}


def test_a_database_is_made_once(database):
    database.run("CREATE DATABASE IF NOT EXISTS {db}")
    assert database.failure("CREATE DATABASE {db}") == f"{TASK}Database {database.name} already exists"


def test_properties_of_a_database_are_added(database):
    name = unique("altered_")
    database.run(f"CREATE DATABASE {name} COMMENT 'kept' WITH DBPROPERTIES ('a'='1', 'b'='2')")
    database.run(f"ALTER DATABASE {name} SET DBPROPERTIES ('b'='3', 'c'='4')")
    assert entry(database, name)["Parameters"] == {"a": "1", "b": "3", "c": "4"}
    assert entry(database, name)["Description"] == "kept"


def test_a_database_with_tables_is_dropped_with_cascade_only(database):
    name = unique("dropped_")
    database.run(f"CREATE DATABASE {name}")
    database.run(f"CREATE EXTERNAL TABLE {name}.t (a int) LOCATION 's3://{{bucket}}/t/'")
    refused = f"{TASK}InvalidOperationException(message:Database {name} is not empty. One or more tables exist.)"
    assert database.failure(f"DROP DATABASE {name}") == refused
    assert database.failure(f"DROP SCHEMA {name} RESTRICT") == refused
    database.run(f"DROP DATABASE IF EXISTS {name} CASCADE")
    glue = database.aws.client("glue")
    assert error_of(glue.get_database, Name=name).startswith("EntityNotFoundException")
    database.run(f"DROP DATABASE IF EXISTS {name}")
    assert database.failure(f"DROP DATABASE {name}") == (
        f"FAILED: SemanticException [Error 10072]: Database does not exist: {name}"
    )
