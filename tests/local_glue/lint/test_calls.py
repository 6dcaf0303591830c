"""What a call of the linter takes, prints and ends with."""

import subprocess
import sys
from pathlib import Path

import pytest

from glue_client.errors import DeployError, WrongCall
from local_glue.command import run
from local_glue.lint import rules, running
from tests.local_glue.lint.conftest import TEMPLATE

ROOT = Path(__file__).parents[3]


def write(folder, name, text=TEMPLATE):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def clean(bench, monkeypatch):
    """A folder with a template without a fault, and nothing else."""
    monkeypatch.chdir(bench.folder)
    write(bench.folder, "stacks/a.yml")
    return bench.folder


def test_a_misspelt_action_of_a_policy_is_a_line_with_those_that_are_near_to_it(clean, capsys):
    changed = TEMPLATE.replace("s3:GetObject", "s3:GetObjcet", 1)
    path = write(clean, "stacks/a.yml", changed)
    line = next(number for number, text in enumerate(changed.splitlines(), 1) if "s3:GetObjcet" in text)
    assert run(["lint", str(path)]) == 1
    said = next(one for one in capsys.readouterr().out.splitlines() if " W3037 " in one)
    assert said.startswith(f"{path}:{line}:")
    assert "'getobjcet' is not one of the " in said
    assert "(near: getobject" in said
    assert len(said) < 300


def test_a_finding_is_a_line_with_its_place_rule_and_what_to_do(clean, capsys):
    path = write(clean, "stacks/a.yml", TEMPLATE.replace("--day: today", "--dya: today"))
    assert run(["lint", "stacks/a.yml"]) == 1
    said = capsys.readouterr()
    line = path.read_text().splitlines().index("            --dya: today") + 1
    assert (
        f"stacks/a.yml:{line}:13: W9302 clean.py of job Clean does not read --dya; take it out, or correct its name: "
        "the script takes --JOB_NAME, --day, --target\n"
    ) in said.out
    assert said.err.splitlines()[0] == "error: 2 findings in 1 template"
    assert "ignore_checks" in said.err


@pytest.mark.usefixtures("clean")
def test_nothing_found_is_said_and_no_error(capsys):
    assert run(["lint", "stacks/a.yml"]) == 0
    assert capsys.readouterr().out == "1 template: nothing found\n"


def test_a_script_that_is_not_there_is_said_and_no_error(clean, capsys):
    (clean / "jobs" / "clean.py").unlink()
    assert run(["lint", "stacks/a.yml"]) == 0
    assert capsys.readouterr().err == (
        "not checked: stacks/a.yml: job Clean was not held against its script: no one Python file here is "
        "s3://orders-${AWS::AccountId}-${AWS::Region}/jobs/clean.py; check it from the repository that has it\n"
    )


@pytest.mark.parametrize("words", [["stacks"], ["stacks/*.yml"], ["**/*.yml"], ["stacks/a.yml", "stacks"]])
def test_folders_and_patterns_stand_for_their_templates(clean, words):
    write(clean, "stacks/a.json", '[{"ParameterKey": "SourceUrl", "ParameterValue": "x"}]')
    write(clean, "stacks/node_modules/b.yml", "Resources: AWS::")
    assert list(dict.fromkeys(file for word in words for file in running._files(word))) == ["stacks/a.yml"]


@pytest.mark.parametrize("text", ["Resources: [", '{"Resources": {', '{\n  "Resources": {}\n}'])
def test_what_is_passed_by_beside_templates_is_said(clean, capsys, text):
    write(clean, "stacks/broken.yml", text)
    write(clean, "stacks/other.yml", "notes: about Resources: and others")
    assert list(running._files("stacks")) == ["stacks/a.yml"]
    assert [line.split(" has ")[0] for line in capsys.readouterr().err.splitlines()] == ["passed by: stacks/broken.yml"]


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize("word", ["nothere.yml", "no/*.yml", "jobs"])
def test_what_is_not_there_is_a_wrong_call(word):
    with pytest.raises(WrongCall, match="no template"):
        running.run([word])


def test_what_is_no_text_is_said(clean):
    (clean / "binary.yml").write_bytes(b"\xff\xfe\x00Resources")
    with pytest.raises(DeployError, match=r"binary.yml is not text in UTF-8"):
        running.run(["binary.yml"])


@pytest.mark.parametrize(
    ("text", "rule"),
    [("Resources: [", "E0000"), ("{", "E0000"), ("just text", "E0000"), ("", "E1001"), ("Parameters: {}", "E1001")],
)
def test_what_is_no_template_is_a_finding(clean, text, rule):
    write(clean, "stacks/a.yml", text)
    assert rule in {one[3] for one in running.findings(["stacks/a.yml"])}


@pytest.mark.parametrize("text", ["include_checks: 7", "[", "nonsense: true"])
def test_settings_of_cfn_lint_that_are_wrong_are_said(clean, text):
    write(clean, ".cfnlintrc", text)
    with pytest.raises(DeployError, match="cfn-lint's settings cannot be used"):
        running.run(["stacks/a.yml"])


@pytest.mark.parametrize("place", ["template", "resource"])
def test_a_rule_is_ignored_by_name(bench, place):
    said = "Metadata: {cfn-lint: {config: {ignore_checks: [W9302, E9301]}}}\n"
    spoiled = TEMPLATE.replace("--day: today", "--dya: today")
    assert {one[3] for one in bench.lint(template=spoiled)} == {"W9302", "E9301"}
    if place == "template":
        ignoring = said + spoiled
    else:
        ignoring = spoiled.replace("  AfterFetch:\n", f"  AfterFetch:\n    {said}")
    assert bench.lint(template=ignoring) == []


def test_the_task_takes_templates_too(clean):
    write(clean, "stacks/a.yml", TEMPLATE.replace("--day: today", "--dya: today"))
    (clean / ".git").mkdir()
    task = [sys.executable, ROOT / "build.py", f"lint[{clean}/stacks]"]
    done = subprocess.run(task, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 1
    assert ":13: W9302 clean.py of job Clean does not read --dya" in done.stdout


def test_the_page_has_each_rule_as_the_rule_says_it():
    told = [getattr(rules, name) for name in rules.__all__]
    expected = {f"| {one.id} | {one.shortdesc} | {one.description} | [source]({one.source_url}) |" for one in told}
    page = (ROOT / "docs" / "lint.md").read_text().splitlines()
    assert {line for line in page if line[:3] in ("| E", "| W", "| I")} == expected
    assert all(line.startswith("https://") for line in (one.source_url for one in told))


def test_the_bundles_templates_have_no_finding():
    folder = ROOT / "cloudformation"
    files = [str(path) for path in sorted(folder.glob("*.yml"))]
    assert running.findings(files, ours_alone=True) == []
