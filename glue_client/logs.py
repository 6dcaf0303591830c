"""The last words of a job or crawler, from CloudWatch Logs."""

from collections.abc import Iterable

from botocore.exceptions import ClientError

from glue_client import causes
from glue_client.aws import Aws
from glue_client.job_logs import JAVA_FRAME

LINES = 12
READ = 2000  # events, a line each, among which the last lines are looked for


def last_lines(aws: Aws, places: Iterable[tuple[str, str]]) -> tuple[tuple[str, str] | None, list[str]]:
    """The first of the places, (log group, start of the stream's name), that holds any lines, and what they tell.

    That is what Python raised, with the frames of the user's code (causes.py), else the last lines but Java's frames.
    Logs are a help, never a reason to fail: without the right to read them, or before they arrived, there are none.
    """
    client = aws.logs
    for group, prefix in places:
        try:
            streams = client.describe_log_streams(logGroupName=group, logStreamNamePrefix=prefix)["logStreams"]
            lines = [
                line
                for stream in streams[:1]
                for event in client.get_log_events(
                    logGroupName=group, logStreamName=stream["logStreamName"], limit=READ, startFromHead=False
                )["events"]
                for line in event["message"].splitlines()
                if not JAVA_FRAME.match(line)
            ]
        except ClientError:
            continue
        if lines:
            return (group, prefix), causes.of(lines) or lines[-LINES:]
    return None, []
