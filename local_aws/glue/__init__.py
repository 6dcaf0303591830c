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
| settings/ | classifiers, security configurations, rulesets, usage profiles, the catalog's policy and encryption |
| schemas/ | the schema registry |
| tags.py | tags of all of these |
| shapes.py, paging.py | requests and answers in the shapes of botocore's model; pages of lists |
| store.py | SQLite: definitions and the history of runs |
| triggers.py | which triggers fire: pure functions |
| graph.py | a workflow as nodes and edges, with its runs and statistics |
| workflow_runs.py, resumption.py | runs of workflows: start, follow, end, resume |
| workflow_api.py, crawler_api.py | their operations, and the crawlers' |
| schedules.py, events.py | what starts on a schedule or event; the events that Glue puts on EventBridge |
| cron.py | schedules in AWS's cron, read |
| run_requests.py | what is asked of a job run, checked; the record of a new run |
| job_kinds.py | kinds and versions of jobs, and which can run here |
| job_runs.py | runs of jobs: admitted, queued, tried again, stopped |
| job_execution.py | one job run as it happens: role, files, modules, process, logs |
| job_process.py, job_arguments.py, job_files.py | what its process is given |
| job_parameters.py | the documented job parameters, and what becomes of each |
| python_modules.py | what pip installs for it, and keeps |
| processes.py | its process group: started, ended, found again after the server was killed |
| spark_events.py | its metrics and event log, from what Spark writes down |
| delay_notice.py | NotifyDelayAfter |
| bookmarks.py | job bookmarks: handed out, taken back, shown, reset |
| data_quality_results.py | results that jobs publish: kept and shown |
| crawls.py | runs of crawlers |
| logs.py | output of jobs and crawlers into CloudWatch Logs; names of groups and streams |
| recovery.py | what a start does about a server that was killed |
| crawler/ | the crawler itself |
"""
