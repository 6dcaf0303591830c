"""The two stacks of the store: bucket, jobs, roles, state machine with its definition, notices, schedule and budget."""

import ast
import json
import re

import pytest

from samples.store import SOURCES
from tests.cloudformation.conftest import without_key

JOBS = {"InventoryJob": "inventory", "SocialJob": "social", "SalesJob": "sales"}
GIVEN_BY_GLUE = {
    *("--extra-py-files", "--TempDir", "--job-language", "--job-bookmark-option", "--enable-metrics"),
    *("--enable-observability-metrics", "--enable-job-insights", "library-set"),
}
RETRIED = {"Glue.ConcurrentRunsExceededException", "Glue.ThrottlingException"}


@pytest.fixture(scope="module")
def lake(of_type):
    """Gives the resources of a type of the stack with the data: properties by logical id."""
    return lambda kind: without_key(of_type(kind, "store"))


@pytest.fixture(scope="module")
def pipeline(templates):
    return without_key(templates["store-pipeline"]["Resources"])


@pytest.fixture(scope="module")
def definition(root):
    return json.loads((root / "glue_scripts" / "store" / "pipeline.asl.json").read_text())


def test_the_bucket_is_guarded_as_the_others(lake, of_type):
    (bucket,) = lake("AWS::S3::Bucket").values()
    other = of_type("AWS::S3::Bucket")["RawBucket"]
    same = ("BucketEncryption", "PublicAccessBlockConfiguration", "OwnershipControls", "VersioningConfiguration")
    assert {name: bucket[name] for name in same} == {name: without_key(other[name]) for name in same}
    assert bucket["BucketName"] == {"Fn::Sub": "etl-poc-store-${AWS::AccountId}-${AWS::Region}"}
    (policy,) = lake("AWS::S3::BucketPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_silver_jobs_run_their_scripts_on_their_own_folders(lake):
    jobs = lake("AWS::Glue::Job")
    assert set(jobs) == {*JOBS, "GoldJob", "GoldAthenaJob"}
    for key, source in JOBS.items():
        job, given = jobs[key], jobs[key]["DefaultArguments"]
        assert job["Name"] == f"store-silver-{source}"
        assert (
            job["Command"]["ScriptLocation"]["Fn::Sub"][0] == f"s3://${{Bucket}}/glue_scripts/store/silver_{source}.py"
        )
        assert [given[name]["Fn::Sub"] for name in ("--source_path", "--target_path", "--rejected_path")] == [
            f"s3://${{LakeBucket}}/{zone}/{source}/" for zone in ("bronze", "silver", "rejected")
        ]
        assert given["--table"] == f"silver_{source}"
        assert job["ExecutionProperty"] == {"MaxConcurrentRuns": 1}


@pytest.mark.parametrize(
    ("keys", "script"), [(list(JOBS), "lake"), (["GoldJob"], "gold"), (["GoldAthenaJob"], "gold_athena")]
)
def test_jobs_get_the_arguments_that_their_scripts_ask_for(lake, root, definition, keys, script):
    tree = ast.parse((root / "glue_scripts" / "store" / f"{script}.py").read_text())
    asked = {
        one.value
        for call in ast.walk(tree)
        if isinstance(call, ast.FunctionDef) and call.name == "main"
        for one in ast.walk(call)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and re.fullmatch(r"[a-z_]+", one.value)
    }
    of_states = {"--name"} if script != "lake" else set()
    for key in keys:
        given = {*lake("AWS::Glue::Job")[key]["DefaultArguments"], *of_states} - GIVEN_BY_GLUE
        assert {name.removeprefix("--") for name in given} <= asked, key
        assert {"database"} <= {name.removeprefix("--") for name in given}
    assert "--name.$" in json.dumps(definition)


def test_as_many_gold_jobs_run_side_by_side_as_the_state_machine_starts(lake, definition):
    for key in ("GoldJob", "GoldAthenaJob"):
        most = lake("AWS::Glue::Job")[key]["ExecutionProperty"]["MaxConcurrentRuns"]
        assert definition["States"]["Gold"]["MaxConcurrency"] == most == 3


def test_gold_is_what_there_are_queries_for(definition, root):
    files = {path.stem for path in (root / "glue_scripts" / "store" / "gold").glob("*.sql")}
    assert set(definition["States"]["List gold"]["Result"]) == files


def folders(role, action):
    """Places in the lake that a role may use."""
    statements = [one for policy in role["Policies"] for one in policy["PolicyDocument"]["Statement"]]
    nodes = [node for one in statements if action in one["Action"] for node in [one["Resource"]]]
    return {
        text.removeprefix("${LakeBucket.Arn}/") for text in re.findall(r"\$\{LakeBucket\.Arn\}/[\w/*]+", str(nodes))
    }


def test_each_role_reaches_its_own_zones_only(lake):
    roles = lake("AWS::IAM::Role")
    assert {name: folders(role, "s3:PutObject") for name, role in roles.items()} == {
        "SilverRole": {"_staging*", "silver/*", "rejected/*"},
        "GoldRole": {"_staging*", "gold/*"},
        "GoldAthenaRole": {"_staging/*", "gold/*"},
        "BronzeCrawlerRole": set(),
    }
    for name in ("GoldRole", "GoldAthenaRole"):
        assert not any("bronze" in place for place in folders(roles[name], "s3:GetObject"))
    assert folders(roles["BronzeCrawlerRole"], "s3:GetObject") == {"bronze/*"}


def test_the_crawler_has_a_folder_for_each_table(lake):
    (crawler,) = lake("AWS::Glue::Crawler").values()
    paths = [target["Path"]["Fn::Sub"] for target in crawler["Targets"]["S3Targets"]]
    assert paths == [f"s3://${{LakeBucket}}/bronze/{source}/" for source in SOURCES]


# The state machine


def states_of(machine):
    """All states, those within branches and iterations too."""
    for name, state in machine["States"].items():
        yield name, state
        for inner in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            yield from states_of(inner)


def test_the_template_fills_in_what_the_definition_leaves_open(pipeline, definition):
    open_places = set(re.findall(r"\$\{(\w+)\}", json.dumps(definition)))
    assert set(pipeline["StateMachine"]["Properties"]["DefinitionSubstitutions"]) == open_places
    assert "arn:aws:" not in json.dumps(definition)


def test_the_definition_passes_cfn_lint_too(definition):
    from cfnlint.api import ManualArgs, lint

    role = "arn:aws:iam::123456789012:role/x"
    properties = {"RoleArn": role, "Definition": definition}
    template = {"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}}
    text = json.dumps(template).replace("${Partition}", "aws")
    settings = ManualArgs(include_checks=["I"], regions=["us-east-1"], ignore_checks=["W1031", "E1029"])
    found = lint(text, config=settings)
    assert [f"{one.rule.id}: {one.message}" for one in found] == []


def test_silver_runs_side_by_side_and_gold_after_it(definition):
    top = definition["States"]
    silver, gold = top["Silver"], top["Gold"]
    assert definition["StartAt"] == "Silver"
    jobs = [state["Parameters"].get("JobName") for branch in silver["Branches"] for state in branch["States"].values()
            if "Parameters" in state]  # fmt: skip
    assert [job for job in jobs if job] == ["${InventoryJob}", "${SocialJob}", "${SalesJob}"]
    assert (silver["Next"], top["List gold"]["Next"], gold["Next"]) == ("List gold", "Gold", "Tell of success")


def test_what_can_pass_is_tried_again_with_growing_pauses(definition):
    tasks = [state for _, state in states_of(definition) if state["Type"] == "Task"]
    for state in tasks:
        (retry,) = state["Retry"]
        assert retry["BackoffRate"] > 1
        assert retry["MaxAttempts"] >= 3
        if state["Resource"].endswith("glue:startJobRun.sync"):
            assert set(retry["ErrorEquals"]) >= RETRIED
            assert "States.ALL" not in retry["ErrorEquals"]
        elif ":glue:" in state["Resource"]:
            assert "Glue.ThrottlingException" in retry["ErrorEquals"]


def test_every_error_of_silver_and_gold_is_told(definition):
    top = definition["States"]
    for name in ("Silver", "Gold"):
        assert top[name]["Catch"] == [
            {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "What failed?"}
        ]
    for name in ("Tell of the failed job", "Tell of the error"):
        assert (top[name]["Next"], [one["Next"] for one in top[name]["Catch"]]) == ("Failed", ["Failed"])
        assert "$$.Execution.Id" in top[name]["Parameters"]["Message.$"]


def statements(pipeline, role):
    (policy,) = pipeline[role]["Properties"]["Policies"]
    return {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"]}


def test_the_state_machine_may_use_its_jobs_its_crawler_and_its_topic_only(pipeline):
    may = statements(pipeline, "StateMachineRole")
    assert set(may) == {"RunJobs", "Crawl", "Tell", "DeliverLogs", "Trace"}
    assert may["Tell"]["Resource"] == {"Ref": "Notices"}
    jobs = re.findall(r"\$\{StoreStack\}-([\w${}]+)", str(may["RunJobs"]["Resource"]))
    assert jobs == [*JOBS, "Gold${GoldEngine}Job"]
    everything = {sid: one["Action"] for sid, one in may.items() if one["Resource"] == "*"}
    assert set(everything) == {"DeliverLogs", "Trace"}
    assert all(action.startswith(("logs:", "xray:")) for actions in everything.values() for action in actions)


@pytest.mark.parametrize(("role", "service"), [("StateMachineRole", "states"), ("ScheduleRole", "scheduler")])
def test_roles_are_for_one_service_of_this_account(pipeline, role, service):
    (trust,) = pipeline[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert "*" not in str(statements(pipeline, "ScheduleRole"))


def test_executions_are_logged_and_traced(pipeline):
    machine = pipeline["StateMachine"]["Properties"]
    assert machine["TracingConfiguration"] == {"Enabled": True}
    logging = machine["LoggingConfiguration"]
    assert logging["Level"] == "ALL"
    assert logging["Destinations"] == [
        {"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["ExecutionLogs", "Arn"]}}}
    ]


def test_the_topic_is_encrypted_and_nobody_else_is_let_in(pipeline):
    assert pipeline["Notices"]["Properties"]["KmsMasterKeyId"] == "alias/aws/sns"
    assert "AWS::SNS::TopicPolicy" not in {one["Type"] for one in pipeline.values()}


def test_without_an_address_there_is_neither_subscription_nor_budget(templates, pipeline):
    template = templates["store-pipeline"]
    assert template["Parameters"]["NoticeEmail"]["Default"] == ""
    assert {key for key, one in pipeline.items() if one.get("Condition") == "HasEmail"} == {
        "NoticeSubscription",
        "Budget",
    }
    pattern = template["Parameters"]["NoticeEmail"]["AllowedPattern"]
    addresses = ["", "a@example.com", "a b@example.com", "a@example", "a"]
    assert [one for one in addresses if re.search(pattern, one)] == ["", "a@example.com"]


def test_the_budget_tells_at_eighty_and_at_a_hundred_percent(pipeline):
    budget = pipeline["Budget"]["Properties"]
    limits = [one["Notification"]["Threshold"] for one in budget["NotificationsWithSubscribers"]]
    assert limits == [80, 100]
    assert budget["Budget"]["BudgetLimit"] == {"Amount": {"Ref": "MonthlyBudget"}, "Unit": "USD"}
    for one in budget["NotificationsWithSubscribers"]:
        assert one["Subscribers"] == [{"SubscriptionType": "EMAIL", "Address": {"Ref": "NoticeEmail"}}]


def test_it_runs_by_itself_only_when_told_to(templates, pipeline):
    assert pipeline["Schedule"]["Properties"]["State"] == {"Ref": "ScheduleState"}
    assert templates["store-pipeline"]["Parameters"]["ScheduleState"]["Default"] == "DISABLED"
