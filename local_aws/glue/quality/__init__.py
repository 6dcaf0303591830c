"""Glue Data Quality on tables of the Data Catalog: evaluation runs of rulesets, and recommendation runs of rules.

| file | duty |
|---|---|
| requests.py | from a Start request to the record of a run, and what is refused of it |
| runs.py | runs: started, carried out, stopped |
| api.py | the operations |

What is evaluated, and how, is `runtime/awsgluedq`; results are kept by `jobs/data_quality_results.py`.
"""
