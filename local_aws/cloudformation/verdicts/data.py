"""DynamoDB, Kinesis, CloudWatch and its logs, Step Functions."""

from __future__ import annotations

from local_aws.cloudformation.verdicts.verdict import Verdicts

_NO_QUERY_ALARMS = "alarms of queries are not simulated"

DATA = {
    "AWS::DynamoDB::Table": Verdicts(
        works="TableName AttributeDefinitions KeySchema GlobalSecondaryIndexes LocalSecondaryIndexes "
        "StreamSpecification TimeToLiveSpecification DeletionProtectionEnabled ResourcePolicy Tags",
        kept="BillingMode ProvisionedThroughput PointInTimeRecoverySpecification SSESpecification TableClass "
        "OnDemandThroughput ContributorInsightsSpecification KinesisStreamSpecification",
        template_only="GlobalSecondaryIndexes/ContributorInsightsSpecification StreamSpecification/ResourcePolicy "
        "StreamSpecification/Tags WarmThroughput PointInTimeRecoverySpecification/RecoveryPeriodInDays",
        refused={
            "ImportSourceSpecification": "a table of a stack begins empty here",
            "VectorIndexes": "vector indexes are not simulated in stacks",
        },
    ),
    "AWS::Kinesis::Stream": Verdicts(
        works="Name ShardCount RetentionPeriodHours StreamModeDetails Tags",
        kept="StreamEncryption",
        template_only="DesiredShardLevelMetrics MaxRecordSizeInKiB RecordDistributionStrategy WarmThroughputMiBps",
    ),
    "AWS::Logs::LogGroup": Verdicts(
        works="LogGroupName RetentionInDays Tags",
        kept="KmsKeyId LogGroupClass",
        template_only="BearerTokenAuthenticationEnabled DataProtectionPolicy DeletionProtectionEnabled "
        "FieldIndexPolicies ResourcePolicyDocument",
    ),
    "AWS::Logs::LogStream": Verdicts(works="LogGroupName LogStreamName"),
    "AWS::Logs::MetricFilter": Verdicts(
        works="FilterName LogGroupName FilterPattern MetricTransformations",
        template_only="ApplyOnTransformedLogs EmitSystemFieldDimensions FieldSelectionCriteria",
    ),
    "AWS::Logs::SubscriptionFilter": Verdicts(
        works="FilterName LogGroupName FilterPattern DestinationArn RoleArn",
        kept="Distribution",
        template_only="ApplyOnTransformedLogs EmitSystemFields FieldSelectionCriteria",
    ),
    "AWS::CloudWatch::Alarm": Verdicts(
        works="AlarmName AlarmDescription ActionsEnabled AlarmActions OKActions InsufficientDataActions Namespace "
        "MetricName Statistic Period EvaluationPeriods Threshold ComparisonOperator Tags",
        kept="Dimensions DatapointsToAlarm ExtendedStatistic TreatMissingData Unit",
        template_only="ActionConfiguration EvaluateLowSampleCountPercentile WarmUpConfiguration",
        refused={
            "Metrics": "alarms of expressions and of several metrics are not simulated",
            "ThresholdMetricId": "there is no anomaly detection",
            "EvaluationCriteria": _NO_QUERY_ALARMS,
            "EvaluationInterval": _NO_QUERY_ALARMS,
            "EvaluationWindow": _NO_QUERY_ALARMS,
        },
    ),
    "AWS::CloudWatch::Dashboard": Verdicts(works="DashboardName DashboardBody", template_only="Tags"),
    "AWS::StepFunctions::Activity": Verdicts(works="Name Tags", template_only="EncryptionConfiguration"),
    "AWS::StepFunctions::StateMachine": Verdicts(
        works="StateMachineName StateMachineType RoleArn Definition DefinitionString DefinitionS3Location "
        "DefinitionSubstitutions Tags",
        kept="LoggingConfiguration EncryptionConfiguration",
        template_only="TracingConfiguration",
    ),
}
