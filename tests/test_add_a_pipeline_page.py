"""The page about adding a pipeline, word for word: its files in a copy of the project, their demo on a local AWS."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "add-a-pipeline.md"
TEXT = PAGE.read_text(encoding="utf-8")
PACKAGES = ("deploy", "glue_client", "local_aws", "local_glue", "samples")
COPIED = (".cfnlintrc", "build.py", "cloudformation", "glue_scripts", "queries", *PACKAGES)
FILES = [
    "cloudformation/weather.yml",
    "glue_scripts/weather/hottest.py",
    "samples/weather.py",
    "queries/weather/hottest.sql",
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The project with the page's files in it."""
    folder = tmp_path_factory.mktemp("project")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    for name, body in re.findall(r"^## [^`\n]*`([\w./-]+)`\n.*?^```\w+\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL):
        assert not (folder / name).exists()
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(body, encoding="utf-8")
    return folder


def run(folder, *command):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    return subprocess.run(
        [*map(str, command)], cwd=folder, env=environment, capture_output=True, text=True, timeout=280, check=False
    )


def task(folder, *words):
    """A task of the copy, as the page calls it."""
    return run(folder, sys.executable, folder / "build.py", *words)


@pytest.fixture(scope="module")
def demo(copy):
    [call] = re.findall(r"`\./pyntw '(demo\[.*?\])'`", TEXT)
    return task(copy, call)


def test_the_page_is_short():
    assert len(TEXT.splitlines()) < 100


def test_the_page_gives_a_file_of_each_kind(copy):
    assert [name for name in FILES if not (copy / name).is_file()] == []
    assert re.findall(r"^## .*`(.*)`$", TEXT, re.MULTILINE) == FILES


def test_its_demo_finds_what_was_planted(demo):
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "weather-workflow: COMPLETED" in demo.stdout
    # 1,000 days in 50 cities: that one of them has none is as likely as 50 * 0.98 ** 1000, a ten-millionth.
    assert re.findall(r"^hottest_days +(\d+) +(\d+)$", demo.stdout, re.MULTILINE) == [("50", "50")]


def test_its_query_is_answered(demo):
    answer = demo.stdout.partition("./pyntw 'query[hottest]'\n")[2].splitlines()
    assert answer[0].split() == ["city", "degrees"]
    degrees = [int(line.split()[1]) for line in answer[2:7]]
    assert degrees == sorted(degrees, reverse=True)
    assert max(degrees) <= 40


def test_its_template_is_as_good_as_the_others(copy):
    linted = run(copy, Path(sys.executable).parent / "cfn-lint", "--include-checks", "I", "--", FILES[0])
    assert (linted.returncode, linted.stdout) == (0, "")


def test_its_python_is_as_good_as_the_other(copy):
    for arguments in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        files = [name for name in FILES if name.endswith(".py")]
        linted = run(
            copy, Path(sys.executable).parent / "ruff", *arguments, "--config", ROOT / "pyproject.toml", *files
        )
        assert (len(files), linted.returncode) == (2, 0), linted.stdout


def test_it_is_drawn(copy):
    drawn = task(copy, "diagrams")
    assert drawn.returncode == 0, drawn.stderr
    names = {Path(line).name for line in drawn.stdout.splitlines()}
    assert names >= {"stacks.svg", "workflow.svg", "weather-stacks.svg", "weather-workflow.svg"}


def test_its_parts_are_known_to_the_tasks(copy):
    wrong = task(copy, "query[nope]").stderr
    assert "hottest" in wrong
    pipelines = task(copy, "up[pipeline=nope]").stderr.partition('there is no pipeline "nope"; the pipelines are ')[2]
    assert "weather" in pipelines.rstrip("\n").split(", ")


MACHINE = """\
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: climate-machine
      RoleArn: !GetAtt MachineRole.Arn
      DefinitionString: !Sub >-
        {"StartAt": "Load", "States": {"Load": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync",
        "Parameters": {"JobName": "${Job}"}, "End": true}}}
  MachineRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [
        {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: states.amazonaws.com}}]}
      Policies:
        - {PolicyName: runs, PolicyDocument: {Version: '2012-10-17', Statement: [
            {Effect: Allow, Action: ['glue:StartJobRun', 'glue:GetJobRun', 'glue:GetJobRuns', 'glue:BatchStopJobRun'],
             Resource: !Sub 'arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:job/${Job}'}]}}
"""


def test_one_that_a_state_machine_starts_runs_beside_it(copy, demo):
    assert demo.returncode == 0
    for name in FILES:
        text = (copy / name).read_text(encoding="utf-8").replace("weather", "climate")
        if name.endswith(".yml"):
            text = text.replace("Starts: Workflow", "Starts: Machine")
            text = text[: text.index("  Workflow:")] + MACHINE
        path = copy / name.replace("weather", "climate")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    said = task(copy, "demo[rows=200,pipeline=climate]")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "climate-machine: SUCCEEDED in" in said.stdout, said.stdout + said.stderr
    assert re.findall(r"state +Load \(climate-hottest\) (\w+)", said.stdout) == ["RUNNING", "SUCCEEDED"]
    [counts] = re.findall(r"^hottest_days +(\d+) +(\d+)$", said.stdout, re.MULTILINE)
    assert counts[0] == counts[1]
    drawn = task(copy, "diagrams")
    assert "climate-stacks.svg" in drawn.stdout
    assert "climate-machine.svg" in drawn.stdout
    assert "climate-workflow.svg" not in drawn.stdout


def test_the_demos_of_all_run_in_turn_and_one_that_differs_fails_them(copy, demo):
    """Here the page's pipeline and the one beside it are all: the others have end-to-end tests of their own."""
    assert demo.returncode == 0
    for path in [entry for entry in (copy / "cloudformation").iterdir() if entry.is_file()]:
        if path.stem not in ("basic-infra", "weather", "climate"):
            path.unlink()
    good = task(copy, "demo[pipeline=all,rows=1000]")
    assert good.returncode == 0, good.stdout + good.stderr
    summary = good.stdout[good.stdout.index("pipeline  ") :]
    assert re.findall(r"^(\w+) +(\d+) +(\d+) +[\d.]+ s$", summary, re.MULTILINE) == [
        ("climate", *["50"] * 2),
        ("weather", *["50"] * 2),
    ]
    sample = copy / "samples" / "climate.py"
    text = sample.read_text(encoding="utf-8")
    sample.write_text(text.replace('{"hottest_days": len(cities)}', '{"hottest_days": len(cities) + 1}'))
    wrong = task(copy, "demo[pipeline=all,rows=1000]")
    assert wrong.returncode == 1
    summary = wrong.stdout[wrong.stdout.index("pipeline  ") :]
    assert re.findall(r"^(\w+) +(\d+) +(\d+) ", summary, re.MULTILINE) == [
        ("climate", "51", "50"),
        ("weather", "50", "50"),
    ]
    assert wrong.stderr.splitlines()[-3:] == [
        "error: 1 demo of 2 failed",
        "  seen: climate: the tables do not hold what was planted: {'hottest_days': 50}",
        "  next: ./pyntw 'demo[pipeline=climate]' alone",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "failed"),
    [
        ("cloudformation/weather.yml", "Starts: Workflow", "Starts: Workflows", "Starts names Workflows, and no such"),
        ("samples/weather.py", "def land(", "def lands(", "Sample.Function names land, which is not there"),
    ],
)
def test_a_slip_is_told_before_anything_runs(copy, demo, file, old, new, failed):
    assert demo.returncode == 0
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    try:
        slipped = task(copy, "demo[pipeline=weather]")
    finally:
        path.write_text(text, encoding="utf-8")
    assert slipped.returncode == 1
    error, seen, then = slipped.stderr.splitlines()
    assert failed in error
    assert (seen[:7], then[:7]) == ("  seen:", "  next:")
    assert "RUNNING" not in slipped.stdout
