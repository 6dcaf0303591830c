"""The analyzer: types every part of a query as Trino does, and refuses what Trino refuses.

It reads the query as it was written (views inlined, nothing else changed), before it is made ready for the engine, and
says category, place and text of the first thing that is wrong, as Trino's own analyzer does (its StatementAnalyzer,
ExpressionAnalyzer and AggregationAnalyzer: the texts are theirs). What cannot be typed is `ANY`, and is let through.

| file | duty |
|---|---|
| signatures.txt, signatures.py | the functions and their types: data, and what reads it |
| types.py, type_texts.py | Trino's types, and how they are written |
| coercion.py | which type becomes which by itself, and by CAST |
| binding.py | which of a function's signatures a call means, and what it gives |
| scopes.py | which columns can be named where |
| expressions.py, predicates.py, choices.py, literals.py, calls.py, json_calls.py | the types of expressions |
| relations.py, queries.py | FROM, SELECT and set operations |
| zone_sources.py, zone_flow.py | the time zones of moments: where they come from, and what keeps them |
| grouping.py, group_checks.py | aggregates and window functions, GROUP BY, DISTINCT |
| failures.py, expression_texts.py | the errors, and expressions as they show them |
| tables.py, completing.py | tables of the catalog; what the analyzer found, for what writes the query |
"""
