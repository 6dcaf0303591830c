"""Whether the files of a table, the catalog and its partitions still agree, and what Athena makes of it where not.

| file | duty |
|---|---|
| running.py | the task: which tables, what is printed |
| samples.py | some files of a table, and what is in them: by S3 and Glue alone |
| files.py | a file held against the table |
| partitions.py | the columns of partitions held against the table's |
| differences.py | what is told of one: kind, sentence, what a query gets |
"""
