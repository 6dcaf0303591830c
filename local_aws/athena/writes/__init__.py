"""Statements that write data: CREATE TABLE AS, INSERT INTO, UNLOAD.

Files are written aside, placed when all of them are there, and taken away again when something fails: a table never
shows half of a statement.

| file | duty |
|---|---|
| statements.py | the three statements as they are read |
| properties.py | WITH (…): format, compression, partitions, place |
| types.py | types of a result as Hive has them, and which fit which |
| outputs.py | what is written, who writes, what S3 and the catalog are told |
| targets.py | where a statement writes to: columns, format, place; what is done when all is there |
| formats.py | files of one format |
| partitions.py | rows to files, one a partition |
| running.py | a statement from its query to its files in S3 |
"""

from local_aws.athena.writes.running import KINDS, Writer

__all__ = ["KINDS", "Writer"]
