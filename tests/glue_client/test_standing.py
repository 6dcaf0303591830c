"""Which resources cost something by themselves."""

import pytest

from deploy.bundle import Bundle
from deploy.project import TEMPLATES
from glue_client import prices, standing

HERE = prices.of("us-east-1")


class OneStack:
    """CloudFormation and what it lists, by type and physical id."""

    def __init__(self, **found):
        self.cloudformation, self.logs = self, self
        self.found = [
            {"ResourceType": kind.replace("_", "::"), "PhysicalResourceId": name, "LogicalResourceId": name}
            for kind, name in found.items()
        ]

    def get_paginator(self, _name):
        return self

    def paginate(self, **_asked):
        return [{"StackResourceSummaries": self.found}]

    def describe_log_groups(self, **_asked):
        return {"logGroups": [{"logGroupName": "/mine", "storedBytes": 2 * 10**9}, {"logGroupName": "/mine/2"}]}


def told(**found):
    return [(one.kind, one.name, one.dollars) for one in standing.of(OneStack(**found), ["s"], {}, HERE)]


def test_every_type_of_the_project_s_templates_has_a_price_or_costs_by_use():
    bundle = Bundle(TEMPLATES)
    kinds = {one["Type"] for name in bundle.order for one in bundle[name].body["Resources"].values()}
    known = {*standing._COUNTED, *standing.SIZED, *standing._BY_USE}
    assert len(kinds) > 25
    assert [kind for kind in sorted(kinds - known) if not kind.startswith(standing.GLUE)] == []


def test_what_is_due_by_the_month():
    assert told(AWS_KMS_Key="k", AWS_CloudWatch_Alarm="a", AWS_IAM_Role="r", AWS_Glue_Job="j") == [
        ("keys", "s/k", 1.0),
        ("alarms", "a", 0.1),
    ]


def test_a_gateway_is_due_by_the_hour():
    [(kind, _, dollars)] = told(AWS_EC2_NatGateway="n")
    assert (kind, dollars) == ("gateways", pytest.approx(730 * 0.045))


def test_logs_are_due_by_what_is_kept():
    [(kind, name, dollars)] = told(AWS_Logs_LogGroup="/mine")
    assert (kind, name, dollars) == ("logs kept", "/mine", pytest.approx(0.06))


def test_a_type_without_a_price_is_named():
    [cost] = standing.of(OneStack(AWS_Redshift_Cluster="c"), ["s"], {}, HERE)
    assert cost.dollars is None
    assert cost.reason == "AWS::Redshift::Cluster (1 resource), whose price is not known here"
