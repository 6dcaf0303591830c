"""What templates say of their pipelines: read, held against what is there, found on AWS."""

import json
import shlex

import pytest

from deploy import pynt_tasks
from deploy.bundle import Bundle
from deploy.pipelines import Pipelines
from deploy.project import QUERIES, SAMPLES, TEMPLATES
from glue_client.errors import DeployError, WrongCall
from tests.test_build import BUILD

SHARED = """
Resources: {Bucket: {Type: 'AWS::S3::Bucket'}}
Outputs: {Lake: {Value: !Ref Bucket, Export: {Name: !Sub '${AWS::StackName}-Lake'}}}
"""
JOBS = """
Metadata: {Pipeline: mine}
Parameters: {Source: {Type: String, Default: s3://a/b}, Flow: {Type: String, Default: flow-of-mine}}
Resources:
  Tables: {Type: 'AWS::Glue::Database', Properties: {CatalogId: '1', DatabaseInput: {Name: !Sub 'db_${Flow}'}}}
  Bucket: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !ImportValue shared-Lake}}
Outputs: {Flow: {Value: !Ref Flow, Export: {Name: !Sub '${AWS::StackName}-Flow'}}}
"""
FLOW = """
Metadata: {Pipeline: %s}
Resources:
  Flow: {Type: 'AWS::Glue::Workflow', Properties: {Name: !ImportValue jobs-Flow}}
  Machine: {Type: 'AWS::StepFunctions::StateMachine', Properties: {StateMachineName: m}}
  Topic: {Type: 'AWS::SNS::Topic'}
  Store: {Type: 'AWS::DynamoDB::Table', Properties: {TableName: store}}
"""
SAMPLE = {"Function": "samples.mine.land", "Rows": 10, "Bucket": "Lake", "Parameters": {"Source": "x.csv"}}
DEMO = {"Sample": SAMPLE, "Tables": ["one"], "Items": ["Store"], "Queries": ["first"], "Next": {"./pyntw up": "again"}}
SAID = {"Name": "mine", "Default": True, "Starts": "Flow", "Database": "Tables", "Demo": DEMO}


def without(mapping, key):
    return {name: value for name, value in mapping.items() if name != key}


@pytest.fixture
def described(tmp_path):
    """Gives the pipelines of a folder, in which flow.yml says this of its own."""

    def write(said=None, others=""):
        folder = tmp_path / "cloudformation"
        folder.mkdir()
        text = json.dumps(SAID if said is None else said)  # which is YAML too
        (folder / "shared.yml").write_text(SHARED)
        (folder / "jobs.yml").write_text(JOBS)
        (folder / "flow.yml").write_text(FLOW % text)
        if others:
            (folder / "other.yml").write_text(others)
        return Pipelines(Bundle(folder))

    return write


def test_a_pipeline_is_what_its_template_says(described):
    pipelines = described()
    [mine] = pipelines.all
    assert (mine.name, mine.is_default, pipelines.default) == ("mine", True, mine)
    assert (mine.starts.stack, mine.starts.logical_id) == ("flow", "Flow")
    assert (mine.database.stack, mine.database.logical_id) == ("jobs", "Tables")
    assert mine.demo.sample.module, mine.demo.sample.function == ("samples.mine", "land")
    assert (mine.demo.sample.rows, mine.demo.sample.seed, mine.demo.sample.prefix) == (10, 1, "")
    assert (mine.demo.tables, mine.demo.queries, mine.demo.next_steps) == (
        ("one",),
        ("first",),
        {"./pyntw up": "again"},
    )
    assert [(one.stack, one.logical_id) for one in mine.demo.items] == [("flow", "Store")]
    assert pipelines.planned_name(mine, mine.demo.items[0]) == "store"


def test_parts_have_the_names_that_templates_and_parameters_give(described):
    pipelines = described()
    [mine] = pipelines.all
    names = [pipelines.planned_name(mine, part) for part in (mine.starts, mine.database)]
    assert names == ["flow-of-mine", "db_flow-of-mine"]


def test_a_state_machine_may_start_a_pipeline(described):
    pipelines = described({**SAID, "Starts": "Machine"})
    [mine] = pipelines.all
    assert (mine.starts.type, pipelines.planned_name(mine, mine.starts)) == ("AWS::StepFunctions::StateMachine", "m")


def test_a_part_that_is_not_deployed_is_called_as_planned(aws, described):
    pipelines = described()
    [mine] = pipelines.all
    assert pipelines.name_of(aws, mine, mine.starts) == "flow-of-mine"
    assert pipelines.database_of(aws, None) == pipelines.database_of(aws, "mine") == "db_flow-of-mine"


def test_a_deployed_part_is_called_as_its_stack_says(aws, described, unique):
    pipelines = described()
    tables = {"Type": "AWS::Glue::Database", "Properties": {"CatalogId": "0", "DatabaseInput": {"Name": unique}}}
    body = json.dumps({"Resources": {"Tables": tables}})
    aws.cloudformation.create_stack(StackName="jobs", TemplateBody=body)
    try:
        aws.cloudformation.get_waiter("stack_create_complete").wait(StackName="jobs", WaiterConfig={"Delay": 1})
        assert pipelines.database_of(aws, None) == unique
    finally:
        aws.cloudformation.delete_stack(StackName="jobs")


