"""Types of infrastructure: networks, containers, balancers, content delivery.

They are what the emulator's own code reads of a template; no test reads each of them back.
"""

from __future__ import annotations

from local_aws.cloudformation.verdicts.verdict import Verdicts

INFRASTRUCTURE = {
    "AWS::AutoScaling::AutoScalingGroup": Verdicts(
        tested=False,
        works="AutoScalingGroupName AvailabilityZones Cooldown DesiredCapacity HealthCheckGracePeriod "
        "HealthCheckType LaunchConfigurationName LaunchTemplate MaxSize MinSize "
        "NewInstancesProtectedFromScaleIn Tags TerminationPolicies VPCZoneIdentifier",
        template_only="AvailabilityZoneDistribution AvailabilityZoneIds AvailabilityZoneImpairmentPolicy "
        "CapacityRebalance CapacityReservationSpecification Context DefaultInstanceWarmup "
        "DeletionProtection DesiredCapacityType InstanceLifecyclePolicy InstanceMaintenancePolicy "
        "LifecycleHookSpecificationList LoadBalancerNames MaxInstanceLifetime MetricsCollection "
        "MixedInstancesPolicy NotificationConfiguration NotificationConfigurations PlacementGroup "
        "ServiceLinkedRoleARN SkipZonalShiftValidation TargetGroupARNs TrafficSources",
        refused={"InstanceId": "groups are made of templates"},
    ),
    "AWS::AutoScaling::LaunchConfiguration": Verdicts(
        tested=False,
        works="ImageId InstanceType KeyName LaunchConfigurationName SecurityGroups UserData",
        template_only="AssociatePublicIpAddress BlockDeviceMappings ClassicLinkVPCId ClassicLinkVPCSecurityGroups "
        "EbsOptimized IamInstanceProfile InstanceMonitoring KernelId MetadataOptions PlacementTenancy "
        "RamDiskId SpotPrice",
        refused={"InstanceId": "configurations are made of their properties"},
    ),
    "AWS::AutoScaling::LifecycleHook": Verdicts(
        tested=False,
        works="AutoScalingGroupName DefaultResult HeartbeatTimeout LifecycleHookName LifecycleTransition "
        "NotificationMetadata NotificationTargetARN RoleARN",
    ),
    "AWS::AutoScaling::ScalingPolicy": Verdicts(
        tested=False,
        works="AdjustmentType AutoScalingGroupName Cooldown EstimatedInstanceWarmup MetricAggregationType "
        "MinAdjustmentMagnitude PolicyType PredictiveScalingConfiguration ScalingAdjustment "
        "StepAdjustments TargetTrackingConfiguration",
    ),
    "AWS::AutoScaling::ScheduledAction": Verdicts(
        tested=False,
        works="AutoScalingGroupName DesiredCapacity EndTime MaxSize MinSize Recurrence StartTime TimeZone",
    ),
    "AWS::Backup::BackupPlan": Verdicts(
        tested=False,
        works="BackupPlan BackupPlanTags",
    ),
    "AWS::Backup::BackupVault": Verdicts(
        tested=False,
        works="BackupVaultName BackupVaultTags EncryptionKeyArn",
        template_only="AccessPolicy LockConfiguration Notifications",
    ),
    "AWS::CertificateManager::Certificate": Verdicts(
        tested=False,
        works="CertificateTransparencyLoggingPreference DomainName DomainValidationOptions KeyAlgorithm "
        "SubjectAlternativeNames Tags ValidationMethod",
        template_only="CertificateAuthorityArn CertificateExport Id",
    ),
    "AWS::CloudFront::CachePolicy": Verdicts(
        tested=False,
        works="CachePolicyConfig",
    ),
    "AWS::CloudFront::CloudFrontOriginAccessIdentity": Verdicts(
        tested=False,
        works="CloudFrontOriginAccessIdentityConfig",
    ),
    "AWS::CloudFront::Distribution": Verdicts(
        tested=False,
        works="DistributionConfig Tags",
    ),
    "AWS::CloudFront::Function": Verdicts(
        tested=False,
        works="AutoPublish FunctionCode FunctionConfig Name Tags",
        template_only="FunctionMetadata",
    ),
    "AWS::CloudFront::KeyValueStore": Verdicts(
        tested=False,
        works="Comment Name",
        template_only="Tags",
        refused={"ImportSource": "a store begins empty here"},
    ),
    "AWS::CloudFront::OriginAccessControl": Verdicts(
        tested=False,
        works="OriginAccessControlConfig",
    ),
    "AWS::CloudFront::OriginRequestPolicy": Verdicts(
        tested=False,
        works="OriginRequestPolicyConfig",
    ),
    "AWS::CloudFront::ResponseHeadersPolicy": Verdicts(
        tested=False,
        works="ResponseHeadersPolicyConfig",
    ),
    "AWS::CodeBuild::Project": Verdicts(
        tested=False,
        works="Artifacts Description EncryptionKey Environment Name ServiceRole Source SourceVersion Tags "
        "TimeoutInMinutes",
        template_only="AutoRetryLimit BadgeEnabled BuildBatchConfig Cache ConcurrentBuildLimit FileSystemLocations "
        "LogsConfig QueuedTimeoutInMinutes ResourceAccessRole SecondaryArtifacts SecondarySourceVersions "
        "SecondarySources Triggers Visibility VpcConfig",
    ),
    "AWS::EC2::LaunchTemplate": Verdicts(
        tested=False,
        works="LaunchTemplateData LaunchTemplateName TagSpecifications VersionDescription",
    ),
    "AWS::ECR::Repository": Verdicts(
        tested=False,
        works="EncryptionConfiguration ImageScanningConfiguration ImageTagMutability LifecyclePolicy "
        "RepositoryName RepositoryPolicyText Tags",
        template_only="EmptyOnDelete ImageTagMutabilityExclusionFilters",
    ),
    "AWS::ECS::Cluster": Verdicts(
        tested=False,
        works="CapacityProviders ClusterName ClusterSettings Configuration DefaultCapacityProviderStrategy Tags",
        template_only="ServiceConnectDefaults",
    ),
    "AWS::ECS::Service": Verdicts(
        tested=False,
        works="CapacityProviderStrategy Cluster DeploymentConfiguration DesiredCount LaunchType LoadBalancers "
        "NetworkConfiguration ServiceName Tags TaskDefinition",
        template_only="AvailabilityZoneRebalancing DeploymentController EnableECSManagedTags EnableExecuteCommand "
        "ForceNewDeployment GatewayConnectors HealthCheckGracePeriodSeconds Monitoring "
        "PlacementConstraints PlacementStrategies PlatformVersion PropagateTags Role SchedulingStrategy "
        "ServiceConnectConfiguration ServiceRegistries VolumeConfigurations VpcLatticeConfigurations",
    ),
    "AWS::ECS::TaskDefinition": Verdicts(
        tested=False,
        works="ContainerDefinitions Cpu ExecutionRoleArn Family IpcMode Memory NetworkMode PidMode "
        "PlacementConstraints RequiresCompatibilities Tags TaskRoleArn Volumes",
        template_only="EnableFaultInjection EphemeralStorage InferenceAccelerators ProxyConfiguration RuntimePlatform",
    ),
    "AWS::EFS::AccessPoint": Verdicts(
        tested=False,
        works="AccessPointTags ClientToken FileSystemId PosixUser RootDirectory",
    ),
    "AWS::EFS::FileSystem": Verdicts(
        tested=False,
        works="AvailabilityZoneName BackupPolicy BypassPolicyLockoutSafetyCheck Encrypted FileSystemPolicy "
        "FileSystemProtection FileSystemTags KmsKeyId LifecyclePolicies PerformanceMode "
        "ProvisionedThroughputInMibps ReplicationConfiguration ThroughputMode",
    ),
    "AWS::EFS::MountTarget": Verdicts(
        tested=False,
        works="FileSystemId IpAddress IpAddressType Ipv6Address SecurityGroups SubnetId",
    ),
    "AWS::EKS::Cluster": Verdicts(
        tested=False,
        works="AccessConfig Logging Name ResourcesVpcConfig RoleArn Tags Version",
        template_only="ActiveCertificateAuthorityId BootstrapSelfManagedAddons CertificateAuthority ComputeConfig "
        "ControlPlaneScalingConfig DeletionProtection EncryptionConfig Force KubeApiServerConfig "
        "KubeControllerManagerConfig KubeSchedulerConfig KubernetesNetworkConfig OutpostConfig "
        "RemoteNetworkConfig RollbackConfig StorageConfig UpgradePolicy ZonalShiftConfig",
    ),
    "AWS::EKS::Nodegroup": Verdicts(
        tested=False,
        works="AmiType ClusterName DiskSize InstanceTypes Labels LaunchTemplate NodeRole NodegroupName "
        "ReleaseVersion ScalingConfig Subnets Tags Taints UpdateConfig Version",
        template_only="CapacityType ForceUpdateEnabled NodeRepairConfig RemoteAccess WarmPoolConfig",
    ),
    "AWS::ElasticLoadBalancingV2::Listener": Verdicts(
        tested=False,
        works="Certificates DefaultActions LoadBalancerArn Port Protocol SslPolicy Tags",
        template_only="AlpnPolicy ListenerAttributes MutualAuthentication",
    ),
    "AWS::ElasticLoadBalancingV2::ListenerRule": Verdicts(
        tested=False,
        works="Actions Conditions ListenerArn Priority Transforms",
        template_only="Tags",
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Verdicts(
        tested=False,
        works="IpAddressType LoadBalancerAttributes Name Scheme SecurityGroups Subnets Tags Type",
        template_only="EnableCapacityReservationProvisionStabilize EnablePrefixForIpv6SourceNat "
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic Ipv4IpamPoolId MinimumLoadBalancerCapacity "
        "SubnetMappings",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Verdicts(
        tested=False,
        works="HealthCheckEnabled HealthCheckIntervalSeconds HealthCheckPath HealthCheckPort "
        "HealthCheckProtocol HealthCheckTimeoutSeconds HealthyThresholdCount Matcher Name Port Protocol "
        "Tags TargetGroupAttributes TargetType UnhealthyThresholdCount VpcId",
        template_only="IpAddressType ProtocolVersion TargetControlPort Targets",
    ),
    "AWS::Route53::HostedZone": Verdicts(
        tested=False,
        works="HostedZoneConfig Name",
        template_only="DelegationSetId HostedZoneFeatures HostedZoneTags QueryLoggingConfig VPCs",
    ),
    "AWS::Route53::RecordSet": Verdicts(
        tested=False,
        works="AliasTarget CidrRoutingConfig Failover GeoLocation HealthCheckId HostedZoneId HostedZoneName "
        "MultiValueAnswer Name Region ResourceRecords SetIdentifier TTL Type Weight",
        template_only="Comment GeoProximityLocation",
    ),
    "AWS::ServiceDiscovery::HttpNamespace": Verdicts(
        tested=False,
        works="Description Name Tags",
    ),
    "AWS::ServiceDiscovery::Instance": Verdicts(
        tested=False,
        works="InstanceAttributes InstanceId ServiceId",
    ),
    "AWS::ServiceDiscovery::PrivateDnsNamespace": Verdicts(
        tested=False,
        works="Description Name Properties Tags Vpc",
    ),
    "AWS::ServiceDiscovery::PublicDnsNamespace": Verdicts(
        tested=False,
        works="Description Name Properties Tags",
    ),
    "AWS::ServiceDiscovery::Service": Verdicts(
        tested=False,
        works="Description DnsConfig HealthCheckConfig HealthCheckCustomConfig Name NamespaceId ServiceAttributes Tags",
        template_only="Type",
    ),
    "AWS::Signer::ProfilePermission": Verdicts(
        tested=False,
        works="Action Principal ProfileName ProfileVersion StatementId",
    ),
    "AWS::Signer::SigningProfile": Verdicts(
        tested=False,
        works="PlatformId SignatureValidityPeriod Tags",
    ),
    "AWS::WAFv2::WebACL": Verdicts(
        tested=False,
        works="ApplicationConfig AssociationConfig CaptchaConfig ChallengeConfig CustomResponseBodies "
        "DataProtectionConfig DefaultAction Description MonetizationConfig Name "
        "OnSourceDDoSProtectionConfig Rules Scope Tags TokenDomains VisibilityConfig",
    ),
}
