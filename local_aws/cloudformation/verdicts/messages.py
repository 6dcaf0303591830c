"""Policies of buckets, topics and queues; SNS, SQS, EventBridge, EventBridge Scheduler."""

from __future__ import annotations

from local_aws.cloudformation.verdicts.verdict import Verdicts

MESSAGES = {
    "AWS::S3::BucketPolicy": Verdicts(works="Bucket PolicyDocument"),
    "AWS::SNS::Topic": Verdicts(
        works="TopicName DisplayName FifoTopic ContentBasedDeduplication Subscription Tags",
        kept="KmsMasterKeyId SignatureVersion TracingConfig FifoThroughputScope ArchivePolicy DeliveryStatusLogging "
        "MaximumMessageSize",
        template_only="DataProtectionPolicy",
    ),
    "AWS::SNS::Subscription": Verdicts(
        works="TopicArn Protocol Endpoint FilterPolicy FilterPolicyScope RawMessageDelivery RedrivePolicy",
        kept="DeliveryPolicy SubscriptionRoleArn",
        template_only="Region",
        refused={"ReplayPolicy": "topics keep no messages to replay"},
    ),
    "AWS::SNS::TopicPolicy": Verdicts(works="Topics PolicyDocument"),
    "AWS::SQS::Queue": Verdicts(
        works="QueueName FifoQueue ContentBasedDeduplication DeduplicationScope DelaySeconds MaximumMessageSize "
        "MessageRetentionPeriod ReceiveMessageWaitTimeSeconds VisibilityTimeout RedrivePolicy RedriveAllowPolicy Tags",
        kept="FifoThroughputLimit KmsMasterKeyId KmsDataKeyReusePeriodSeconds SqsManagedSseEnabled",
    ),
    "AWS::SQS::QueuePolicy": Verdicts(works="Queues PolicyDocument"),
    "AWS::Events::Rule": Verdicts(
        works="Name Description EventBusName EventPattern ScheduleExpression State Targets RoleArn Tags"
    ),
    "AWS::Events::EventBus": Verdicts(
        works="Name Description Policy Tags",
        kept="DeadLetterConfig KmsKeyIdentifier LogConfig",
        refused={"EventSourceName": "there are no partners' event sources"},
    ),
    "AWS::Scheduler::Schedule": Verdicts(
        works="Name GroupName Description ScheduleExpression ScheduleExpressionTimezone StartDate EndDate State Target",
        kept="FlexibleTimeWindow KmsKeyArn",
    ),
    "AWS::Scheduler::ScheduleGroup": Verdicts(works="Name Tags"),
}
