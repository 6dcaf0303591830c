"""Glue's control plane: what AWS Glue decides and remembers, and what starts its jobs and crawlers.

| file | duty |
|---|---|
| api.py | one request: validated and shaped by botocore's model, authorised, answered |
| permissions.py | the ARNs that IAM checks for each operation |
| definitions.py | jobs, crawlers, triggers, workflows as defined: create, get, update, delete, list |
| model.py | the run records, states and errors, under Glue's own names |
| stamps.py | the time and fresh ids |
| checks.py | what AWS refuses when something is defined |
| definition_api.py | the operations on definitions |
| catalog/ | the Data Catalog: databases, tables, partitions, connections |
| settings/ | classifiers, security configurations, data quality rulesets |
| shapes.py, paging.py | requests and answers in the shapes of botocore's model; pages of lists |
| store.py | SQLite: definitions and the history of runs |
| triggers.py | which triggers fire: pure functions |
| graph.py | a workflow as nodes and edges, with its runs and statistics |
| workflow_runs.py | runs of workflows: start, follow, end |
| job_runs.py | runs of jobs: one process each, watched |
| job_process.py | what a job's process is given: arguments, files, credentials, environment |
| crawls.py | runs of crawlers |
| logs.py | output of jobs and crawlers into CloudWatch Logs |
| crawler/ | the crawler itself |
"""
