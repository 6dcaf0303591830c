"""Shows what was published to an SNS topic, by the local AWS's ListPublishedMessages.

Topics of AWS hand on messages and keep none. The local AWS sends no e-mail, and keeps the last messages of each topic
instead: an operation of SNS's protocol that AWS lacks.
"""

from datetime import datetime
from typing import Any

from deploy.our_own import asked, is_aws
from glue_client.aws import Aws
from glue_client.console import count, say, text
from glue_client.errors import DeployError, WrongCall

OPERATION = "ListPublishedMessages"


def show(aws: Aws, name: str | None) -> None:
    """Print the last messages of the topic of that name, or ARN, the oldest first.

    Raises:
        WrongCall: there is no such topic; it says which there are.
        DeployError: the topic is one of AWS's.
    """
    address = aws.sns.meta.endpoint_url
    if is_aws(address):
        raise DeployError(
            "topics of AWS keep no messages: what is published goes to who has subscribed by then, and nowhere else",
            f"{address} is AWS itself",
            "look where it was sent to (aws sns list-subscriptions-by-topic), or subscribe a queue to read later ones",
        )
    pages = aws.sns.get_paginator("list_topics").paginate()
    topics = {one["TopicArn"].rpartition(":")[2]: one["TopicArn"] for page in pages for one in page["Topics"]}
    wanted = (name or "").rpartition(":")[2]
    if wanted not in topics:
        known = f"the topics are {', '.join(topics)}" if topics else "there is none yet"
        raise WrongCall(f'there is no topic "{name}"; {known}' if name else f"messages needs a topic; {known}")
    found = asked(aws, "sns", address, OPERATION, {"TopicArn": topics[wanted]})
    kept = found["Messages"]
    older = f", {count(found['Dropped'], 'older one')} not kept" if found["Dropped"] else ""
    say(f"{wanted}: {count(len(kept), 'message')}{older}")
    for message in kept:
        _print(message)


def _print(message: dict[str, Any]) -> None:
    moment = datetime.fromisoformat(message["Timestamp"]).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    say("")
    say(text(moment, "dim"), text(message["Subject"] or "(no subject)", "bold"))
    for line in message["Message"].splitlines():
        say(f"  {line}")
    say(text(f"  for {', '.join(message['Subscribers']) or 'nobody: the topic had no subscription'}", "dim"))
