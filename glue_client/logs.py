"""The last words of a job or crawler, from CloudWatch Logs."""

import re
from collections.abc import Iterable

from botocore.exceptions import ClientError

from glue_client.aws import Aws

LINES = 12
READ = 200  # events, a line each, among which the last lines are looked for
JAVA_FRAME = re.compile(r"\s+(at [\w.$/<>]+\(|\.\.\. \d+ more)")


def last_lines(aws: Aws, places: Iterable[tuple[str, str]]) -> tuple[tuple[str, str] | None, list[str]]:
    """The first of the places, (log group, start of the stream's name), that holds any lines, and its last ones.

    Frames of Java are left out: what Python raised within Spark stands between them.
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
            return (group, prefix), lines[-LINES:]
    return None, []
