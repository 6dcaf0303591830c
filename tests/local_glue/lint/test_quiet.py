"""What looks like a fault and is none, or cannot be told: no finding."""

import json

import pytest
from cfnlint.decode import cfn_yaml

from local_glue.lint import running
from tests.local_glue.lint.conftest import SCRIPTS, TEMPLATE

CONDITION = "{LogicalOperator: EQUALS, JobName: !Ref Fetch, State: SUCCEEDED}"
START = "      Type: SCHEDULED\n      Schedule: cron(0 3 * * ? *)\n      StartOnCreation: true\n"
PARAMETER = "Parameters:\n"
ENDS = "  Flag: {Type: String, Default: 'no'}\n\nConditions:\n  Flagged: !Equals [!Ref Flag, 'yes']\n\nResources:\n"
FLAG = ("\nResources:\n", ENDS)
QUIET = {
    "a job of another stack": [
        (
            "        - CrawlerName: !Ref Crawler\n",
            "        - CrawlerName: !Ref Crawler\n        - JobName: !ImportValue other\n",
        )
    ],
    "a job by a parameter": [
        (PARAMETER, f"{PARAMETER}  Other: {{Type: String}}\n"),
        (
            "        - CrawlerName: !Ref Crawler\n",
            "        - CrawlerName: !Ref Crawler\n        - JobName: !Ref Other\n",
        ),
    ],
    "activated by a parameter": [
        (PARAMETER, f"{PARAMETER}  On: {{Type: String, AllowedValues: ['true', 'false']}}\n"),
        (START, START.replace("StartOnCreation: true", "StartOnCreation: !Ref On")),
    ],
    "a schedule by a parameter": [
        (PARAMETER, f"{PARAMETER}  When: {{Type: String}}\n"),
        ("Schedule: cron(0 3 * * ? *)", "Schedule: !Ref When"),
    ],
    "Fn::If between two ways": [
        FLAG,
        (CONDITION, f"!If [Flagged, {CONDITION}, {CONDITION.replace('SUCCEEDED', 'FAILED')}]"),
        ("      MaxCapacity: 0.0625", "      MaxCapacity: !If [Flagged, 0.0625, 1]"),
        (
            "      WorkerType: G.1X\n      NumberOfWorkers: 2",
            (
                "      WorkerType: !If [Flagged, G.1X, !Ref AWS::NoValue]\n"
                "      NumberOfWorkers: !If [Flagged, 2, !Ref AWS::NoValue]\n"
                "      MaxCapacity: !If [Flagged, !Ref AWS::NoValue, 2]"
            ),
        ),
    ],
    "two ways to start, of which one is there": [
        FLAG,
        (
            "  Start:\n    Type: AWS::Glue::Trigger\n",
            (
                "  ByHand:\n    Type: AWS::Glue::Trigger\n    Condition: Flagged\n    DependsOn: AfterClean\n"
                "    Properties: {WorkflowName: !Ref Workflow, Type: ON_DEMAND, Actions: [{JobName: !Ref Fetch}]}\n\n"
                "  Start:\n    Type: AWS::Glue::Trigger\n    Condition: Unflagged\n"
            ),
        ),
    ],
    "either end of a job starts the same": [
        (
            "        - CrawlerName: !Ref Crawler\n",
            (
                "        - CrawlerName: !Ref Crawler\n\n  Retry:\n    Type: AWS::Glue::Trigger\n"
                "    DependsOn: AfterClean\n"
                "    Properties:\n      WorkflowName: !Ref Workflow\n      Type: CONDITIONAL\n"
                "      StartOnCreation: true\n"
                "      Predicate: {Conditions: [{LogicalOperator: EQUALS, JobName: !Ref Clean, State: FAILED}]}\n"
                "      Actions: [{CrawlerName: !Ref Crawler}]\n"
            ),
        ),
    ],
    "one of two triggers is there": [
        FLAG,
        (
            "        - CrawlerName: !Ref Crawler\n",
            (
                "        - CrawlerName: !Ref Crawler\n\n  Instead:\n    Type: AWS::Glue::Trigger\n"
                "    Condition: Flagged\n"
                "    DependsOn: AfterClean\n    Properties:\n      WorkflowName: !Ref Workflow\n"
                "      Type: CONDITIONAL\n"
                "      StartOnCreation: true\n"
                "      Predicate: {Conditions: [{LogicalOperator: EQUALS, JobName: !Ref Clean, State: SUCCEEDED}]}\n"
                "      Actions: [{CrawlerName: !Ref Crawler}]\n"
            ),
        ),
    ],
    "two conditions, of which one may exclude the other": [
        FLAG,
        ("      WorkerType: G.1X\n", "      WorkerType: !If [Flagged, G.1X, !Ref AWS::NoValue]\n"),
        (
            "      NumberOfWorkers: 2\n",
            (
                "      NumberOfWorkers: !If [Flagged, 2, !Ref AWS::NoValue]\n"
                "      MaxCapacity: !If [Unflagged, 2, !Ref AWS::NoValue]\n"
            ),
        ),
    ],
    "arguments that a mapping gives": [
        ("Arguments:\n            --day: today", "Arguments: !FindInMap [Days, All, Today]"),
    ],
    "the deployer chooses the bucket": [
        (PARAMETER, f"{PARAMETER}  Prefix: {{Type: String, Default: mine}}\n"),
        ("!Sub orders-${AWS::AccountId}-${AWS::Region}", "!Sub '${Prefix}-orders'"),
    ],
    "what starts a job is known in a deployment only": [
        (PARAMETER, f"{PARAMETER}  First: {{Type: String}}\n"),
        ("        - JobName: !Ref Fetch\n", "        - JobName: !Ref First\n        - JobName: !Ref Fetch\n"),
        (CONDITION, CONDITION.replace("!Ref Fetch", "!ImportValue fetch")),
    ],
    "rights by a policy of AWS": [
        (
            "      Policies:\n        - PolicyName: data\n",
            (
                "      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonS3FullAccess]\n"
                "      Policies:\n        - PolicyName: data\n"
            ),
        ),
        ("'${Bucket.Arn}/jobs/*'", "'${Bucket.Arn}/other/*'"),
    ],
    "rights by a policy that is elsewhere": [
        (
            "      Policies:\n        - PolicyName: data\n",
            "      ManagedPolicyArns: [!ImportValue more]\n      Policies:\n        - PolicyName: data\n",
        ),
        ("'${Bucket.Arn}/jobs/*'", "'${Bucket.Arn}/other/*'"),
    ],
    "a trust by the suffix of the partition": [
        ("Service: glue.amazonaws.com", "Service: !Sub 'glue.${AWS::URLSuffix}'")
    ],
    "parameters of Glue's own": [
        (
            "        --url: !Ref SourceUrl",
            "        --url: !Ref SourceUrl\n        --additional-python-modules: x\n        library-set: analytics",
        ),
    ],
    "actions that a macro makes": [
        (
            "      Actions:\n        - JobName: !Ref Fetch\n",
            "      Actions:\n        - JobName: !Ref Fetch\n        - Fn::Transform: {Name: Mine}\n",
        )
    ],
}


