"""Each rule finds its fault, at its line, and nothing in the pipeline without one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_glue.lint import rules

ROOT = Path(__file__).parents[3]

FETCH = "ScriptLocation: !Sub 's3://${Bucket}/jobs/fetch.py'"
CONDITION = "{LogicalOperator: EQUALS, JobName: !Ref Fetch, State: SUCCEEDED}"
AFTER_FETCH = "        - JobName: clean-orders\n          Arguments:\n            --day: today\n"
FAULTS = {
    "E9301": [
        (
            AFTER_FETCH,
            "        - JobName: clean-orders\n",
            "- JobName: clean-orders",
            "without --day, which clean.py requires",
        ),
        ("--url: !Ref SourceUrl", "--retries: 3", "- JobName: !Ref Fetch", "Start starts job Fetch without --url"),
    ],
    "W9302": [
        ("--day: today", "--day: today\n            --dya: x", "--dya", "does not read --dya; take it out"),
        (
            "--url: !Ref SourceUrl",
            "--url: x\n        retries: '3'",
            "retries:",
            "cannot read retries; call it --retries",
        ),
    ],
    "I9304": [
        (FETCH, "ScriptLocation: s3://else/get.py", "s3://else/get.py", "no one Python file here is s3://else/get.py")
    ],
    "E9310": [
        (
            CONDITION,
            "{JobName: !Ref Fetch, State: SUCCEEDED}",
            "Properties:",
            "Logical operator cannot be null or empty",
        ),
        ("cron(0 3 * * ? *)", "cron(0 3 * * * *)", "Properties:", "a ? as exactly one of Day-of-month and Day-of-week"),
    ],
    "W9311": [
        (
            "      Schedule: cron(0 3 * * ? *)\n      StartOnCreation: true",
            "      Schedule: cron(0 3 * * ? *)",
            "Properties:",
            "scheduled trigger Start never fires",
        ),
    ],
    "E9312": [
        (CONDITION, CONDITION.replace("SUCCEEDED", "CANCELLED"), "CANCELLED", "SUCCEEDED, STOPPED, FAILED, TIMEOUT"),
    ],
    "W9313": [
        (AFTER_FETCH, AFTER_FETCH.replace("orders", "order"), "clean-order\n", "name clean-orders, which Clean is"),
        (CONDITION, CONDITION.replace("!Ref Fetch", "fetcher"), "fetcher", "deploy it first"),
    ],
    "E9314": [
        (
            "        - JobName: !Ref Fetch\n",
            "        - CrawlerName: !Ref Crawler\n",
            CONDITION,
            "never fires; start it by a trigger",
        ),
    ],
    "E9315": [
        ("cron(0 3 * * ? *)", "cron(0 3 30 2 ? *)", "30 2", "is never due"),
        ("cron(0 3 * * ? *)", "cron(0 3 * * ? 2024)", "2024", "is never due"),
    ],
    "E9316": [("        Logical: ANY\n", "", "Predicate:", "has 2 conditions and no Logical; say AND or ANY")],
    "E9320": [
        (
            "      Type: CONDITIONAL\n      StartOnCreation: true\n      Predicate:\n        Conditions:\n          - "
            + CONDITION
            + "\n",
            "      Type: ON_DEMAND\n",
            "Type: ON_DEMAND",
            "AfterFetch is the second start trigger",
        ),
    ],
    "W9321": [
        (
            "      Type: SCHEDULED\n      Schedule: cron(0 3 * * ? *)\n",
            (
                "      Type: CONDITIONAL\n"
                "      Predicate: {Conditions: [{LogicalOperator: EQUALS, JobName: !Ref Clean, State: FAILED}]}\n"
            ),
            "Workflow:",
            "workflow Workflow has no start trigger",
        ),
    ],
    "E9322": [
        ("        - CrawlerName: !Ref Crawler\n", "        - JobName: !Ref Fetch\n", "After", "in a circle"),
    ],
    "W9323": [
        (
            "        - CrawlerName: !Ref Crawler\n",
            (
                "        - CrawlerName: !Ref Crawler\n\n  Late:\n    Type: AWS::Glue::Trigger\n"
                "    DependsOn: AfterClean\n"
                "    Properties:\n      WorkflowName: !Ref Workflow\n      Type: CONDITIONAL\n"
                "      StartOnCreation: true\n"
                "      Predicate: {Conditions: [{LogicalOperator: EQUALS, JobName: !Ref Clean, State: TIMEOUT}]}\n"
                "      Actions: [{CrawlerName: !Ref Crawler}]\n"
            ),
            "CrawlerName: !Ref Crawler",
            "Late may start it while a run that AfterClean started goes on",
        ),
        (
            "        - CrawlerName: !Ref Crawler\n",
            "        - CrawlerName: !Ref Crawler\n        - CrawlerName: !Ref Crawler\n",
            "- CrawlerName",
            "runs once at a time",
        ),
        (
            "--day: today\n",
            "--day: today\n        - JobName: clean-orders\n          Arguments: {--day: yesterday}\n",
            "- JobName: clean-orders",
            "raise ExecutionProperty.MaxConcurrentRuns of job Clean",
        ),
    ],
    "W9324": [
        (
            "DatabaseName: orders",
            "DatabaseName: orders\n      Schedule: {ScheduleExpression: cron(0 4 * * ? *)}",
            "Schedule:",
            "and AfterClean starts it too",
        ),
    ],
    "I9325": [("    DependsOn: Start\n", "", "AfterFetch:", "chain them with DependsOn")],
    "I9326": [
        (
            "        - CrawlerName: !Ref Crawler\n",
            "        - CrawlerName: other\n",
            "Crawler:",
            "starts crawler Crawler",
        )
    ],
    "E9330": [
        (
            "NumberOfWorkers: 2",
            "NumberOfWorkers: 2\n      MaxCapacity: 2",
            "Properties:",
            "Please do not set Max Capacity",
        ),
        ("GlueVersion: '5.1'", "GlueVersion: '2.0'", "Properties:", "past its end of life"),
        ("MaxCapacity: 0.0625", "WorkerType: G.1X", "Properties:", "not supported for Job Command pythonshell"),
    ],
    "E9340": [("Service: glue.amazonaws.com", "Service: lambda.amazonaws.com", "Role:", "allow sts:AssumeRole")],
    "W9341": [("'${Bucket.Arn}/jobs/*'", "'${Bucket.Arn}/scripts/*'", "ScriptLocation", "no s3:GetObject on")],
    "W9342": [
        ("Resource: !GetAtt Bucket.Arn}", "Resource: 'arn:aws:s3:::other'}", "- Path:", "no s3:ListBucket on orders-"),
        ("${Bucket}/orders/*'", "${Bucket}/order/*'", "- Path:", "no s3:GetObject on orders-"),
    ],
    "W9350": [
        (
            "BucketName: !Sub orders-${AWS::AccountId}-${AWS::Region}",
            "BucketName: orders",
            "BucketName",
            "the account and the region",
        ),
        (
            "BucketName: !Sub orders-${AWS::AccountId}-${AWS::Region}",
            "BucketName: !Sub 'orders-${AWS::AccountId}'",
            "BucketName",
            "lacks the region",
        ),
    ],
    "I9351": [("Effect: Deny", "Effect: Allow", "Bucket:", "answers without TLS")],
}
CASES = [(rule, *one) for rule, cases in FAULTS.items() for one in cases]


def test_the_pipeline_has_no_fault(bench):
    assert bench.lint() == []


@pytest.mark.parametrize(
    ("rule", "old", "new", "line", "words"), CASES, ids=[f"{one[0]}-{n}" for n, one in enumerate(CASES)]
)
def test_a_fault_is_found_at_its_line(bench, rule, old, new, line, words):
    found = bench.lint((old, new))
    mine = [(number, sentence) for _, number, _, name, sentence in found if name == rule]
    assert mine, found
    assert any(line.strip() in bench.lines[number - 1] for number, _ in mine), [
        bench.lines[number - 1] for number, _ in mine
    ]
    assert any(words in sentence for _, sentence in mine), mine


def test_every_rule_has_a_fault_or_a_test_of_its_own():
    ids = {getattr(rules, name).id for name in rules.__all__}
    assert ids - set(FAULTS) == {"I9303", "E9305", "E9360", "W9361"}


def test_all_is_found_in_cfn_lints_own_command_too(bench, tmp_path):
    bench.lint(("--day: today", "--dya: today"))
    command = [Path(sys.executable).parent / "cfn-lint", tmp_path / "pipeline.yml", "-a", "local_glue.lint.rules"]
    found = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = subprocess.run(
        [*command, "-f", "parseable"], capture_output=True, text=True, check=False, env=found, cwd=tmp_path
    )
    assert said.stdout.count("\n") == 2
    assert ":W9302:" in said.stdout
    assert ":E9301:" in said.stdout
