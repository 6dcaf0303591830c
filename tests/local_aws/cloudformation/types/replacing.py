"""Other values for the properties whose change makes another resource, as the registry's schemas have them."""

TWIN = object()
"""The value of a resource like the one that the property names."""

OTHER = {
    "AWS::IAM::Role": {"RoleName": "typed-role-2", "Path": "/other/"},
    "AWS::IAM::ManagedPolicy": {"ManagedPolicyName": "typed-managed-2", "Description": "other", "Path": "/other/"},
    "AWS::IAM::User": {"UserName": "typed-user-2"},
    "AWS::IAM::InstanceProfile": {"InstanceProfileName": "typed-profile-2", "Path": "/other/"},
    "AWS::IAM::Group": {"GroupName": "typed-made-group-2"},
    "AWS::IAM::RolePolicy": {"PolicyName": "typed-2", "RoleName": TWIN},
    "AWS::IAM::UserPolicy": {"PolicyName": "typed-2", "UserName": TWIN},
    "AWS::IAM::GroupPolicy": {"PolicyName": "typed-2", "GroupName": TWIN},
    "AWS::IAM::AccessKey": {"UserName": TWIN, "Serial": 2},
    "AWS::KMS::Alias": {"AliasName": "alias/typed-2"},
    "AWS::SSM::Parameter": {"Name": "/typed/parameter-2"},
    "AWS::SecretsManager::Secret": {"Name": "typed-secret-2"},
    "AWS::SecretsManager::ResourcePolicy": {"SecretId": TWIN},
    "AWS::S3::BucketPolicy": {"Bucket": TWIN},
    "AWS::SNS::Topic": {"TopicName": "typed-2.fifo", "FifoTopic": "false"},
    "AWS::SNS::Subscription": {"Endpoint": TWIN, "TopicArn": TWIN, "Protocol": "sms"},
    "AWS::SQS::Queue": {"QueueName": "typed-2.fifo", "FifoQueue": "false"},
    "AWS::Events::Rule": {"Name": "typed-rule-2"},
    "AWS::Events::EventBus": {"Name": "typed-bus-2"},
    "AWS::Scheduler::Schedule": {"Name": "typed-schedule-2"},
    "AWS::Scheduler::ScheduleGroup": {"Name": "typed-other-group-2"},
    "AWS::DynamoDB::Table": {"TableName": "typed-table-2"},
    "AWS::Kinesis::Stream": {"Name": "typed-stream-2"},
    "AWS::Logs::LogGroup": {"LogGroupName": "/typed/group-2"},
    "AWS::Logs::LogStream": {"LogStreamName": "typed-stream-2", "LogGroupName": TWIN},
    "AWS::Logs::MetricFilter": {"FilterName": "typed-filter-2", "LogGroupName": TWIN},
    "AWS::Logs::SubscriptionFilter": {"FilterName": "typed-subscription-2", "LogGroupName": TWIN},
    "AWS::CloudWatch::Alarm": {"AlarmName": "typed-alarm-2"},
    "AWS::CloudWatch::Dashboard": {"DashboardName": "typed-board-2"},
    "AWS::StepFunctions::StateMachine": {"StateMachineName": "typed-machine-2", "StateMachineType": "EXPRESS"},
    "AWS::StepFunctions::Activity": {"Name": "typed-activity-2"},
    "AWS::Lambda::Function": {"FunctionName": "typed-function-2"},
    "AWS::Lambda::Permission": {
        "FunctionName": TWIN,
        "SourceAccount": "111122223333",
        "SourceArn": "arn:aws:events:eu-west-1:000000000000:rule/other",
        "Principal": "s3.amazonaws.com",
        "PrincipalOrgID": "o-0987654321",
        "Action": "lambda:GetFunction",
    },
    "AWS::Lambda::EventSourceMapping": {"EventSourceArn": TWIN, "StartingPosition": "LATEST"},
    "AWS::Lambda::LayerVersion": {
        "CompatibleRuntimes": ["python3.12"],
        "LicenseInfo": "Apache-2.0",
        "CompatibleArchitectures": ["x86_64"],
        "LayerName": "typed-layer-2",
        "Description": "other",
    },
    "AWS::Lambda::Version": {"FunctionName": TWIN},
    "AWS::Lambda::Alias": {"Name": "other", "FunctionName": TWIN},
    "AWS::EC2::VPC": {"CidrBlock": "10.1.0.0/16"},
    "AWS::EC2::Subnet": {"VpcId": TWIN, "AvailabilityZone": "eu-west-1a", "CidrBlock": "10.0.2.0/24"},
    "AWS::EC2::SecurityGroup": {"GroupDescription": "other", "GroupName": "typed-door-2", "VpcId": TWIN},
    "AWS::EC2::VPCGatewayAttachment": {"VpcId": TWIN},
    "AWS::EC2::RouteTable": {"VpcId": TWIN},
    "AWS::EC2::Route": {"RouteTableId": TWIN, "DestinationCidrBlock": "192.168.8.0/24"},
    "AWS::EC2::SubnetRouteTableAssociation": {"RouteTableId": TWIN, "SubnetId": TWIN},
    "AWS::EC2::VPCEndpoint": {
        "ServiceName": "com.amazonaws.eu-west-1.dynamodb",
        "VpcEndpointType": "GatewayLoadBalancer",
        "VpcId": TWIN,
    },
    "AWS::EC2::SecurityGroupIngress": {
        "IpProtocol": "udp",
        "ToPort": "444",
        "FromPort": "442",
        "GroupId": TWIN,
        "SourceSecurityGroupId": TWIN,
    },
    "AWS::EC2::SecurityGroupEgress": {
        "IpProtocol": "udp",
        "ToPort": "444",
        "FromPort": "0",
        "GroupId": TWIN,
        "CidrIp": "10.8.0.0/16",
    },
    "AWS::EC2::FlowLog": {
        "DeliverLogsPermissionArn": "arn:aws:iam::000000000000:role/other",
        "LogDestination": "arn:aws:s3:::typed-objects/other",
        "LogFormat": "${srcaddr}",
        "MaxAggregationInterval": "600",
        "ResourceId": TWIN,
        "TrafficType": "REJECT",
    },
    "AWS::EC2::EIP": {"NetworkBorderGroup": "eu-west-1-wl1"},
    "AWS::EC2::EIPAssociation": {"AllocationId": TWIN, "PrivateIpAddress": "10.0.1.10"},
    "AWS::EC2::NatGateway": {"AllocationId": TWIN, "PrivateIpAddress": "10.0.1.17", "SubnetId": TWIN},
}
"""Type -> property -> its other value."""

NAMES = {
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::EC2::SecurityGroup": "GroupName",
}
"""Type -> the property that names it, where another property replaces it too."""

OF_ANOTHER = {
    "AWS::Logs::LogStream": "LogStreamName",
    "AWS::Logs::MetricFilter": "FilterName",
    "AWS::Logs::SubscriptionFilter": "FilterName",
}
"""Type -> the property that names it among those of one log group."""