@pytest.mark.parametrize("what", QUIET)
def test_it_is_no_finding(bench, what):
    assert bench.lint(*QUIET[what]) == []


@pytest.mark.parametrize(
    "text",
    [
        SCRIPTS["clean.py"].replace('"day", "target"]', '"day"] + more()'),
        SCRIPTS["clean.py"] + "import click\n",
        SCRIPTS["clean.py"] + "print(sys.argv[1:])\n",
    ],
)
def test_a_script_that_reads_arguments_in_its_own_way(bench, text):
    change = ("--day: today", "--day: today\n            --anything: x")
    assert bench.lint(change, scripts={"clean.py": text}) == []
    assert [one[3] for one in bench.lint(change, scripts={"clean.py": SCRIPTS["clean.py"]})] == ["W9302"]


def test_json_is_read_with_its_lines(bench):
    template = json.dumps(cfn_yaml.loads(TEMPLATE), indent=1)
    assert bench.lint(template=template, name="pipeline.json") == []
    found = bench.lint(('"--day"', '"--dya"'), template=template, name="pipeline.json")
    places = {one[3]: bench.lines[one[1] - 1].strip() for one in found}
    assert places["W9302"] == '"--dya": "today"'
    assert set(places) == {"E9301", "W9302"}


def test_a_template_that_a_transform_expands(bench):
    head = "Transform: AWS::Serverless-2016-10-31\n"
    machine = (
        "\n  Machine:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n"
        "        StartAt: Clean\n"
        "        States:\n          Clean:\n            Type: Task\n            End: true\n"
        "            Resource: arn:aws:states:::glue:startJobRun.sync\n"
        "            Parameters: {JobName: clean-orders, Arguments: {--day.$: $.day}}\n"
    )
    assert bench.lint(template=head + TEMPLATE + machine) == []
    wrong = machine.replace(", Arguments: {--day.$: $.day}", "")
    found = bench.lint(template=head + TEMPLATE + wrong)
    assert [(one[3], one[4].partition(",")[0]) for one in found] == [
        ("E9301", "Machine starts job Clean without --day")
    ]
    assert bench.lines[found[0][1] - 1].strip() == "Machine:"


@pytest.mark.usefixtures("bench")
def test_templates_that_are_given_together_know_each_other(tmp_path):
    jobs, at, triggers = TEMPLATE.partition("  Workflow:\n")
    outputs = "".join(
        f"  {name}: {{Value: !Ref {name}, Export: {{Name: !Sub '${{AWS::StackName}}-{name}'}}}}\n"
        for name in ("Fetch", "Clean", "Crawler")
    )
    (tmp_path / "jobs.yml").write_text(f"{jobs}\nOutputs:\n{outputs}")
    for name in ("Fetch", "Clean", "Crawler"):
        triggers = triggers.replace(f"!Ref {name}", f"!ImportValue jobs-{name}")
    (tmp_path / "flow.yml").write_text(f"Resources:\n{at}{triggers}")
    both = [str(tmp_path / name) for name in ("jobs.yml", "flow.yml")]
    assert running.findings(both, ours_alone=True) == []
    (tmp_path / "flow.yml").write_text(f"Resources:\n{at}{triggers.replace('--day', '--dya')}")
    found = running.findings(both, ours_alone=True)
    assert [(one[0], one[3]) for one in found] == [(both[1], "E9301"), (both[1], "W9302")]
    assert [one[3] for one in running.findings(both[1:], ours_alone=True)] == ["W9313"]  # the name of a job, alone
