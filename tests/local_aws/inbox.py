"""A queue that gets events, to see what rules see."""

from __future__ import annotations

import json

from tests.local_aws.aws_server import ACCOUNT, REGION, LocalAws, unique, wait_until


def lets_in(service: str, arn: str) -> str:
    """A queue's or topic's policy that lets a service send to it."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": ["sqs:SendMessage", "sns:Publish"],
        "Resource": arn,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Inbox:
    """A queue that gets the events of a source which a pattern matches."""

    def __init__(self, aws: LocalAws, detail_type: str, *, source: str = "aws.glue", **detail: object) -> None:
        self._sqs, name = aws.client("sqs"), unique("events")
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
        policy = {"Policy": lets_in("events", arn)}
        self._url = self._sqs.create_queue(QueueName=name, Attributes=policy)["QueueUrl"]
        pattern = {"source": [source], "detail-type": [detail_type], "detail": detail}
        rules = aws.client("events")
        rules.put_rule(Name=name, EventPattern=json.dumps(pattern))
        rules.put_targets(Rule=name, Targets=[{"Id": "q", "Arn": arn}])
        self._seen: list[dict] = []

    def events(self, count: int) -> list[dict]:
        """Wait for this many events; return all that came, in order."""

        def enough() -> bool:
            for message in self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages", []):
                self._seen.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            return len(self._seen) >= count

        wait_until(enough)
        return self._seen
