"""Lambda."""

from __future__ import annotations

from local_aws.cloudformation.verdicts.verdict import Verdicts

_NO_SOURCE = "of event sources, queues and streams alone are simulated"

COMPUTE = {
    "AWS::Lambda::Function": Verdicts(
        works="FunctionName Description Runtime Handler Role Code PackageType MemorySize Timeout Environment Layers "
        "DeadLetterConfig ReservedConcurrentExecutions LoggingConfig Tags",
        kept="Architectures EphemeralStorage VpcConfig TracingConfig KmsKeyArn SnapStart FileSystemConfigs "
        "RecursiveLoop",
        template_only="ImageConfig RuntimeManagementConfig PublishToLatestPublished Code/SourceKMSKeyArn "
        "VpcConfig/Ipv6AllowedForDualStack FileSystemConfigs/S3FilesConfig",
        refused={
            "CapacityProviderConfig": "there are no managed instances",
            "Code/S3ObjectStorageMode": "code is always copied",
            "CodeSigningConfigArn": "code is not signed",
            "DurableConfig": "durable functions are not simulated",
            "FunctionScalingConfig": "there are no managed instances",
            "TenancyConfig": "tenants are not told apart",
        },
        default={"Code/S3ObjectStorageMode": "COPY"},
    ),
    "AWS::Lambda::Permission": Verdicts(
        works="FunctionName Action Principal SourceArn SourceAccount PrincipalOrgID",
        template_only="EventSourceToken FunctionUrlAuthType InvokedViaFunctionUrl",
    ),
    "AWS::Lambda::EventSourceMapping": Verdicts(
        works="FunctionName EventSourceArn BatchSize Enabled MaximumBatchingWindowInSeconds FilterCriteria "
        "FunctionResponseTypes StartingPosition BisectBatchOnFunctionError DestinationConfig "
        "MaximumRecordAgeInSeconds MaximumRetryAttempts",
        kept="ScalingConfig ParallelizationFactor TumblingWindowInSeconds",
        template_only="KmsKeyArn LoggingConfig MetricsConfig ProvisionedPollerConfig Tags",
        refused={
            "AmazonManagedKafkaEventSourceConfig": _NO_SOURCE,
            "DocumentDBEventSourceConfig": _NO_SOURCE,
            "Queues": _NO_SOURCE,
            "SelfManagedEventSource": _NO_SOURCE,
            "SelfManagedKafkaEventSourceConfig": _NO_SOURCE,
            "SourceAccessConfigurations": _NO_SOURCE,
            "StartingPositionTimestamp": "a stream is read from its start or its end",
            "Topics": _NO_SOURCE,
        },
    ),
    "AWS::Lambda::LayerVersion": Verdicts(
        works="LayerName Description Content CompatibleRuntimes CompatibleArchitectures LicenseInfo"
    ),
    "AWS::Lambda::Version": Verdicts(
        works="FunctionName Description",
        template_only="CodeSha256 FunctionScalingConfig ProvisionedConcurrencyConfig RuntimePolicy",
    ),
    "AWS::Lambda::Alias": Verdicts(
        works="FunctionName Name Description FunctionVersion RoutingConfig",
        template_only="ProvisionedConcurrencyConfig",
    ),
}
