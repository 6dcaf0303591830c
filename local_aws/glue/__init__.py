"""Glue's control plane: what AWS Glue decides and remembers, and what starts its jobs and crawlers.

The wings from the lowest to the highest; none imports one that stands above it (tests/test_walls.py).

| wing | duty |
|---|---|
| errors.py, model.py, stamps.py, store.py | refusals, the records of runs, times and ids, SQLite |
| paging.py, shapes.py, events.py | pages, shapes of requests and answers, events on EventBridge |
| crawler/ | the crawler itself: from files to tables, without Glue's API |
| definitions/ | jobs, crawlers, triggers and workflows as defined, and what AWS refuses of them |
| schemas/ | the schema registry |
| catalog/ | the Data Catalog |
| settings/ | classifiers, security configurations, rulesets, usage profiles, the catalog's policy and encryption |
| jobs/ | runs of jobs: asked for, carried out in a process, logged |
| crawls/ | runs of crawlers |
| workflows/ | runs of workflows, triggers, schedules |
| api.py, permissions.py, tags.py, recovery.py | a request to what answers it; a start after a kill |
"""
