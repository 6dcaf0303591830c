"""What was published to a topic can be read here, within bounds, by whoever may, and after a restart."""

import json

import pytest

from tests.local_aws.aws_server import allow, unique
from tests.local_aws.our_own import answer

MOST, MOST_CHARACTERS = 100, 1_000_000


@pytest.fixture
def topic(local_aws):
    return local_aws.client("sns").create_topic(Name=unique("topic"))["TopicArn"]


def asked(client, arn):
    return answer(client, "sns", Action="ListPublishedMessages", TopicArn=arn, Version="2010-03-31")


def published(local_aws, arn):
    status, text = asked(local_aws.client("sns"), arn)
    assert status == 200, text
    return json.loads(text)


def test_messages_are_kept_as_they_were_published_with_whom_they_were_for(local_aws, topic):
    sns = local_aws.client("sns")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ana@example.com")
    first = sns.publish(TopicArn=topic, Subject="It failed", Message="job a\nolé")["MessageId"]
    batch = [{"Id": "1", "Message": "in a batch"}]
    second = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=batch)["Successful"][0]["MessageId"]
    found = published(local_aws, topic)
    told = [(one["MessageId"], one["Subject"], one["Message"]) for one in found["Messages"]]
    assert told == [(first, "It failed", "job a\nolé"), (second, "", "in a batch")]
    assert found["Messages"][0]["Subscribers"] == ["email: ana@example.com"]
    assert found["Dropped"] == 0


def test_only_the_latest_are_kept(local_aws, topic):
    sns = local_aws.client("sns")
    for number in range(MOST + 3):
        sns.publish(TopicArn=topic, Message=str(number))
    found = published(local_aws, topic)
    assert [one["Message"] for one in found["Messages"]] == [str(number) for number in range(3, MOST + 3)]
    assert found["Dropped"] == 3
    for _ in range(6):
        sns.publish(TopicArn=topic, Message="x" * 200_000)
    found = published(local_aws, topic)
    assert [len(one["Message"]) for one in found["Messages"]] == [200_000] * 5
    assert found["Dropped"] == MOST + 3 + 1


def test_who_may_not_read_them_is_refused(local_aws, topic):
    statement = allow("sns:Publish", topic)
    client = local_aws.client("sns", local_aws.user(statement))
    status, text = asked(client, topic)
    assert status == 403
    assert "sns:ListPublishedMessages" in text


def test_a_topic_that_is_not_there_is_said(local_aws, topic):
    status, text = asked(local_aws.client("sns"), f"{topic}-not")
    assert (status, "<Code>NotFound" in text) == (404, True), text


def test_they_are_there_after_a_restart_and_go_with_the_topic(fresh_local_aws):
    sns = fresh_local_aws.client("sns")
    arn = sns.create_topic(Name="mine")["TopicArn"]
    sns.publish(TopicArn=arn, Message="before")
    fresh_local_aws.stop()
    fresh_local_aws.start()
    assert [one["Message"] for one in published(fresh_local_aws, arn)["Messages"]] == ["before"]
    sns = fresh_local_aws.client("sns")
    sns.delete_topic(TopicArn=arn)
    sns.create_topic(Name="mine")
    assert published(fresh_local_aws, arn) == {"Messages": [], "Dropped": 0}
