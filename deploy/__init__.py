"""The code behind build.py. It knows AWS through boto3, and nothing else.

pynt_tasks.py     pynt with manners: wrong calls and failures as sentences, exit codes
arguments.py      values of task arguments
stacks.py         one stack's life: create, update, delete
lifecycle.py      what the stack tasks do with several stacks
events.py         stack events while they happen, and the causes of a failure
bundle.py         all templates of a folder: order, needs, valid names
templates.py      one template and its parameter file
intrinsics.py     the value of a template's expression, as far as it is known
names.py          what templates call their resources
pipelines.py      the pipelines that templates describe, and their parts on AWS
demos.py          what a pipeline's demo does
declared.py       a mapping in a template's Metadata, read key by key
remarks.py        what stacks hold that is not simulated
ordering.py       the order of things that need each other
parameters.py     which value a stack's parameter gets
sources.py        whether the source that is to be read is there
buckets.py        buckets: found, emptied, deleted
scripts.py        glue_scripts/ to the artifacts bucket
wheels.py         folders of it built and uploaded as wheels
workflows.py      a workflow run: started, followed, summed up
executions.py     a state machine's execution: started, followed
runs.py           what starts a pipeline, or a workflow of any name
workflow_view.py  a workflow run as a tree and as lines
logs.py           the last words of a job
retained.py       what stacks leave behind
queries.py        asks Athena
named_queries.py  the SQL that is to be asked: the pipelines' queries, files, standard input
answers.py        a query's answer as table, CSV or JSON
checks.py         linters and tests
diagrams/         the pictures in images/
aws.py            account, region, clients
aws_errors.py     boto3's exceptions as sentences
errors.py         DeployError and WrongCall
console.py        how tasks talk
project.py        where things are, and what they are called
"""
