"""Athena: its SQL, run by DuckDB on the files of the catalog's tables.

The wings from the lowest to the highest; none imports one that stands above it (tests/test_walls.py).

| wing | duty |
|---|---|
| errors.py, links.py, rights.py, values.py | how Athena says no, what the caller may do, values as texts |
| sql/ | Athena's language to the engine's: pure functions |
| tables/ | what a query reads: the catalog's tables as relations, their partitions and files |
| outputs/ | what a statement writes: types, partitions, files |
| engine/ | DuckDB in a process of its own for each query, and the server's side of it |
| executions/ | queries planned, run, answered; results |
| groups/ | work groups, named queries, prepared statements |
| ddl/ | statements that define and show |
| writes/ | CREATE TABLE AS, INSERT INTO, UNLOAD from query to catalog |
| service.py, late.py, catalogs.py, tags.py, stack_calls.py | a request to what answers it; loaded when first asked |
"""
