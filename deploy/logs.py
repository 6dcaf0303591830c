"""The last words of a job or crawler, from CloudWatch Logs."""

from collections.abc import Iterable

from botocore.exceptions import ClientError

from deploy.aws import Aws

LINES = 12


def last_lines(aws: Aws, places: Iterable[tuple[str, str]]) -> list[str]:
    """The last lines from the first of the places, (log group, start of the stream's name), that holds any.

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
                    logGroupName=group, logStreamName=stream["logStreamName"], limit=LINES, startFromHead=False
                )["events"]
                for line in event["message"].splitlines()
            ]
        except ClientError:
            continue
        if lines:
            return lines[-LINES:]
    return []