def test_a_call_names_a_pipeline_that_is_not_the_default(described):
    assert described().all[0].call("up") == "./pyntw up"


def test_without_a_default_pipeline_one_must_be_named(described):
    pipelines = described(without(SAID, "Default"))
    assert pipelines.chosen("mine").call("up") == "./pyntw 'up[pipeline=mine]'"
    assert pipelines.database_of(None, None) is None
    with pytest.raises(WrongCall, match="no pipeline is the default one: say pipeline=…; the pipelines are mine"):
        pipelines.chosen(None)


def test_a_pipeline_that_says_its_name_alone_is_one(described):
    pipelines = described("mine")
    assert [one.name for one in pipelines.all] == ["mine"]
    with pytest.raises(WrongCall, match='there is no demo of "mine"; there are demos of none'):
        pipelines.to_show("mine")


OTHER = "Metadata: {Pipeline: {Name: NAME}}\nResources: {T: {Type: 'AWS::SNS::Topic'}}"


def test_the_default_pipeline_comes_first_in_the_names(described):
    pipelines = described(others=OTHER.replace("NAME", "a-first-one"))
    assert pipelines.names == ["mine", "a-first-one"]
    assert pipelines.with_demo == ["mine"]


def test_no_pipeline_has_the_name_that_means_all(described):
    with pytest.raises(DeployError) as caught:
        described(others=OTHER.replace("NAME", "all"))
    assert str(caught.value).splitlines() == [
        'error: no pipeline may be called "all", which means each of them',
        "  seen: Metadata.Pipeline of other.yml",
        "  next: name it otherwise",
    ]


PLACE = "Metadata.Pipeline of flow.yml: "
DEMO_PLACE = "Metadata.Pipeline.Demo of flow.yml: "
SAMPLE_PLACE = "Metadata.Pipeline.Demo.Sample of flow.yml: "
WRONG = {  # what is said; what failed, what was seen
    "unknown key": (
        {**SAID, "Start": "Flow"},
        PLACE + 'there is no key "Start"',
        "it takes Name, Default, Starts, Database, Backfill, Demo",
    ),
    "no such workflow": (
        {**SAID, "Starts": "Floww"},
        PLACE + "Starts names Floww, and no such resource is there",
        "of the type AWS::Glue::Workflow or AWS::StepFunctions::StateMachine: flow.yml: Flow, flow.yml: Machine",
    ),
    "no workflow": (
        {**SAID, "Starts": "Topic"},
        PLACE + "Starts names Topic, and no such resource is there",
        "of the type AWS::Glue::Workflow or AWS::StepFunctions::StateMachine: flow.yml: Flow, flow.yml: Machine",
    ),
    "no such database": (
        {**SAID, "Database": "Bucket"},
        PLACE + "Database names Bucket, and no such resource is there",
        "of the type AWS::Glue::Database: jobs.yml: Tables",
    ),
    "not true": ({**SAID, "Default": "yes"}, PLACE + "Default is not true or false", "'yes'"),
    "no mapping": ({**SAID, "Demo": ["x"]}, "Metadata.Pipeline.Demo of flow.yml is no mapping", "['x']"),
    "demo without start": (
        without(SAID, "Starts"),
        DEMO_PLACE + "a demo needs Starts and Database beside it",
        "it takes what starts the pipeline and the database of its tables",
    ),
    "no sample": (
        {**SAID, "Demo": without(DEMO, "Sample")},
        DEMO_PLACE + "Sample is missing",
        "a demo runs on a sample",
    ),
    "no tables": (
        {**SAID, "Demo": without(DEMO, "Tables")},
        DEMO_PLACE + "Tables is missing",
        "a demo compares what is in its tables",
    ),
    "no table name": (
        {**SAID, "Demo": {**DEMO, "Tables": ['a"; DROP TABLE b']}},
        DEMO_PLACE + 'Tables names a"; DROP TABLE b',
        "a name has small letters, digits, _ and -",
    ),
    "table twice": (
        {**SAID, "Demo": {**DEMO, "Tables": ["a", "a"]}},
        DEMO_PLACE + "Tables is no list of texts that differ",
        "['a', 'a']",
    ),
    "no such items": (
        {**SAID, "Demo": {**DEMO, "Items": ["Topic"]}},
        DEMO_PLACE + "Items names Topic, and no such resource is there",
        "of the type AWS::DynamoDB::Table: flow.yml: Store",
    ),
    "no function": (
        {**SAID, "Demo": {**DEMO, "Sample": {**SAMPLE, "Function": "os.system"}}},
        SAMPLE_PLACE + "Function is no samples.<module>.<function>: os.system",
        "as in samples.mine.land",
    ),
    "no rows": (
        {**SAID, "Demo": {**DEMO, "Sample": without(SAMPLE, "Rows")}},
        SAMPLE_PLACE + "Rows is missing",
        "it has Function, Bucket, Parameters",
    ),
    "rows as a text": (
        {**SAID, "Demo": {**DEMO, "Sample": {**SAMPLE, "Rows": "ten"}}},
        SAMPLE_PLACE + "Rows is not a whole number",
        "'ten'",
    ),
    "too few rows": (
        {**SAID, "Demo": {**DEMO, "Sample": {**SAMPLE, "Rows": 0}}},
        SAMPLE_PLACE + "Rows is 0",
        "a sample has at least one row",
    ),
    "no such bucket": (
        {**SAID, "Demo": {**DEMO, "Sample": {**SAMPLE, "Bucket": "Pond"}}},
        SAMPLE_PLACE + "Bucket names the output Pond, which no stack of it has",
        "Lake, Flow",
    ),
    "no such parameter": (
        {**SAID, "Demo": {**DEMO, "Sample": {**SAMPLE, "Parameters": {"Sauce": "x.csv"}}}},
        SAMPLE_PLACE + "Parameters names Sauce, which none of its templates has",
        "they have Source, Flow",
    ),
    "parameters as a list": (
        {**SAID, "Demo": {**DEMO, "Sample": {**SAMPLE, "Parameters": {"Source": 3}}}},
        SAMPLE_PLACE + "Parameters is no mapping from texts to texts",
        "{'Source': 3}",
    ),
    "backfill by what is no workflow": (
        {**SAID, "Backfill": {"Starts": "Machine", "Property": "day"}},
        "Metadata.Pipeline.Backfill of flow.yml: Starts names Machine, and no such resource is there",
        "of the type AWS::Glue::Workflow: flow.yml: Flow",
    ),
    "backfill by nothing": (
        {**SAID, "Backfill": {"Property": "day"}},
        "Metadata.Pipeline.Backfill of flow.yml: Starts is missing",
        "a backfill runs a workflow for each day",
    ),
    "backfill of no day": (
        {**SAID, "Backfill": {"Starts": "Flow"}},
        "Metadata.Pipeline.Backfill of flow.yml: Property is missing",
        "it has Starts",
    ),
}


