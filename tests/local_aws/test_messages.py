"""The task `messages` on a real local AWS: what it prints, and what it says where there is nothing to print."""

from tests.local_aws.aws_server import unique
from tests.local_aws.tasks import task


def test_messages_are_shown_with_subject_and_whom_they_were_for(local_aws):
    sns, name = local_aws.client("sns"), unique("topic")
    arn = sns.create_topic(Name=name)["TopicArn"]
    sns.publish(TopicArn=arn, Message="to nobody")
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="ana@example.com")
    sns.publish(TopicArn=arn, Subject="It failed", Message="job a\n\x1b[31mred")
    output, errors, code = task(local_aws, f"messages[{name}]")
    assert (errors, code) == ("", 0)
    lines = [line.rstrip() for line in output.splitlines()]
    assert lines[0] == f"{name}: 2 messages"
    assert lines[3:5] == ["  to nobody", "  for nobody: the topic had no subscription"]
    assert lines[6].endswith("It failed")
    assert lines[-1].strip() == "for email: ana@example.com"
    assert "\x1b" not in output


def test_a_topic_that_is_not_there_is_told_with_those_that_are(local_aws):
    name = unique("topic")
    local_aws.client("sns").create_topic(Name=name)
    for call, said in (
        ("messages[nope]", 'there is no topic "nope"; the topics are '),
        ("messages", "needs a topic; "),
    ):
        output, errors, code = task(local_aws, call)
        assert (output, code) == ("", 2)
        assert said in errors
        assert name in errors


def test_topics_of_aws_keep_none(local_aws):
    output, errors, code = task(local_aws, "messages[mine]", AWS_ENDPOINT_URL="https://sns.eu-west-1.amazonaws.com")
    assert (output, code) == ("", 1)
    assert errors.startswith("error: topics of AWS keep no messages")
