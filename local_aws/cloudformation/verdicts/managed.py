"""Databases, buckets and the rest of the types that the emulator makes.

They are what the emulator's own code reads of a template; no test reads each of them back.
"""

from __future__ import annotations

from local_aws.cloudformation.verdicts.verdict import Verdicts

MANAGED = {
    "AWS::DocDB::DBCluster": Verdicts(
        tested=False,
        works="AvailabilityZones BackupRetentionPeriod CopyTagsToSnapshot DBClusterIdentifier "
        "DBClusterParameterGroupName DBSubnetGroupName DeletionProtection EnableCloudwatchLogsExports "
        "EngineVersion KmsKeyId ManageMasterUserPassword MasterUserPassword MasterUserSecretKmsKeyId "
        "MasterUsername NetworkType Port PreferredBackupWindow PreferredMaintenanceWindow "
        "StorageEncrypted StorageType Tags VpcSecurityGroupIds",
        template_only="GlobalClusterIdentifier RotateMasterUserPassword ServerlessV2ScalingConfiguration",
        refused={
            "RestoreToTime": "a database begins empty here",
            "RestoreType": "a database begins empty here",
            "SnapshotIdentifier": "a database begins empty here",
            "SourceDBClusterIdentifier": "a database begins empty here",
            "UseLatestRestorableTime": "a database begins empty here",
        },
    ),
    "AWS::DocDB::DBClusterParameterGroup": Verdicts(
        tested=False,
        works="Description Family Name Parameters Tags",
    ),
    "AWS::DocDB::DBInstance": Verdicts(
        tested=False,
        works="AutoMinorVersionUpgrade AvailabilityZone CACertificateIdentifier DBClusterIdentifier "
        "DBInstanceClass DBInstanceIdentifier EnablePerformanceInsights PreferredMaintenanceWindow Tags",
        template_only="CertificateRotationRestart",
    ),
    "AWS::DocDB::DBSubnetGroup": Verdicts(
        tested=False,
        works="DBSubnetGroupDescription DBSubnetGroupName SubnetIds Tags",
    ),
    "AWS::DynamoDB::GlobalTable": Verdicts(
        tested=False,
        works="TimeToLiveSpecification AttributeDefinitions BillingMode GlobalSecondaryIndexes GlobalTableSourceArn "
        "GlobalTableWitnesses KeySchema LocalSecondaryIndexes MultiRegionConsistency "
        "ReadOnDemandThroughputSettings ReadProvisionedThroughputSettings Replicas StreamSpecification "
        "TableName WarmThroughput WriteOnDemandThroughputSettings WriteProvisionedThroughputSettings",
        template_only="SSESpecification TableType",
        refused={"VectorIndexes": "vector indexes are not simulated in stacks"},
    ),
    "AWS::ElastiCache::CacheCluster": Verdicts(
        tested=False,
        works="AZMode AutoMinorVersionUpgrade CacheNodeType CacheParameterGroupName CacheSecurityGroupNames "
        "CacheSubnetGroupName ClusterName Engine EngineVersion IpDiscovery LogDeliveryConfigurations "
        "NetworkType NotificationTopicArn NumCacheNodes Port PreferredAvailabilityZone "
        "PreferredAvailabilityZones PreferredMaintenanceWindow SnapshotArns SnapshotName "
        "SnapshotRetentionLimit SnapshotWindow Tags TransitEncryptionEnabled VpcSecurityGroupIds",
    ),
    "AWS::ElastiCache::ParameterGroup": Verdicts(
        tested=False,
        works="CacheParameterGroupFamily Description Properties Tags",
    ),
    "AWS::ElastiCache::ReplicationGroup": Verdicts(
        tested=False,
        works="AtRestEncryptionEnabled AuthToken AutoMinorVersionUpgrade AutomaticFailoverEnabled "
        "CacheNodeType CacheParameterGroupName CacheSecurityGroupNames CacheSubnetGroupName ClusterMode "
        "DataTieringEnabled Durability Engine EngineVersion GlobalReplicationGroupId IpDiscovery "
        "KmsKeyId LogDeliveryConfigurations MultiAZEnabled NetworkType NodeGroupConfiguration "
        "NotificationTopicArn NumCacheClusters NumNodeGroups Port PreferredCacheClusterAZs "
        "PreferredMaintenanceWindow PrimaryClusterId ReplicasPerNodeGroup ReplicationGroupDescription "
        "ReplicationGroupId SecurityGroupIds SnapshotArns SnapshotName SnapshotRetentionLimit "
        "SnapshotWindow SnapshottingClusterId Tags TransitEncryptionEnabled TransitEncryptionMode "
        "UserGroupIds",
    ),
    "AWS::ElastiCache::SubnetGroup": Verdicts(
        tested=False,
        works="CacheSubnetGroupName Description SubnetIds Tags",
    ),
    "AWS::ElastiCache::User": Verdicts(
        tested=False,
        works="AccessString AuthenticationMode Engine NoPasswordRequired Passwords Tags UserId UserName",
    ),
    "AWS::ElastiCache::UserGroup": Verdicts(
        tested=False,
        works="Engine Tags UserGroupId UserIds",
    ),
    "AWS::Logs::ResourcePolicy": Verdicts(
        tested=False,
        works="PolicyDocument PolicyName",
    ),
    "AWS::OpenSearchService::Domain": Verdicts(
        tested=False,
        works="AIMLOptions AccessPolicies AdvancedOptions AdvancedSecurityOptions "
        "AutomatedSnapshotPauseOptions ClusterConfig CognitoOptions DeploymentStrategyOptions "
        "DomainEndpointOptions DomainName EBSOptions EncryptionAtRestOptions EngineMode EngineVersion "
        "IPAddressType IdentityCenterOptions LogPublishingOptions NodeToNodeEncryptionOptions "
        "OffPeakWindowOptions SkipShardMigrationWait SnapshotOptions SoftwareUpdateOptions Tags UseCase "
        "VPCOptions",
    ),
    "AWS::RDS::DBCluster": Verdicts(
        tested=False,
        works="AllocatedStorage AvailabilityZones BackupRetentionPeriod CopyTagsToSnapshot DBClusterIdentifier "
        "DBSubnetGroupName DatabaseName DeletionProtection EnableHttpEndpoint "
        "EnableIAMDatabaseAuthentication Engine EngineMode EngineVersion MasterUserPassword "
        "MasterUsername Port PreferredBackupWindow PreferredMaintenanceWindow "
        "ServerlessV2ScalingConfiguration StorageEncrypted VpcSecurityGroupIds",
        template_only="AssociatedRoles AutoMinorVersionUpgrade BacktrackWindow ClusterScalabilityType "
        "DBClusterInstanceClass DBClusterParameterGroupName DBInstanceParameterGroupName DBSystemId "
        "DatabaseInsightsMode DeleteAutomatedBackups Domain DomainIAMRoleName "
        "EnableCloudwatchLogsExports EnableGlobalWriteForwarding EnableLocalWriteForwarding "
        "EngineLifecycleSupport GlobalClusterIdentifier Iops KmsKeyId ManageMasterUserPassword "
        "MasterUserAuthenticationType MasterUserSecret MonitoringInterval MonitoringRoleArn NetworkType "
        "PerformanceInsightsEnabled PerformanceInsightsKmsKeyId PerformanceInsightsRetentionPeriod "
        "PubliclyAccessible ScalingConfiguration SourceRegion StorageType Tags",
        refused={
            "ReplicationSourceIdentifier": "a database begins empty here",
            "RestoreToTime": "a database begins empty here",
            "RestoreType": "a database begins empty here",
            "SnapshotIdentifier": "a database begins empty here",
            "SourceDBClusterIdentifier": "a database begins empty here",
            "SourceDbClusterResourceId": "a database begins empty here",
            "UseLatestRestorableTime": "a database begins empty here",
        },
    ),
    "AWS::RDS::DBClusterParameterGroup": Verdicts(
        tested=False,
        works="DBClusterParameterGroupName Description Family Parameters Tags",
    ),
    "AWS::RDS::DBInstance": Verdicts(
        tested=False,
        works="AllocatedStorage AutoMinorVersionUpgrade AvailabilityZone BackupRetentionPeriod "
        "CACertificateIdentifier CopyTagsToSnapshot DBClusterIdentifier DBInstanceClass "
        "DBInstanceIdentifier DBName DBParameterGroupName DBSecurityGroups DBSubnetGroupName "
        "DeletionProtection EnableIAMDatabaseAuthentication EnablePerformanceInsights Engine "
        "EngineVersion KmsKeyId LicenseModel MasterUserPassword MasterUsername MaxAllocatedStorage "
        "MonitoringInterval MonitoringRoleArn MultiAZ OptionGroupName Port PreferredBackupWindow "
        "PreferredMaintenanceWindow PromotionTier PubliclyAccessible StorageEncrypted StorageType Tags "
        "VPCSecurityGroups",
        template_only="AdditionalStorageVolumes AllowMajorVersionUpgrade ApplyImmediately AssociatedRoles "
        "AutomaticBackupReplicationKmsKeyId AutomaticBackupReplicationRegion "
        "AutomaticBackupReplicationRetentionPeriod BackupTarget CertificateRotationRestart "
        "CharacterSetName CustomIAMInstanceProfile DBSystemId DatabaseInsightsMode DedicatedLogVolume "
        "DeleteAutomatedBackups Domain DomainAuthSecretArn DomainDnsIps DomainFqdn DomainIAMRoleName "
        "DomainOu EnableCloudwatchLogsExports EngineLifecycleSupport Iops ManageMasterUserPassword "
        "MasterUserAuthenticationType MasterUserSecret NcharCharacterSetName NetworkType "
        "PerformanceInsightsKMSKeyId PerformanceInsightsRetentionPeriod ProcessorFeatures ReplicaMode "
        "SourceRegion StorageThroughput TdeCredentialArn TdeCredentialPassword Timezone "
        "UseDefaultProcessorFeatures",
        refused={
            "DBClusterSnapshotIdentifier": "a database begins empty here",
            "DBSnapshotIdentifier": "a database begins empty here",
            "RestoreTime": "a database begins empty here",
            "SourceDBClusterIdentifier": "a database begins empty here",
            "SourceDBInstanceAutomatedBackupsArn": "a database begins empty here",
            "SourceDBInstanceIdentifier": "a database begins empty here",
            "SourceDbiResourceId": "a database begins empty here",
            "UseLatestRestorableTime": "a database begins empty here",
        },
    ),
    "AWS::RDS::DBParameterGroup": Verdicts(
        tested=False,
        works="DBParameterGroupName Description Family Parameters Tags",
    ),
    "AWS::RDS::DBSubnetGroup": Verdicts(
        tested=False,
        works="DBSubnetGroupDescription DBSubnetGroupName SubnetIds Tags",
    ),
    "AWS::S3::AccessPoint": Verdicts(
        tested=False,
        works="Bucket Name Policy PublicAccessBlockConfiguration Tags VpcConfiguration",
        template_only="BucketAccountId",
    ),
    "AWS::S3::Bucket": Verdicts(
        tested=False,
        elsewhere=True,
        works="AccelerateConfiguration AccessControl AnalyticsConfigurations BucketEncryption BucketName "
        "CorsConfiguration IntelligentTieringConfigurations InventoryConfigurations "
        "LifecycleConfiguration LoggingConfiguration MetricsConfigurations NotificationConfiguration "
        "ObjectLockConfiguration ObjectLockEnabled OwnershipControls PublicAccessBlockConfiguration "
        "ReplicationConfiguration Tags VersioningConfiguration WebsiteConfiguration",
    ),
    "AWS::S3::MultiRegionAccessPoint": Verdicts(
        tested=False,
        works="Name PublicAccessBlockConfiguration Regions",
    ),
    "AWS::S3ObjectLambda::AccessPoint": Verdicts(
        tested=False,
        works="Name ObjectLambdaConfiguration",
    ),
    "AWS::S3ObjectLambda::AccessPointPolicy": Verdicts(
        tested=False,
        works="ObjectLambdaAccessPoint PolicyDocument",
    ),
    "AWS::S3Tables::Namespace": Verdicts(
        tested=False,
        works="Namespace TableBucketARN",
    ),
    "AWS::S3Tables::Table": Verdicts(
        tested=False,
        works="IcebergMetadata Namespace TableBucketARN TableName",
        template_only="Compaction OpenTableFormat SnapshotManagement StorageClassConfiguration Tags WithoutMetadata",
    ),
    "AWS::S3Tables::TableBucket": Verdicts(
        tested=False,
        works="TableBucketName",
        template_only="EncryptionConfiguration MetricsConfiguration ReplicationConfiguration StorageClassConfiguration "
        "Tags UnreferencedFileRemoval",
    ),
    "AWS::SecretsManager::SecretTargetAttachment": Verdicts(
        tested=False,
        works="SecretId TargetId TargetType",
    ),
}