def test_what_runs_one_day_is_known(described):
    pipelines = described({**SAID, "Backfill": {"Starts": "Flow", "Property": "day"}})
    pipeline, backfill = pipelines.to_fill(None)
    assert (pipeline.name, backfill.starts.logical_id, backfill.property) == ("mine", "Flow", "day")


def test_a_pipeline_that_nothing_runs_for_a_day_is_refused(described):
    with pytest.raises(WrongCall, match='nothing runs a day of the pipeline "mine"; what does say none'):
        described().to_fill("mine")


@pytest.mark.parametrize(("said", "failed", "seen"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_is_told_with_its_place(described, said, failed, seen):
    with pytest.raises(DeployError) as caught:
        described(said)
    assert (caught.value.failed, caught.value.seen) == (failed, seen)
    assert caught.value.next_step.endswith(" cloudformation/flow.yml")


def test_two_descriptions_of_one_pipeline_are_refused(described):
    other = "Metadata: {Pipeline: {Name: mine}}\nResources: {T: {Type: 'AWS::SNS::Topic'}}"
    with pytest.raises(DeployError) as caught:
        described(others=other)
    assert caught.value.failed == "pipeline mine is described more than once"
    assert caught.value.seen == "Metadata.Pipeline is a mapping in flow.yml, other.yml"


def test_two_default_pipelines_are_refused(described):
    other = "Metadata: {Pipeline: {Name: other, Default: true}}\nResources: {T: {Type: 'AWS::SNS::Topic'}}"
    with pytest.raises(DeployError, match="there is more than one default pipeline") as caught:
        described(others=other)
    assert caught.value.seen == "Default: true stands in the templates of mine, other"


@pytest.mark.parametrize("said", [{"Default": True}, {"Name": 3}, "No Name", ["mine"], "../mine"])
def test_a_pipeline_without_a_name_is_refused(described, said):
    with pytest.raises(DeployError, match=r"flow\.yml gives its pipeline no name"):
        described(said)


@pytest.fixture(scope="module")
def own():
    return Pipelines(Bundle(TEMPLATES))


def test_the_projects_own_pipelines_name_what_is_there(own):
    assert {one.name for one in own.all} >= {"sales", "stedi", "store"}
    assert own.default.name == "sales"
    for one in [one for one in own.all if one.demo]:
        one.demo.check_files(SAMPLES, QUERIES)


def test_the_projects_own_parts_have_the_names_that_their_users_know(own):
    parts = {one.name: [part for part in (one.starts, one.database) if part] for one in own.all}
    names = {one.name: [own.planned_name(one, part) for part in parts[one.name]] for one in own.all}
    known = {"sales": ["etl-workflow", "etl_poc_database"], "stedi": ["stedi-workflow", "stedi"]}
    known["store"] = ["store-pipeline", "store"]
    assert {name: names[name] for name in known} == known


def test_what_to_try_next_are_right_calls(own):
    for call in [call for one in own.all if one.demo for call in one.demo.next_steps]:
        program, *words = shlex.split(call)
        assert program == "./pyntw"
        assert [pynt_tasks.resolve(BUILD, word)[0].name for word in words] == [word.partition("[")[0] for word in words]
