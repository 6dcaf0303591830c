"""Types of APIs.

They are what the emulator's own code reads of a template; no test reads each of them back.
"""

from __future__ import annotations

from local_aws.cloudformation.verdicts.verdict import Verdicts

INTERFACES = {
    "AWS::ApiGateway::Account": Verdicts(
        tested=False,
        works="CloudWatchRoleArn",
    ),
    "AWS::ApiGateway::ApiKey": Verdicts(
        tested=False,
        works="CustomerId Description Enabled Name StageKeys Tags Value",
        template_only="GenerateDistinctId",
    ),
    "AWS::ApiGateway::Authorizer": Verdicts(
        tested=False,
        works="AuthType AuthorizerCredentials AuthorizerResultTtlInSeconds AuthorizerUri IdentitySource "
        "IdentityValidationExpression Name ProviderARNs RestApiId Type",
    ),
    "AWS::ApiGateway::BasePathMapping": Verdicts(
        tested=False,
        works="BasePath DomainName RestApiId Stage",
    ),
    "AWS::ApiGateway::Deployment": Verdicts(
        tested=False,
        works="Description RestApiId StageDescription StageName",
        template_only="DeploymentCanarySettings",
    ),
    "AWS::ApiGateway::DocumentationPart": Verdicts(
        tested=False,
        works="Location Properties RestApiId",
    ),
    "AWS::ApiGateway::DocumentationVersion": Verdicts(
        tested=False,
        works="DocumentationVersion RestApiId",
        template_only="Description",
    ),
    "AWS::ApiGateway::DomainName": Verdicts(
        tested=False,
        works="CertificateArn DomainName EndpointAccessMode EndpointConfiguration MutualTlsAuthentication "
        "OwnershipVerificationCertificateArn RegionalCertificateArn RoutingMode SecurityPolicy Tags",
    ),
    "AWS::ApiGateway::GatewayResponse": Verdicts(
        tested=False,
        works="ResponseParameters ResponseTemplates ResponseType RestApiId StatusCode",
    ),
    "AWS::ApiGateway::Method": Verdicts(
        tested=False,
        works="ApiKeyRequired AuthorizationScopes AuthorizationType AuthorizerId HttpMethod Integration "
        "MethodResponses OperationName RequestModels RequestParameters ResourceId RestApiId",
        template_only="RequestValidatorId",
    ),
    "AWS::ApiGateway::Model": Verdicts(
        tested=False,
        works="ContentType Description Name RestApiId Schema",
    ),
    "AWS::ApiGateway::RequestValidator": Verdicts(
        tested=False,
        template_only="Name RestApiId ValidateRequestBody ValidateRequestParameters",
    ),
    "AWS::ApiGateway::Resource": Verdicts(
        tested=False,
        works="ParentId PathPart RestApiId",
    ),
    "AWS::ApiGateway::RestApi": Verdicts(
        tested=False,
        works="BinaryMediaTypes Body Description EndpointConfiguration MinimumCompressionSize Name Policy Tags",
        template_only="ApiKeySourceType DisableExecuteApiEndpoint EndpointAccessMode FailOnWarnings Mode Parameters "
        "SecurityPolicy Version",
        refused={"BodyS3Location": "give the definition as Body", "CloneFrom": "APIs are not copied"},
    ),
    "AWS::ApiGateway::Stage": Verdicts(
        tested=False,
        works="DeploymentId Description MethodSettings RestApiId StageName Tags TracingEnabled Variables",
        template_only="AccessLogSetting CacheClusterEnabled CacheClusterSize CanarySetting ClientCertificateId "
        "DocumentationVersion",
    ),
    "AWS::ApiGateway::UsagePlan": Verdicts(
        tested=False,
        works="ApiStages Description Quota Tags Throttle UsagePlanName",
    ),
    "AWS::ApiGateway::UsagePlanKey": Verdicts(
        tested=False,
        works="KeyId KeyType UsagePlanId",
    ),
    "AWS::ApiGatewayV2::Api": Verdicts(
        tested=False,
        works="ApiKeySelectionExpression Body CorsConfiguration Description DisableExecuteApiEndpoint "
        "DisableSchemaValidation Name ProtocolType RouteSelectionExpression Tags Version",
        template_only="BasePath CredentialsArn FailOnWarnings IpAddressType",
        refused={
            "BodyS3Location": "write the document as Body",
            "RouteKey": "give routes and integrations as resources",
            "Target": "give routes and integrations as resources",
        },
    ),
    "AWS::ApiGatewayV2::ApiMapping": Verdicts(
        tested=False,
        works="ApiId ApiMappingKey DomainName Stage",
    ),
    "AWS::ApiGatewayV2::Authorizer": Verdicts(
        tested=False,
        works="ApiId AuthorizerCredentialsArn AuthorizerPayloadFormatVersion AuthorizerResultTtlInSeconds "
        "AuthorizerType AuthorizerUri EnableSimpleResponses IdentitySource JwtConfiguration Name",
        template_only="IdentityValidationExpression",
    ),
    "AWS::ApiGatewayV2::DomainName": Verdicts(
        tested=False,
        works="DomainName DomainNameConfigurations MutualTlsAuthentication RoutingMode Tags",
    ),
    "AWS::ApiGatewayV2::Integration": Verdicts(
        tested=False,
        works="ApiId ConnectionId ConnectionType ContentHandlingStrategy Description IntegrationMethod "
        "IntegrationType IntegrationUri PayloadFormatVersion RequestParameters RequestTemplates "
        "ResponseParameters TimeoutInMillis",
        template_only="CredentialsArn IntegrationSubtype PassthroughBehavior TemplateSelectionExpression TlsConfig",
    ),
    "AWS::ApiGatewayV2::Route": Verdicts(
        tested=False,
        works="ApiId ApiKeyRequired AuthorizationScopes AuthorizationType AuthorizerId "
        "ModelSelectionExpression OperationName RequestModels RequestParameters RouteKey "
        "RouteResponseSelectionExpression Target",
    ),
    "AWS::ApiGatewayV2::Stage": Verdicts(
        tested=False,
        works="AccessLogSettings ApiId AutoDeploy ClientCertificateId DefaultRouteSettings DeploymentId "
        "Description RouteSettings StageName StageVariables Tags",
    ),
    "AWS::AppSync::ApiKey": Verdicts(
        tested=False,
        works="ApiId Description Expires",
    ),
    "AWS::AppSync::DataSource": Verdicts(
        tested=False,
        works="ApiId Description DynamoDBConfig ElasticsearchConfig EventBridgeConfig HttpConfig LambdaConfig "
        "MetricsConfig Name OpenSearchServiceConfig RelationalDatabaseConfig ServiceRoleArn Type",
    ),
    "AWS::AppSync::FunctionConfiguration": Verdicts(
        tested=False,
        works="ApiId DataSourceName Name",
        template_only="Code CodeS3Location Description FunctionVersion MaxBatchSize RequestMappingTemplate "
        "RequestMappingTemplateS3Location ResponseMappingTemplate ResponseMappingTemplateS3Location "
        "Runtime SyncConfig",
    ),
    "AWS::AppSync::GraphQLApi": Verdicts(
        tested=False,
        works="AdditionalAuthenticationProviders ApiType AuthenticationType EnhancedMetricsConfig "
        "EnvironmentVariables IntrospectionConfig LambdaAuthorizerConfig LogConfig "
        "MergedApiExecutionRoleArn Name OpenIDConnectConfig OwnerContact QueryDepthLimit "
        "ResolverCountLimit Tags UserPoolConfig Visibility XrayEnabled",
    ),
    "AWS::AppSync::GraphQLSchema": Verdicts(
        tested=False,
        works="ApiId Definition",
        refused={"DefinitionS3Location": "give the schema as Definition"},
    ),
    "AWS::AppSync::Resolver": Verdicts(
        tested=False,
        works="ApiId CachingConfig Code DataSourceName FieldName Kind MaxBatchSize MetricsConfig "
        "PipelineConfig RequestMappingTemplate ResponseMappingTemplate Runtime SyncConfig TypeName",
        refused={
            "CodeS3Location": "give it in the template",
            "RequestMappingTemplateS3Location": "give it in the template",
            "ResponseMappingTemplateS3Location": "give it in the template",
        },
    ),
}
