"""docs/fidelity.md says what the code says."""

from pathlib import Path

from local_aws import fidelity

PAGE = Path(__file__).parents[2] / "docs" / "fidelity.md"


def test_the_page_is_that_of_the_code():
    assert PAGE.read_text(encoding="utf-8") == fidelity.text()


def test_every_operation_stands_once():
    names = fidelity.text().partition("### Work with a difference")[2].replace("|", " ").replace(",", " ").split()
    assert sorted(name for name in names if name == "StartJobRun") == ["StartJobRun"]
    assert "GetMLTransform" in names
