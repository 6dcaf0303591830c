"""The server's log: what a request brings cannot make a line of its own in it."""

import json
import logging

import pytest

from local_aws import log_lines
from tests.local_aws.cloudformation.stack import Stack

FORGED = "x\nERROR local_aws.forged: all is lost\x1b[2J\u2028ERROR local_aws.forged: again\r"


@pytest.fixture
def logged(monkeypatch, capsys):
    """What stands on stderr for an error with its traceback, in a process that has begun its log."""

    def log(*, written_before=False):
        root, own = logging.getLogger(), logging.getLogger("local_aws")
        for logger in (root, own):
            monkeypatch.setattr(logger, "level", logger.level)
        monkeypatch.setattr(root, "handlers", [])
        log_lines.begin()
        if written_before:
            root.handlers.insert(0, logging.NullHandler())
            root.handlers[0].handle = logging.Formatter().format  # it keeps the traceback's text in the record
        try:
            json.loads(FORGED)
        except ValueError as error:
            error.args = (FORGED,)
            logging.getLogger("local_aws.some").exception("%s failed", FORGED)
        return capsys.readouterr().err.removesuffix("\n").split("\n")

    return log


@pytest.mark.parametrize("written_before", [False, True])
def test_a_message_is_one_line_and_a_traceback_stands_below_it(logged, written_before):
    first, *below = logged(written_before=written_before)

    assert first.startswith("ERROR local_aws.some: x\\nERROR local_aws.forged")
    assert first.endswith("\\r failed")
    assert below[0].strip() == "Traceback (most recent call last):"
    assert any("all is lost" in line for line in below)
    assert [line for line in below if not line.startswith("  ")] == []


@pytest.mark.parametrize(
    "resource",
    [
        {"Type": "AWS::Glue::DataQualityRuleset", "Properties": {"Name": "r", "Ruleset": f'Rules = [ "{FORGED}" ]'}},
        {"Type": "AWS::Redshift::Cluster", "Properties": {FORGED: 1}},
        {"Type": "AWS::SageMaker::Model", "Properties": {FORGED: 1}},
    ],
    ids=["ruleset", "redshift", "sagemaker"],
)
def test_a_refused_resource_forges_no_line(local_aws, resource):
    log = local_aws.state_dir.with_name(local_aws.state_dir.name + ".stderr")
    before = log.stat().st_size
    Stack(local_aws).make(json.dumps({"Resources": {"R": resource}}))
    written = log.read_bytes()[before:].decode()

    assert [line for line in written.split("\n") if line.startswith("ERROR local_aws.forged")] == []
    assert "local_aws.forged" in written
