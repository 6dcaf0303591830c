"""What anybody does with Glue through AWS's API: follow stacks, workflows and executions, ask Athena, say what failed.

It knows boto3 and a terminal, and neither a project nor where AWS is. Part of the distribution local-glue; the code
behind build.py stands on it too.

aws.py            account, region, clients
templates.py      one template and its parameter file: what it declares, exports, imports
intrinsics.py     the value of a template's expression, as far as it is known
ordering.py       the order of things that need each other
events.py         stack events while they happen, and the causes of a failure
workflows.py      a workflow run: started, followed, summed up
workflow_view.py  a workflow run as a tree and as lines
executions.py     a state machine's execution: started, followed
execution_view.py an execution as a tree of its states
job_runs.py       a job's run: started, followed with its log
job_logs.py       the log of a run, output and errors merged by time
run_logs.py       the logs of runs that are there, of jobs and workflows
log_view.py       how lines of logs are printed
causes.py         what Python raised, among the lines of a log
prices.py         AWS's prices of a region, of prices.json
costs.py          what runs cost on AWS
measured_runs.py  the latest run of a workflow, state machine or job, and what its parts cost
run_extras.py     what it cost besides: queries, requests, logs, metrics
stored.py         what a bucket holds, and what was written there
standing.py       what stacks cost in a month, whether or not anything runs
months.py         how many runs a month has
cron.py           AWS's schedules
bills.py          a run's and a month's bill, and what would lower it
bill_view.py      how a bill is printed
failures.py       what failed jobs and crawlers tell
hints.py          what errors say to do next
deployed.py       deployed stacks: how one is, its outputs, its resources
remarks.py        what stacks hold that is not simulated
logs.py           the last words of a job
queries.py        asks Athena
answers.py        a query's answer as table, CSV or JSON
aws_errors.py     boto3's exceptions as sentences
errors.py         DeployError and WrongCall
console.py        how commands talk
plain_text.py     text from elsewhere that gives a terminal no orders
"""
