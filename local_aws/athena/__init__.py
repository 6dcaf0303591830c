"""Athena: its SQL, run by DuckDB on the files of the catalog's tables.

| file | duty |
|---|---|
| late.py | loads all this when it is first asked |
| service.py | a request to what answers it; a query to what runs it |
| executions.py | what is answered of executions: results, lists, statistics, their end |
| reuse.py | requests that start nothing new: tokens, earlier results |
| prepared.py, parameters.py | prepared statements, values for `?` |
| metadata_operations.py | catalogs, databases and tables as Athena shows them |
| tags.py | what tags are asked of is there |
| work_groups.py | what a work group says of its queries |
| statements.py | which kind of statement a text is |
| words.py, clauses.py | a statement's text, word by word; clauses that several statements have |
| ddl/ | statements that define and show |
| running.py | one query: files, work group's limit, result |
| sessions.py | the engine as the server sees it: a process, a folder and an end for each query |
| processes.py, worker.py, operations.py | processes of queries: the server's side, theirs, what they do |
| limits.py | how much of the machine queries may take |
| result_files.py | pages of a large result |
| reading.py | the files that a query reads: looked up, asked of IAM, counted |
| scans.py, conditions.py | what a query uses of each table: columns, conditions on partitions |
| pruning.py | which partitions meet these conditions |
| projection.py, date_formats.py | partitions that table properties describe |
| links.py | what stands for databases and tables elsewhere, refused |
| arrow_files.py, grok_files.py | ORC and Avro files, and lines parted by grok, as Arrow tables |
| columnar.py, orc_footers.py | bytes of a column in Parquet and ORC files |
| dialect.py | a query in Athena's SQL to one for the engine, errors the other way |
| inlining.py | views and the catalog's own tables as parts of the query that reads them |
| views.py, view_types.py | views as the catalog keeps them; types of a view that is made |
| information.py | information_schema and $partitions |
| grammar.py | how Athena's SQL is read and typed |
| trino_types.py | types of literals, operators and choices |
| comparisons.py | operators that Athena refuses |
| functions/ | Athena's functions, each with what it is for the engine |
| writing.py | how the engine's SQL is written |
| tables.py | tables of the catalog as relations of the engine |
| engine.py | runs a translated query, which sees the files of its tables only |
| shut.py | a database of the engine that reads these files and runs queries, whatever its SQL says |
| quoting.py, hive_types.py | names, texts and types as parts of SQL |
| writes/ | CREATE TABLE AS, INSERT INTO, UNLOAD |
| values.py | values as Athena writes them |
| metadata.py | the file beside a result that describes its columns |
| rights.py | what the caller may do |
| errors.py | how Athena says no |
"""
