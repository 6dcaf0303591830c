"""What kind of statement a text is: what runs it, and its StatementType, SubstatementType and result file.

The words are those of Athena's own answers (real: measured on engine version 3 in public work), but for those marked as
unverified. Comments before and between the words do not count.
"""

from __future__ import annotations

from dataclasses import dataclass

from local_aws.athena.errors import RefusedQueryError
from local_aws.athena.sql.clauses import read_spec
from local_aws.athena.sql.tokens import Words


@dataclass(frozen=True)
class Kind:
    """A kind of statement.

    Attributes:
        name: its SubstatementType.
        type: its StatementType: DDL, DML or UTILITY.
        file: the ending of its result file, after the execution's id.
        folder: where the file is below the output location.
    """

    name: str
    type: str
    file: str = ".txt"
    folder: str = ""

    def output(self, location: str, execution_id: str) -> str:
        """The OutputLocation of an execution whose results go to `location`, which ends in a slash."""
        return f"{location}{self.folder}{execution_id}{self.file}"


SELECT = Kind("SELECT", "DML", ".csv")
DESC_VIEW = Kind("DESC_VIEW", "UTILITY")
"""DESCRIBE and SHOW COLUMNS of a view: known when the table has been looked up."""

_BY_WORDS: dict[str, Kind] = {
    **dict.fromkeys(("SELECT", "WITH", "VALUES", "TABLE", "("), SELECT),
    "INSERT": Kind("INSERT", "DML", ""),
    "UPDATE": Kind("UPDATE", "DML", ".csv"),
    "DELETE": Kind("DELETE", "DML", ".csv"),
    "MERGE": Kind("MERGE", "DML", ".csv"),
    "UNLOAD": Kind("UNLOAD", "DML", ""),  # awswrangler expects its metadata in <id>.metadata
    "EXPLAIN": Kind("EXPLAIN", "DML"),
    "VACUUM": Kind("VACUUM_TABLE", "DML"),
    "OPTIMIZE": Kind("CREATE_TABLE_AS_SELECT", "DDL"),
    "PREPARE": Kind("PREPARE", "DML"),  # unverified
    "EXECUTE": Kind("EXECUTE", "DML", ".csv"),  # unverified
    "DEALLOCATE": Kind("DEALLOCATE", "DML"),  # unverified
    "SHOW DATABASES": Kind("SHOW_DATABASES", "UTILITY"),
    "SHOW SCHEMAS": Kind("SHOW_DATABASES", "UTILITY"),
    "SHOW TABLES": Kind("SHOW_TABLES", "UTILITY"),
    "SHOW VIEWS": Kind("SHOW_VIEWS", "UTILITY"),  # unverified
    "SHOW COLUMNS": Kind("SHOW_COLUMNS", "UTILITY"),
    "SHOW PARTITIONS": Kind("SHOW_PARTITIONS", "UTILITY"),
    "SHOW TBLPROPERTIES": Kind("SHOW_TABLE_PROPERTIES", "UTILITY"),
    "SHOW FUNCTIONS": Kind("SHOW_FUNCTIONS", "UTILITY", ".csv"),
    "SHOW CREATE TABLE": Kind("SHOW_CREATE_TABLE", "UTILITY"),
    "SHOW CREATE VIEW": Kind("SHOW_CREATE_VIEW", "UTILITY"),
    "DESCRIBE": Kind("DESCRIBE_TABLE", "UTILITY"),
    "DESC": Kind("DESCRIBE_TABLE", "UTILITY"),
    "MSCK": Kind("MSCK_REPAIR", "DDL"),
    "CREATE DATABASE": Kind("CREATE_DATABASE", "DDL"),
    "CREATE SCHEMA": Kind("CREATE_DATABASE", "DDL"),
    "CREATE EXTERNAL": Kind("CREATE_TABLE", "DDL"),
    "CREATE VIEW": Kind("CREATE_VIEW", "DDL"),
    "CREATE OR REPLACE VIEW": Kind("CREATE_VIEW", "DDL"),
    "DROP DATABASE": Kind("DROP_DATABASE", "DDL"),
    "DROP SCHEMA": Kind("DROP_DATABASE", "DDL"),
    "DROP TABLE": Kind("DROP_TABLE", "DDL"),
    "DROP VIEW": Kind("DROP_VIEW", "DDL"),
    "ALTER DATABASE": Kind("ALTER_DATABASE_PROPERTIES", "DDL"),  # unverified
    "ALTER SCHEMA": Kind("ALTER_DATABASE_PROPERTIES", "DDL"),  # unverified
}
_CREATE_TABLE = Kind("CREATE_TABLE", "DDL")
_CTAS = Kind("CREATE_TABLE_AS_SELECT", "DDL", "", "tables/")
_ALTER_TABLE = {
    "ADD COLUMNS": "ALTER_TABLE_ADD_COLUMN",
    "REPLACE COLUMNS": "ALTER_TABLE_REPLACE_COLUMN",
    "CHANGE COLUMN": "ALTER_TABLE_CHANGE_COLUMN",
    "DROP COLUMN": "ALTER_TABLE_DROP_COLUMN",
    "ADD IF NOT EXISTS PARTITION": "ALTER_TABLE_ADD_PARTITION",
    "ADD PARTITION": "ALTER_TABLE_ADD_PARTITION",
    "DROP IF EXISTS PARTITION": "ALTER_TABLE_DROP_PARTITION",
    "DROP PARTITION": "ALTER_TABLE_DROP_PARTITION",
    "SET TBLPROPERTIES": "ALTER_TABLE_PROPERTIES",
    "SET LOCATION": "ALTER_TABLE_SET_LOCATION",
    "RENAME TO": "ALTER_TABLE_RENAME",
}


def kind_of(sql: str) -> Kind:
    """The kind of a statement.

    Raises:
        RefusedQueryError: it begins as no statement of Athena's does, or is more than one statement.
    """
    try:
        words = Words(sql, trino=True)
    except RefusedQueryError:  # a backslash before a quote, as Hive's texts have it
        words = Words(sql)
    for phrase, kind in _BY_WORDS.items():
        if words.take(*phrase.split()):
            return kind
    if words.take("CREATE", "TABLE"):
        return _CTAS if _has_query(words) else _CREATE_TABLE
    if words.take("ALTER", "TABLE"):
        return _alteration(words)
    words.fail()
    raise RefusedQueryError("Queries of this type are not supported")


def _has_query(words: Words) -> bool:
    """Whether CREATE TABLE goes on with AS, outside of brackets."""
    depth = 0
    while not words.at_end():
        if words.take("("):
            depth += 1
        elif words.take(")"):
            depth -= 1
        elif words.take("AS") and not depth:
            return True
        else:
            words.skip()
    return False


def _alteration(words: Words) -> Kind:
    words.dotted()
    for phrase, name in _ALTER_TABLE.items():
        if words.take(*phrase.split()):
            return Kind(name, "DDL")
    if words.take("PARTITION"):
        read_spec(words)
        if words.take("RENAME"):
            return Kind("ALTER_TABLE_RENAME_PARTITION", "DDL")  # unverified
        for phrase in ("SET LOCATION", "ADD COLUMNS", "REPLACE COLUMNS"):
            if words.take(*phrase.split()):
                return Kind(_ALTER_TABLE[phrase], "DDL")
    words.fail()
    raise RefusedQueryError("Queries of this type are not supported")
