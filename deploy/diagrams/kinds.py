"""The resource types, and the types of states, that a diagram shows: what they are called, their colour, their sign.

A colour carries white at 4.5:1 or more. The sign says the same without colour. Signs are paths in a 16 x 16 box, drawn
with a white line.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """How one resource type is shown."""

    label: str
    colour: str
    sign: str


KINDS = {
    "AWS::S3::Bucket": Kind("S3 bucket", "#2f7d4f", "M2.5 4.5h11l-1.6 8.5h-7.8zM2.5 4.5q5.5 2.6 11 0"),
    "AWS::Athena::WorkGroup": Kind("Athena work group", "#7a5c00", "M3 4l4 4-4 4M8.5 12.5h5"),
    "AWS::Athena::NamedQuery": Kind("named query", "#7a5c00", "M3 4h10M3 8h10M3 12h6"),
    "AWS::Glue::Job": Kind("Glue job", "#6d3fc0", "M5.2 3.2v9.6l7.6-4.8z"),
    "AWS::Glue::Database": Kind("database", "#1d4ed8", "M3 4.5v7q5 3 10 0v-7q-5-3-10 0q5 3 10 0M3 8q5 3 10 0"),
    "AWS::Glue::Table": Kind("table", "#1d4ed8", "M2.8 3.2h10.4v9.6h-10.4zM2.8 6.5h10.4M6.4 6.5v6.3"),
    "AWS::DynamoDB::Table": Kind(
        "DynamoDB table", "#4053a8", "M4 3.6q4 2 8 0v8.8q-4 2-8 0zM4 3.6q4-2 8 0M4 6.6q4 2 8 0M4 9.6q4 2 8 0"
    ),
    "AWS::Glue::Crawler": Kind("crawler", "#0e7490", "M7 3a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM10 10l3.4 3.4"),
    "AWS::Glue::DataQualityRuleset": Kind(
        "rules", "#2f7d4f", "M2.6 4.6l1.3 1.3 2.2-2.6M2.6 10.8l1.3 1.3 2.2-2.6M8.4 4.8h5M8.4 11h5"
    ),
    "AWS::Glue::Workflow": Kind(
        "workflow", "#a3246e", "M6 3h4v3.2h-4zM2.4 9.8h4v3.2h-4zM9.6 9.8h4v3.2h-4zM8 6.2v1.8M4.4 9.8V8h7.2v1.8"
    ),
    "AWS::Glue::Trigger": Kind("trigger", "#c2410c", "M9.2 2.2L3.8 9h3.8l-.8 4.8L12.2 7H8.4z"),
    "AWS::StepFunctions::StateMachine": Kind(
        "state machine", "#b4232d", "M5.5 2.5h5v3h-5zM8 5.5v2M8 7.5l3 2.5-3 2.5-3-2.5zM8 12.5v1.5"
    ),
    "AWS::SNS::Topic": Kind("SNS topic", "#a3246e", "M2.5 4h11v7.5h-6l-3 2.5v-2.5h-2z"),
    "AWS::Scheduler::Schedule": Kind(
        "schedule", "#c2410c", "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11zM8 5v3.2l2.4 1.6"
    ),
    "AWS::Budgets::Budget": Kind("budget", "#2f7d4f", "M3 12.8h10M4.5 12.8V8.5M8 12.8V3.5M11.5 12.8V6"),
    "AWS::IAM::Role": Kind("IAM role", "#526077", "M8 2.2l5 1.8v4q0 4-5 6q-5-2-5-6v-4z"),
}

STATES = {
    "Task": Kind("task", "#526077", "M3.2 3.2h9.6v9.6h-9.6zM5.4 8.2l2 2 3.4-4.2"),
    "Choice": Kind("choice", "#8a4b08", "M8 2.2l5.8 5.8-5.8 5.8-5.8-5.8z"),
    "Wait": Kind("wait", "#526077", "M4 2.8h8M4 13.2h8M5 2.8q0 4 3 5.2q3-1.2 3-5.2M5 13.2q0-4 3-5.2q3 1.2 3 5.2"),
    "Pass": Kind("pass", "#526077", "M2.6 8h9.6M8.8 4.4l3.6 3.6-3.6 3.6"),
    "Succeed": Kind("end, succeeded", "#2f7d4f", "M3 8.4l3.4 3.4 6.6-7.4"),
    "Fail": Kind("end, failed", "#b4232d", "M4 4l8 8M12 4l-8 8"),
    "Parallel": Kind("side by side", "#3b4a9b", "M4 3v10M8 3v10M12 3v10"),
    "Map": Kind("for each item", "#3b4a9b", "M5.5 5.5h8v8h-8zM3 10.5v-8h8"),
}
"""The types of states in a definition of Step Functions (Amazon States Language)."""

# Parts and settings of other resources rather than things of their own, and what only stacks have that are of no
# pipeline: not drawn.
SMALL_PRINT = frozenset(
    {
        "AWS::S3::BucketPolicy",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::OIDCProvider",
        "AWS::IAM::Policy",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::EC2::FlowLog",
        "AWS::EC2::RouteTable",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::Subnet",
        "AWS::EC2::SubnetRouteTableAssociation",
        "AWS::EC2::VPC",
        "AWS::EC2::VPCEndpoint",
        "AWS::Events::Rule",
        "AWS::Glue::Classifier",
        "AWS::Glue::Connection",
        "AWS::Glue::SecurityConfiguration",
        "AWS::KMS::Key",
        "AWS::LakeFormation::PrincipalPermissions",
        "AWS::LakeFormation::Resource",
        "AWS::Logs::LogGroup",
        "AWS::SNS::Subscription",
        "AWS::SNS::TopicPolicy",
    }
)
