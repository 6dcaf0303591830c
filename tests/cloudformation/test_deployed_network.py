"""The optional network, deployed on the local AWS and deleted again."""


def test_the_network_records_what_it_refuses_and_leaves_nothing(local_aws, root, parameter_files):
    cloudformation, ec2 = local_aws("cloudformation"), local_aws("ec2")
    cloudformation.create_stack(
        StackName="network",
        TemplateBody=(root / "cloudformation" / "network.yml").read_text(),
        Parameters=parameter_files["network"],
        Capabilities=["CAPABILITY_IAM"],
    )
    waiting = {"Delay": 0.1, "MaxAttempts": 300}
    cloudformation.get_waiter("stack_create_complete").wait(StackName="network", WaiterConfig=waiting)

    [log] = ec2.describe_flow_logs()["FlowLogs"]
    assert (log["TrafficType"], log["LogDestination"]) == ("REJECT", "/etl-poc/network-private")
    [group] = local_aws("logs").describe_log_groups(logGroupNamePrefix="/etl-poc/")["logGroups"]
    assert group["retentionInDays"] == 14

    cloudformation.delete_stack(StackName="network")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="network", WaiterConfig=waiting)
    assert ec2.describe_flow_logs()["FlowLogs"] == []
    assert local_aws("iam").list_roles()["Roles"] == []
    assert local_aws("logs").describe_log_groups(logGroupNamePrefix="/etl-poc/")["logGroups"] == []
