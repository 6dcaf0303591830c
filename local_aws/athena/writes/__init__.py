"""Statements that write data: CREATE TABLE AS, INSERT INTO, UNLOAD.

Files are written aside, placed when all of them are there, and taken away again when something fails: a table never
shows half of a statement.

| file | duty |
|---|---|
| running.py | a statement from its query to its files in S3; how they are written is in outputs/ |
| targets.py | where it writes to: columns, format, place; what is done when all is there |
"""

from local_aws.athena.writes.running import KINDS, Writer

__all__ = ["KINDS", "Writer"]
