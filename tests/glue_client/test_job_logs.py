"""The log of a run, read from a stream that grows: answers as the API reference has them, written by hand."""

import pytest
from botocore.exceptions import ClientError

from glue_client import job_logs
from glue_client.job_logs import JobLog
from tests.glue_client.workflow_answers import START, at

GROUP = "/aws-glue/jobs"
BEGAN = int(START.timestamp() * 1000)


class Logs:
    """CloudWatch Logs with streams of (milliseconds after the start, message), read in pages of two."""

    def __init__(self, **streams):
        self.logs, self.streams, self.asked = self, streams, []
        self.denied = False

    def get_log_events(self, logGroupName, logStreamName, startFromHead, startTime=None, nextToken="0"):  # noqa: N803
        assert startFromHead
        if self.denied:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetLogEvents")
        name = f"{logGroupName.rpartition('/')[2]} {logStreamName}"
        self.asked.append((name, startTime))
        if name not in self.streams:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetLogEvents")
        first = int(nextToken)
        events = self.streams[name][first : first + 2]
        return {
            "events": [{"timestamp": BEGAN + moment, "message": text} for moment, text in events],
            "nextForwardToken": str(first + len(events)),
        }


def run(**more):
    return {
        "Id": "jr_1",
        "StartedOn": START,
        "LogGroupName": GROUP,
        "GlueVersion": "5.1",
        "JobRunState": "RUNNING",
        **more,
    }


def texts(lines):
    return [line.text for line in lines]


def test_lines_of_both_streams_come_by_time_though_they_arrive_late():
    logs = Logs(**{"output jr_1-driver": [(10, "a"), (30, "c")]})
    log = JobLog(logs, run())
    assert texts(log.fresh()) == []  # the other stream may still have older ones
    logs.streams["error jr_1-driver"] = [(20, "b"), (40, "d\ne"), (60, "g")]
    logs.streams["output jr_1-driver"].append((50, "f"))
    assert texts(log.fresh()) == ["a", "b", "c"]
    assert texts(log.fresh(last=True)) == ["d", "e", "f", "g"]
    assert log.place == (f"{GROUP}/output", "jr_1-driver")
    assert {start for _, start in logs.asked} == {BEGAN - 1000, None}


def test_an_attempt_s_stream_is_not_another_one_s():
    logs = Logs(**{"output jr_1_attempt_1-driver": [(1, "other")], "output jr_1": [(1, "own")]})
    assert texts(JobLog(logs, run()).fresh(last=True)) == ["own"]


def test_streams_may_have_a_prefix_of_the_job_s_own():
    logs = Logs(**{"output mine-driver": [(1, "own")], "output jr_1": [(1, "not this")]})
    named = {"--custom-logStream-prefix": "mine"}
    assert texts(JobLog(logs, run(), named).fresh(last=True)) == ["own"]
    assert texts(JobLog(logs, run(Arguments=named)).fresh(last=True)) == ["own"]
    assert texts(JobLog(logs, run(GlueVersion="4.0"), named).fresh(last=True)) == ["not this"]


@pytest.mark.parametrize("most", [4, 6])
def test_what_is_more_than_is_kept_is_counted(monkeypatch, most):
    monkeypatch.setattr(job_logs, "MOST", most)
    log = JobLog(Logs(**{"output jr_1": [(n, str(n)) for n in range(9)]}), run(StartedOn=at(0)))
    kept = texts(log.fresh(last=True))
    assert (kept[-1], len(kept) + log.left_out, len(kept) <= most) == ("8", 9, True)


def test_a_log_that_may_not_be_read_is_no_error():
    logs = Logs()
    logs.denied = True
    log = JobLog(logs, run())
    assert (log.fresh(last=True), log.refused, log.place) == ([], "no", None)


SHELL = "/aws-glue/python-jobs"


@pytest.mark.parametrize(
    ("group", "streams", "end"),
    [
        (SHELL, {"output": [(1, "hello")], "error": [(2, "KeyError: 'x'")]}, "error"),
        (SHELL, {"output": [(1, "hello")], "error": []}, "output"),
        (SHELL, {"output": [], "error": []}, "error"),
        (SHELL, {"output": [(1, "hello")]}, "output"),
        (GROUP, {"output": [(1, "KeyError: 'x'")], "error": [(2, "INFO Spark")]}, "output"),
        (GROUP, {"output": [], "error": [(2, "INFO Spark")]}, "error"),
    ],
)
def test_the_place_of_a_log_is_where_its_failure_is_told(group, streams, end):
    log = JobLog(Logs(**{f"{name} jr_1": lines for name, lines in streams.items()}), run(LogGroupName=group))
    log.fresh(last=True)
    assert log.place == (f"{group}/{end}", "jr_1")
