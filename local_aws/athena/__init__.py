"""Athena: its SQL, run by DuckDB on the files of the catalog's tables.

| file | duty |
|---|---|
| service.py | the operations on queries, results and work groups |
| running.py | one query: tables, rights of the caller, files, the result's place |
| dialect.py | a query in Athena's SQL to one for the engine, errors the other way |
| grammar.py | how Athena's SQL is read and typed |
| trino_types.py | types of literals, operators and choices |
| comparisons.py | operators that Athena refuses |
| functions/ | Athena's functions, each with what it is for the engine |
| writing.py | how the engine's SQL is written |
| tables.py | tables of the catalog as relations of the engine |
| engine.py | runs a translated query, which sees the files of its tables only |
| values.py | values as Athena writes them |
| errors.py | how Athena says no |
"""
