"""The files that a demo names: told when they are not there, and never run to find out."""

import pytest

from deploy.demos import Demo, Sample
from glue_client.errors import DeployError

SAMPLE = Sample("samples.mine", "land", 10, 1, "Lake", "", {})
DEMO = Demo("flow.yml", "mine", SAMPLE, ("one",), ("first",), {})


@pytest.fixture
def files(tmp_path):
    """The folders samples and queries, with all that the demo names."""
    for path, text in {
        "samples/__init__.py": "",
        "samples/mine.py": "raise SystemExit\n\ndef _own():\n    pass\n\ndef land():\n    pass\n",
        "queries/mine/first.sql": "SELECT 1",
        "queries/mine/second.sql": "SELECT 2",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_a_demo_whose_files_are_there_is_right(files):
    assert DEMO.check_files(files / "samples", files / "queries") is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            Demo("flow.yml", "mine", SAMPLE, ("one",), ("first", "third"), {}),
            [
                "error: Metadata.Pipeline.Demo of flow.yml: Queries names third, which is not there",
                "  seen: queries there: first, second",
                "  next: write it (queries/mine/third.sql), or correct flow.yml",
            ],
        ),
        (
            Demo("flow.yml", "mine", Sample("samples.our", "land", 10, 1, "Lake", "", {}), ("one",), (), {}),
            [
                "error: Metadata.Pipeline.Demo of flow.yml: Sample.Function names samples.our, which is not there",
                "  seen: modules there: mine",
                "  next: write it (samples/our.py), or correct flow.yml",
            ],
        ),
        (
            Demo("flow.yml", "mine", Sample("samples.mine", "lend", 10, 1, "Lake", "", {}), ("one",), (), {}),
            [
                "error: Metadata.Pipeline.Demo of flow.yml: Sample.Function names lend, which is not there",
                "  seen: functions there: land",
                "  next: write it (samples/mine.py), or correct flow.yml",
            ],
        ),
    ],
)
def test_a_file_that_is_not_there_is_named(files, wrong, said):
    with pytest.raises(DeployError) as caught:
        wrong.check_files(files / "samples", files / "queries")
    assert str(caught.value).splitlines() == said


def test_a_sample_that_is_not_python_is_named(files):
    (files / "samples" / "mine.py").write_text("def land(:")
    with pytest.raises(DeployError, match=r"samples/mine\.py is not Python"):
        DEMO.check_files(files / "samples", files / "queries")
