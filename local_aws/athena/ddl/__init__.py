"""Statements that define and show: Athena hands them to Hive or answers them itself, without the query engine.

| file | duty |
|---|---|
| dispatch.py | a statement of these kinds to what runs it; its result file |
| catalog.py | the catalog as the caller may read and change it |
| answers.py | what a statement gives: columns and lines |
| columns.py | definitions of columns, and Hive's types |
| databases.py | CREATE, DROP and ALTER DATABASE |
| tables.py, definitions.py | CREATE EXTERNAL TABLE and DROP TABLE; what the former says of a table |
| alter.py | ALTER TABLE: columns, properties, location |
| partitions.py | ALTER TABLE's partitions |
| repair.py | MSCK REPAIR TABLE |
| views.py | CREATE, DROP and SHOW CREATE VIEW |
| show.py | SHOW DATABASES, TABLES, VIEWS, COLUMNS, PARTITIONS, TBLPROPERTIES |
| show_create.py | SHOW CREATE TABLE |
| describe.py, details.py | DESCRIBE, and its rows |
| explain.py | EXPLAIN |
"""

from local_aws.athena.ddl.catalog import Catalog
from local_aws.athena.ddl.dispatch import READERS, prepare

__all__ = ["READERS", "Catalog", "prepare"]
