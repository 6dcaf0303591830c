import yaml
from cfnlint.api import ManualArgs, lint


def test_cfn_lint_finds_nothing_with_all_its_rules(root, stack):
    text = (root / "cloudformation" / f"{stack}.yml").read_text()
    settings = ManualArgs(include_checks=["I"], regions=["us-east-1", "eu-west-1"])

    assert [f"{one.rule.id} line {one.linenumber}: {one.message}" for one in lint(text, config=settings)] == []


def test_cfn_lint_without_arguments_checks_the_same(root):
    settings = yaml.safe_load((root / ".cfnlintrc").read_text())

    assert settings == {"templates": ["cloudformation/*.yml"], "include_checks": ["I"]}


def test_every_template_is_known_to_these_tests(root, templates):
    assert {path.stem for path in (root / "cloudformation").glob("*.yml")} == set(templates)


def test_a_lint_exception_carries_its_reason(root):
    for path in (root / "cloudformation").glob("*.yml"):
        lines = path.read_text().splitlines()
        ignoring = [number for number, line in enumerate(lines) if "ignore_checks" in line]
        assert [number for number in ignoring if not lines[number - 1].lstrip().startswith("#")] == []
