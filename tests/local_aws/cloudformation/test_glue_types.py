"""Jobs, crawlers, triggers and workflows in stacks: created, updated, replaced, deleted, refused with AWS's reason."""

from tests.local_aws.aws_server import unique
from tests.local_aws.cloudformation.stack import ROLE


def job(name, **properties):
    defaults = {
        "Name": name,
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Command": {"Name": "glueetl", "ScriptLocation": "s3://b/s.py"},
        "GlueVersion": "5.1",
        "WorkerType": "G.1X",
        "NumberOfWorkers": 2,
    }
    return {"Type": "AWS::Glue::Job", "Properties": {**defaults, **properties}}


def test_a_job_keeps_every_property(stack, glue):
    name = unique("job")
    properties = {
        "Description": "d",
        "ExecutionProperty": {"MaxConcurrentRuns": 3},
        "ExecutionClass": "FLEX",
        "DefaultArguments": {"--a": "1"},
        "NonOverridableArguments": {"--b": "2"},
        "MaxRetries": 1,
        "Timeout": 7,
        "NotificationProperty": {"NotifyDelayAfter": 5},
        "JobRunQueuingEnabled": True,
    }
    assert stack.apply({"Role": ROLE, "Job": job(name, **properties)}) == "CREATE_COMPLETE"
    made = glue.get_job(JobName=name)["Job"]
    assert {key: made[key] for key in properties} == properties


def test_numbers_may_come_from_parameters(stack, glue):
    name = unique("job")
    made = job(name, NumberOfWorkers={"Ref": "Workers"})
    assert stack.apply({"Role": ROLE, "Job": made}, {"Workers": "4"}) == "CREATE_COMPLETE"
    assert glue.get_job(JobName=name)["Job"]["NumberOfWorkers"] == 4


def test_an_update_changes_the_job_and_drops_what_the_template_dropped(stack, glue):
    name = unique("job")
    stack.apply({"Role": ROLE, "Job": job(name, Timeout=7, Description="d")})
    assert stack.apply({"Role": ROLE, "Job": job(name, Description="e")}, update=True) == "UPDATE_COMPLETE"
    made = glue.get_job(JobName=name)["Job"]
    assert (made["Timeout"], made["Description"]) == (480, "e")


def test_a_new_name_replaces_the_job(stack, glue):
    old, new = unique("job"), unique("job")
    stack.apply({"Role": ROLE, "Job": job(old)})
    stack.apply({"Role": ROLE, "Job": job(new)}, update=True)
    names = glue.list_jobs(MaxResults=1000)["JobNames"]
    assert (old in names, new in names) == (False, True)


def test_deleting_the_stack_deletes_its_jobs(stack, glue):
    name = unique("job")
    stack.apply({"Role": ROLE, "Job": job(name)})
    stack.delete()
    assert name not in glue.list_jobs(MaxResults=1000)["JobNames"]


def test_what_glue_refuses_fails_the_stack_with_its_words(stack):
    status = stack.apply({"Role": ROLE, "Job": job(unique("job"), NumberOfWorkers=1)})
    assert status == "ROLLBACK_COMPLETE"
    assert stack.reasons()[0].startswith(
        "To use Worker Type G.1X, minimum allowed value of Number of Workers is 2. (Service: Glue, Status Code: 400"
    )


def workflow_of(name, trigger_name, *, start=True):
    return {
        "Role": ROLE,
        "Workflow": {"Type": "AWS::Glue::Workflow", "Properties": {"Name": name, "MaxConcurrentRuns": 1}},
        "Start": {
            "Type": "AWS::Glue::Trigger",
            "Properties": {
                "Name": f"{trigger_name}-start",
                "Type": "ON_DEMAND",
                "WorkflowName": {"Ref": "Workflow"},
                "Actions": [{"JobName": "a"}],
            },
        },
        "Then": {
            "Type": "AWS::Glue::Trigger",
            "DependsOn": "Start",
            "Properties": {
                "Name": f"{trigger_name}-then",
                "Type": "CONDITIONAL",
                "StartOnCreation": start,
                "WorkflowName": {"Ref": "Workflow"},
                "Predicate": {"Conditions": [{"LogicalOperator": "EQUALS", "JobName": "a", "State": "SUCCEEDED"}]},
                "Actions": [{"JobName": "b"}],
            },
        },
    }


