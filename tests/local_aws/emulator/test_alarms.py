"""Alarms look at the metric of exactly their dimensions: CloudWatch user guide, "Metrics concepts", dimensions.

Its example: of `Server=Prod, Domain=Frankfurt` and three more such pairs, statistics of `Server=Prod` alone or of no
dimension find nothing.
"""

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, unique
from tests.local_aws.inbox import lets_in

OPERATORS = {
    "GreaterThanThreshold": ([6], [5]),
    "GreaterThanOrEqualToThreshold": ([5], [4]),
    "LessThanThreshold": ([4], [5]),
    "LessThanOrEqualToThreshold": ([5], [6]),
}
EXAMPLE = {("Prod", "Frankfurt"): 105, ("Beta", "Frankfurt"): 115, ("Prod", "Rio"): 95, ("Beta", "Rio"): 97}


def pairs(**dimensions):
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


@pytest.fixture
def watched(local_aws):
    """Gives put(values, unit=…, **dimensions), alarm(…) and the state of an alarm, of a metric of the test's own."""
    cloudwatch, space = local_aws.client("cloudwatch"), unique("space")

    class Watched:
        def put(self, *values, unit="None", **dimensions):
            told = {"MetricName": "m", "Dimensions": pairs(**dimensions), "Values": list(values), "Unit": unit}
            cloudwatch.put_metric_data(Namespace=space, MetricData=[told])

        def alarm(self, dimensions, **more):
            name = unique("alarm")
            told = {"Statistic": "Maximum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 5}
            told |= {"ComparisonOperator": "GreaterThanThreshold", **more}
            cloudwatch.put_metric_alarm(
                AlarmName=name, Namespace=space, MetricName="m", Dimensions=pairs(**dimensions), **told
            )
            return name

        def state(self, name):
            [found] = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
            return found["StateValue"]

    return Watched()


def test_other_dimensions_are_other_metrics(watched):
    names = {
        "mine": watched.alarm({"JobName": "a"}),
        "other": watched.alarm({"JobName": "b"}),
        "wider": watched.alarm({}),
        "narrower": watched.alarm({"JobName": "a", "Run": "ALL"}),
    }
    watched.put(9, JobName="a")
    states = {key: watched.state(name) for key, name in names.items()}
    assert states == {"mine": "ALARM", **dict.fromkeys(("other", "wider", "narrower"), "INSUFFICIENT_DATA")}


def test_one_that_is_well_hides_no_other(watched):
    alarm = watched.alarm({"JobName": "a"}, Statistic="Average")
    watched.put(9, JobName="a")
    watched.put(0, 0, 0, 0, JobName="b")
    assert watched.state(alarm) == "ALARM"


def test_the_order_of_dimensions_does_not_matter(watched):
    alarm = watched.alarm({"b": "2", "a": "1"})
    watched.put(9, a="1", b="2")
    assert watched.state(alarm) == "ALARM"


def test_no_dimensions_are_the_metric_without_any(watched):
    alarm = watched.alarm({})
    watched.put(9, JobName="a")
    assert watched.state(alarm) == "INSUFFICIENT_DATA"
    watched.put(1)
    assert watched.state(alarm) == "OK"


def test_aws_s_example(watched):
    for (server, domain), value in EXAMPLE.items():
        watched.put(value, Server=server, Domain=domain)
    least = {"Statistic": "Minimum", "Threshold": 0}
    found = {
        of: watched.state(watched.alarm(dict(zip(("Server", "Domain"), of, strict=True)), **least)) for of in EXAMPLE
    }
    assert found == dict.fromkeys(EXAMPLE, "ALARM")
    for none in ({"Server": "Prod"}, {"Domain": "Rio"}, {}):
        assert watched.state(watched.alarm(none, **least)) == "INSUFFICIENT_DATA"


@pytest.mark.parametrize("operator", OPERATORS)
def test_each_comparison_breaches_on_its_own_side(watched, operator):
    breaching, well = OPERATORS[operator]
    for values, state in ((breaching, "ALARM"), (well, "OK")):
        job = unique("job")
        watched.put(*values, JobName=job)
        assert watched.state(watched.alarm({"JobName": job}, ComparisonOperator=operator)) == state


def test_an_alarm_with_a_unit_looks_at_points_of_that_unit(watched):
    alarm = watched.alarm({"JobName": "a"}, Unit="Seconds")
    watched.put(9, JobName="a", unit="Bytes")
    assert watched.state(alarm) == "INSUFFICIENT_DATA"
    watched.put(9, JobName="a", unit="Seconds")
    assert watched.state(alarm) == "ALARM"


def test_a_message_tells_of_a_state_that_is_new(local_aws, watched):
    sns = local_aws.client("sns")
    topic = sns.create_topic(Name=unique("topic"))["TopicArn"]
    name = unique("queue")
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    queue = local_aws.client("sqs").create_queue(QueueName=name, Attributes={"Policy": lets_in("sns", arn)})["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    watched.alarm({"JobName": "a"}, AlarmActions=[topic])
    for _ in range(2):  # the second is in that state already
        watched.put(9, JobName="a")
    watched.put(9, JobName="b")
    receive = {"QueueUrl": queue, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 2}
    pages = [local_aws.client("sqs").receive_message(**receive).get("Messages", []) for _ in range(2)]
    assert [len(page) for page in pages] == [1, 0]
