"""Types of applications: users, devices, streams, mail.

They are what the emulator's own code reads of a template; no test reads each of them back.
"""

from __future__ import annotations

from local_aws.cloudformation.verdicts.verdict import Verdicts

APPLICATIONS = {
    "AWS::AppConfig::Application": Verdicts(
        tested=False,
        works="Description Name Tags",
    ),
    "AWS::AppConfig::ConfigurationProfile": Verdicts(
        tested=False,
        works="ApplicationId DeletionProtectionCheck Description KmsKeyIdentifier LocationUri Name "
        "RetrievalRoleArn Tags Type Validators",
    ),
    "AWS::AppConfig::Deployment": Verdicts(
        tested=False,
        works="ApplicationId ConfigurationProfileId ConfigurationVersion DeploymentStrategyId Description "
        "DynamicExtensionParameters EnvironmentId KmsKeyIdentifier Tags",
    ),
    "AWS::AppConfig::DeploymentStrategy": Verdicts(
        tested=False,
        works="DeploymentDurationInMinutes Description FinalBakeTimeInMinutes GrowthFactor GrowthType Name "
        "ReplicateTo Tags",
    ),
    "AWS::AppConfig::Environment": Verdicts(
        tested=False,
        works="ApplicationId DeletionProtectionCheck Description Monitors Name Tags",
    ),
    "AWS::AppConfig::HostedConfigurationVersion": Verdicts(
        tested=False,
        works="ApplicationId ConfigurationProfileId Content ContentType Description LatestVersionNumber VersionLabel",
    ),
    "AWS::CloudFormation::Stack": Verdicts(
        tested=False,
        works="Parameters Tags TemplateURL",
        template_only="NotificationARNs TimeoutInMinutes",
    ),
    "AWS::CloudFormation::WaitCondition": Verdicts(
        tested=False,
        works="Count Handle Timeout",
    ),
    "AWS::CloudFormation::WaitConditionHandle": Verdicts(
        tested=False,
    ),
    "AWS::Cognito::IdentityPool": Verdicts(
        tested=False,
        works="AllowClassicFlow AllowUnauthenticatedIdentities CognitoIdentityProviders DeveloperProviderName "
        "IdentityPoolName IdentityPoolTags OpenIdConnectProviderARNs SamlProviderARNs "
        "SupportedLoginProviders",
        template_only="CognitoEvents CognitoStreams PushSync",
    ),
    "AWS::Cognito::IdentityPoolPrincipalTag": Verdicts(
        tested=False,
        works="IdentityPoolId IdentityProviderName PrincipalTags UseDefaults",
    ),
    "AWS::Cognito::IdentityPoolRoleAttachment": Verdicts(
        tested=False,
        works="IdentityPoolId RoleMappings Roles",
    ),
    "AWS::Cognito::UserPool": Verdicts(
        tested=False,
        works="AccountRecoverySetting AdminCreateUserConfig AliasAttributes AutoVerifiedAttributes "
        "DeletionProtection DeviceConfiguration EmailConfiguration EmailVerificationMessage "
        "EmailVerificationSubject EnabledMfas LambdaConfig MfaConfiguration Policies Schema "
        "SmsAuthenticationMessage SmsConfiguration SmsVerificationMessage UserAttributeUpdateSettings "
        "UserPoolAddOns UserPoolName UserPoolTags UserPoolTier UsernameAttributes UsernameConfiguration "
        "VerificationMessageTemplate",
        template_only="EmailAuthenticationMessage EmailAuthenticationSubject IssuerConfiguration KeyConfiguration "
        "WebAuthnFactorConfiguration WebAuthnRelyingPartyID WebAuthnUserVerification",
    ),
    "AWS::Cognito::UserPoolClient": Verdicts(
        tested=False,
        works="AccessTokenValidity AllowedOAuthFlows AllowedOAuthFlowsUserPoolClient AllowedOAuthScopes "
        "AnalyticsConfiguration AuthSessionValidity CallbackURLs ClientName DefaultRedirectURI "
        "EnablePropagateAdditionalUserContextData EnableTokenRevocation ExplicitAuthFlows GenerateSecret "
        "IdTokenValidity LogoutURLs PreventUserExistenceErrors ReadAttributes RefreshTokenValidity "
        "SupportedIdentityProviders TokenValidityUnits UserPoolId WriteAttributes",
        template_only="RefreshTokenRotation",
    ),
    "AWS::Cognito::UserPoolDomain": Verdicts(
        tested=False,
        works="CustomDomainConfig Domain ManagedLoginVersion Routing UserPoolId",
    ),
    "AWS::Cognito::UserPoolGroup": Verdicts(
        tested=False,
        works="Description GroupName Precedence RoleArn UserPoolId",
    ),
    "AWS::Cognito::UserPoolResourceServer": Verdicts(
        tested=False,
        works="Identifier Name Scopes UserPoolId",
    ),
    "AWS::IoT::CACertificate": Verdicts(
        tested=False,
        works="AutoRegistrationStatus CACertificatePem CertificateMode RegistrationConfig Status Tags "
        "VerificationCertificatePem",
        template_only="RemoveAutoRegistration",
    ),
    "AWS::IoT::Certificate": Verdicts(
        tested=False,
        works="CACertificatePem CertificateMode CertificatePem CertificateSigningRequest Status",
    ),
    "AWS::IoT::DomainConfiguration": Verdicts(
        tested=False,
        works="ApplicationProtocol AuthenticationType AuthorizerConfig ClientCertificateConfig "
        "DomainConfigurationName DomainConfigurationStatus DomainName ServerCertificateArns "
        "ServerCertificateConfig ServiceType Tags TlsConfig ValidationCertificateArn",
    ),
    "AWS::IoT::JobTemplate": Verdicts(
        tested=False,
        works="AbortConfig Description DestinationPackageVersions Document DocumentSource JobArn "
        "JobExecutionsRetryConfig JobExecutionsRolloutConfig JobTemplateId MaintenanceWindows "
        "PresignedUrlConfig Tags TimeoutConfig",
    ),
    "AWS::IoT::Policy": Verdicts(
        tested=False,
        works="PolicyDocument PolicyName Tags",
    ),
    "AWS::IoT::PolicyPrincipalAttachment": Verdicts(
        tested=False,
        works="PolicyName Principal",
    ),
    "AWS::IoT::ProvisioningTemplate": Verdicts(
        tested=False,
        works="Description Enabled PreProvisioningHook ProvisioningRoleArn Tags TemplateBody TemplateName TemplateType",
    ),
    "AWS::IoT::Thing": Verdicts(
        tested=False,
        works="AttributePayload ThingName",
    ),
    "AWS::IoT::ThingGroup": Verdicts(
        tested=False,
        works="ParentGroupName Tags ThingGroupName ThingGroupProperties",
        template_only="QueryString",
    ),
    "AWS::IoT::ThingPrincipalAttachment": Verdicts(
        tested=False,
        works="Principal ThingName ThingPrincipalType",
    ),
    "AWS::IoT::ThingType": Verdicts(
        tested=False,
        works="DeprecateThingType Tags ThingTypeName ThingTypeProperties",
    ),
    "AWS::IoT::TopicRule": Verdicts(
        tested=False,
        works="RuleName Tags TopicRulePayload",
    ),
    "AWS::KinesisAnalyticsV2::Application": Verdicts(
        tested=False,
        works="ApplicationConfiguration ApplicationDescription ApplicationMode ApplicationName "
        "RunConfiguration RuntimeEnvironment ServiceExecutionRole Tags",
        template_only="ApplicationMaintenanceConfiguration",
    ),
    "AWS::KinesisAnalyticsV2::ApplicationCloudWatchLoggingOption": Verdicts(
        tested=False,
        works="ApplicationName CloudWatchLoggingOption",
    ),
    "AWS::KinesisFirehose::DeliveryStream": Verdicts(
        tested=False,
        works="AmazonOpenSearchServerlessDestinationConfiguration "
        "AmazonopensearchserviceDestinationConfiguration DatabaseSourceConfiguration "
        "DeliveryStreamEncryptionConfigurationInput DeliveryStreamName DeliveryStreamType "
        "DirectPutSourceConfiguration ElasticsearchDestinationConfiguration "
        "ExtendedS3DestinationConfiguration HttpEndpointDestinationConfiguration "
        "IcebergDestinationConfiguration KinesisStreamSourceConfiguration MSKSourceConfiguration "
        "RedshiftDestinationConfiguration S3DestinationConfiguration SnowflakeDestinationConfiguration "
        "SplunkDestinationConfiguration Tags",
    ),
    "AWS::Lambda::EventInvokeConfig": Verdicts(
        tested=False,
        works="DestinationConfig FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts Qualifier",
    ),
    "AWS::Lambda::LayerVersionPermission": Verdicts(
        tested=False,
        works="Action LayerVersionArn OrganizationId Principal",
    ),
    "AWS::Lambda::Url": Verdicts(
        tested=False,
        works="AuthType Cors InvokeMode Qualifier TargetFunctionArn",
    ),
    "AWS::Location::Tracker": Verdicts(
        tested=False,
        works="Description EventBridgeEnabled KmsKeyEnableGeospatialQueries KmsKeyId PositionFiltering Tags "
        "TrackerName",
        template_only="PricingPlan PricingPlanDataSource",
    ),
    "AWS::Pipes::Pipe": Verdicts(
        tested=False,
        works="Description DesiredState Name RoleArn Source SourceParameters Tags Target",
        template_only="Enrichment EnrichmentParameters KmsKeyIdentifier LogConfiguration TargetParameters",
    ),
    "AWS::SES::ConfigurationSet": Verdicts(
        tested=False,
        works="Name ReputationOptions SendingOptions Tags",
        template_only="ArchivingOptions DeliveryOptions SuppressionOptions TrackingOptions VdmOptions",
    ),
    "AWS::SES::ConfigurationSetEventDestination": Verdicts(
        tested=False,
        works="ConfigurationSetName EventDestination",
    ),
    "AWS::SES::EmailIdentity": Verdicts(
        tested=False,
        works="ConfigurationSetAttributes DkimAttributes EmailIdentity FeedbackAttributes MailFromAttributes Tags",
        template_only="DkimSigningAttributes",
    ),
}