def test_a_workflow_and_its_triggers(stack, glue):
    name = unique("wf")
    assert stack.apply(workflow_of(name, name)) == "CREATE_COMPLETE"
    made = glue.get_workflow(Name=name, IncludeGraph=True)["Workflow"]
    assert made["MaxConcurrentRuns"] == 1
    states = {
        node["Name"]: node["TriggerDetails"]["Trigger"]["State"]
        for node in made["Graph"]["Nodes"]
        if node["Type"] == "TRIGGER"
    }
    assert states == {f"{name}-start": "CREATED", f"{name}-then": "ACTIVATED"}


def test_start_on_creation_acts_at_creation_only(stack, glue):
    name = unique("wf")
    stack.apply(workflow_of(name, name, start=False))
    stack.apply(workflow_of(name, name, start=True), update=True)
    assert glue.get_trigger(Name=f"{name}-then")["Trigger"]["State"] == "CREATED"


def test_deleting_the_stack_deletes_workflow_and_triggers(stack, glue):
    name = unique("wf")
    stack.apply(workflow_of(name, name))
    stack.delete()
    assert name not in glue.list_workflows()["Workflows"]
    assert f"{name}-then" not in glue.list_triggers()["TriggerNames"]


def test_a_crawler_without_its_bucket_fails_the_stack(stack):
    crawler = {
        "Type": "AWS::Glue::Crawler",
        "Properties": {
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "DatabaseName": "db",
            "Targets": {"S3Targets": [{"Path": "s3://no-such-bucket-here/x/"}]},
        },
    }
    assert stack.apply({"Role": ROLE, "Crawler": crawler}) == "ROLLBACK_COMPLETE"
    assert stack.reasons()[0].startswith("S3 bucket no-such-bucket-here does not exist.")


def test_a_crawlers_schedule_comes_and_goes_with_the_template(local_aws, stack):
    bucket, name = local_aws.bucket(), unique("crawler")
    crawler = {
        "Name": name,
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Targets": {"S3Targets": [{"Path": f"s3://{bucket}/"}]},
    }
    scheduled = {**crawler, "Schedule": {"ScheduleExpression": "cron(0 1 * * ? *)"}}
    of = {"Role": ROLE, "Crawler": {"Type": "AWS::Glue::Crawler", "Properties": scheduled}}
    assert stack.apply(of) == "CREATE_COMPLETE"
    get = local_aws.client("glue").get_crawler
    expected = {"ScheduleExpression": "cron(0 1 * * ? *)", "State": "SCHEDULED"}
    assert get(Name=name)["Crawler"]["Schedule"] == expected
    of["Crawler"]["Properties"] = crawler
    assert stack.apply(of, update=True) == "UPDATE_COMPLETE"
    assert "Schedule" not in get(Name=name)["Crawler"]
    stack.delete()


def test_triggers_of_every_type_come_from_a_template(local_aws, stack):
    job, workflow = local_aws.job("pass"), unique("wf")
    actions = [{"JobName": job}]

    def trigger(**properties):
        return {"Type": "AWS::Glue::Trigger", "Properties": {"Actions": actions, **properties}}

    nightly = {"Type": "SCHEDULED", "Schedule": "cron(0 1 * * ? *)"}
    batching = {"BatchSize": "5", "BatchWindow": 60}
    resources = {
        "Workflow": {"Type": "AWS::Glue::Workflow", "Properties": {"Name": workflow}},
        "Nightly": trigger(Name=f"{workflow}-nightly", **nightly, StartOnCreation=True),
        "Asleep": trigger(Name=f"{workflow}-asleep", **nightly),
        "Event": trigger(
            Name=f"{workflow}-event", Type="EVENT", WorkflowName={"Ref": "Workflow"}, EventBatchingCondition=batching
        ),
    }
    assert stack.apply(resources) == "CREATE_COMPLETE"
    get = local_aws.client("glue").get_trigger
    shown = {name: get(Name=f"{workflow}-{name}")["Trigger"] for name in ("nightly", "asleep", "event")}
    assert {name: found["State"] for name, found in shown.items()} == {
        "nightly": "ACTIVATED",
        "asleep": "CREATED",
        "event": "CREATED",
    }
    assert shown["nightly"]["Schedule"] == "cron(0 1 * * ? *)"
    assert shown["event"]["EventBatchingCondition"] == {"BatchSize": 5, "BatchWindow": 60}
    stack.delete()
