"""What Glue jobs have in common.

arguments.py   what a job was started with: its options typed, its run, the workflow run it belongs to
schema.py      a table's columns, declared once: for Spark, for Glue, for the catalog, for SQL
publishing.py  new files of a table put in the place of its old ones, from a staging folder
tables.py      a Spark frame written as a table, or as one partition of it, by way of staging
catalog.py     a table of the catalog read with its declared columns, as a DynamicFrame
catalog_tables.py  tables and partitions of the catalog kept by the job that wrote their files
sinks.py       a table replaced through a catalog sink of Glue
rejected.py    rows that were refused: line, reason, file; and when they are too many
quality.py     rules of DQDL that rows must meet before they are published
counts.py      what became of the rows: the sum checked, told to the log, as metrics, as run properties
concurrent.py  work that waits for nothing of each other, begun at once
objects.py     keys of a bucket: listed, deleted
errors.py      JobError: what failed, what was seen, what to do

Importing the package imports none of them. Python shell jobs (Python 3.9) can use all but tables, catalog, sinks,
rejected and quality, which need Spark; schema needs it in some of its functions only.
"""
