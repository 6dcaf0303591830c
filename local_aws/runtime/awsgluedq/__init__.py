"""`awsgluedq` for jobs that run on this machine: Glue Data Quality, written from its public documentation.

| file | duty |
|---|---|
| transforms.py | `EvaluateDataQuality`, as scripts import it |
| _model.py, _grammar.py, dqdl.lark | a ruleset, and how it is read from DQDL |
| _conditions.py, _predicates.py | an expression such as `between 1 and 3`, of a number and of each row |
| _checks.py | what a rule type needs to be evaluated, and the table of all of them |
| _columns.py, _unique.py, _datasets.py, _references.py, _sql.py, _files.py | the rule types |
| _evaluation.py, _rows.py | a ruleset's outcomes; the outcomes of each row |
| _publishing.py | results in Glue, S3 and CloudWatch |
| _on_tables.py | the script of an evaluation or recommendation run on tables of the Data Catalog |
| _recommending.py | the rules that a recommendation run finds |

"Documented" in this package means the Glue developer guide, "Data Quality Definition Language (DQDL) reference" and the
pages of its rule types.
"""
