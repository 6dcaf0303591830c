"""The demos of all pipelines: each runs, and one table says what they found. Real ones: test_add_a_pipeline_page.py."""

from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from deploy import demo_run, demos_in_turn
from deploy.bundle import Bundle
from deploy.comparison import Counted, Differs
from deploy.pipelines import Pipelines
from deploy.project import TEMPLATES
from glue_client.errors import DeployError
from local_glue.starting import environment

NAMES = Pipelines(Bundle(TEMPLATES)).with_demo
LOCAL = SimpleNamespace(endpoint=None, used=lambda: environment("http://127.0.0.1:7"))


@pytest.fixture
def ended(monkeypatch):
    """What each demo ends with, by name; those that ran, with the rows they were told."""
    ends, ran = {}, []

    def show(_aws, _pipelines, pipeline, _demo, rows):
        ran.append((pipeline.name, rows))
        end = ends.get(pipeline.name, Counted(1000, 1000))
        if isinstance(end, Exception):
            raise end
        return end

    monkeypatch.setattr(demo_run, "show", show)
    return ends, ran


def table(out):
    lines = out[out.index("pipeline  ") :].splitlines()
    return [line.split() for line in lines[2 : 2 + len(NAMES)]]


def test_all_run_on_their_own_samples_and_one_table_says_what_they_found(ended, capsys):
    _, ran = ended
    demos_in_turn.run(LOCAL, None)
    pipelines = Pipelines(Bundle(TEMPLATES))
    assert ran == [(name, pipelines.chosen(name).demo.sample.rows) for name in NAMES]
    assert len(NAMES) > 1
    assert table(capsys.readouterr().out) == [[name, "1,000", "1,000", "0.0", "s"] for name in NAMES]


def test_those_that_fail_are_named_with_their_reasons_and_the_others_run(ended, capsys):
    ends, ran = ended
    first, second, third, *_ = NAMES
    ends[first] = Differs(Counted(20, 20), "{'one': 9, 'two': 11}")
    ends[second] = ClientError({"Error": {"Code": "Oops", "Message": "not\ntoday"}}, "GetTable")
    with pytest.raises(DeployError) as caught:
        demos_in_turn.run(LOCAL, 300)
    assert ran == [(name, 300) for name in NAMES]
    said = capsys.readouterr()
    assert table(said.out)[:3] == [
        [first, "20", "20", "0.0", "s"],
        [second, "FAILED", "0.0", "s"],
        [third, "1,000", "1,000", "0.0", "s"],
    ]
    assert said.err.splitlines()[0] == "error: the tables do not hold what was planted"
    call = Pipelines(Bundle(TEMPLATES)).chosen(first).call("demo")
    assert str(caught.value).splitlines() == [
        f"error: 2 demos of {len(NAMES)} failed",
        f"  seen: {first}: the tables do not hold what was planted: {{'one': 9, 'two': 11}}",
        f"        {second}: AWS refused GetTable: Oops: not today",
        f"  next: {call} and ./pyntw 'demo[pipeline={second}]' alone",
    ]
    assert caught.value.exit_code == 1
