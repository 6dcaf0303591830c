"""The code behind build.py. It knows AWS through boto3 and glue_client, and nothing else.

pynt_tasks.py     pynt with manners: wrong calls and failures as sentences, exit codes
arguments.py      values of task arguments
stacks.py         one stack's life: create, update, delete
lifecycle.py      what the stack tasks do with several stacks
bundle.py         all templates of a folder: order, needs, valid names
names.py          what templates call their resources
pipelines.py      the pipelines that templates describe, and their parts on AWS
parts.py          a resource of a pipeline
backfills.py      a pipeline run for each day of a range
demos.py          what a pipeline's demo does, as its template says it
demo_run.py       runs it, on a local AWS that the caller has
declared.py       a mapping in a template's Metadata, read key by key
parameters.py     which value a stack's parameter gets
sources.py        whether the source that is to be read is there
buckets.py        buckets: found, emptied, deleted
scripts.py        glue_scripts/ to the artifacts bucket
wheels.py         folders of it built and uploaded as wheels
definitions.py    definitions of state machines among it: checked, uploaded
messages.py       what was published to a topic of the local AWS
jobs.py           one job, by its script or its name: run, its log
watching.py       a job run at each save of its script
row_counts.py     how many rows tables have, and what changed
runs.py           what starts a pipeline, or a workflow of any name
retained.py       what stacks leave behind
queries.py        asks Athena in the project's work group
named_queries.py  the SQL that is to be asked: the pipelines' queries, files, standard input
checks.py         linters and tests
diagrams/         the pictures in images/
project.py        where things are, and what they are called
"""
