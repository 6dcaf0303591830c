"""Shows what was published to an SNS topic, by the local AWS's ListPublishedMessages.

Topics of AWS hand on messages and keep none. The local AWS sends no e-mail, and keeps the last messages of each topic
instead: an operation of SNS's protocol that AWS lacks. Hence a signed request of our own rather than one of boto3's.
"""

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from deploy.crawls import AWS_HOSTS
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
    if (urlsplit(address).hostname or "").endswith(AWS_HOSTS):
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
    found = _ask(aws, address, topics[wanted])
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


def _ask(aws: Aws, address: str, topic: str) -> dict[str, Any]:
    request = AWSRequest("POST", address, data={"Action": OPERATION, "Version": "2010-03-31", "TopicArn": topic})
    SigV4Auth(aws.credentials, "sns", aws.region).add_auth(request)
    answer = URLLib3Session().send(request.prepare())
    if answer.status_code != 200:
        told = {tag: re.search(f"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL) for tag in ("Code", "Message")}
        said = {tag: found[1] if found else answer.text[:500] for tag, found in told.items()}
        raise ClientError({"Error": {"Code": said["Code"], "Message": said["Message"]}}, OPERATION)
    found: dict[str, Any] = json.loads(answer.text)
    return found
