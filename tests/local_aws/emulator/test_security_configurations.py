"""What local_aws/emulator relies on of the emulator's security configurations."""

from tests.local_aws.aws_server import unique


def test_a_run_finds_the_configuration_that_the_emulator_keeps(local_aws):
    name, encryption = unique("conf"), {"CloudWatchEncryption": {"CloudWatchEncryptionMode": "SSE-KMS"}}
    local_aws.client("glue").create_security_configuration(Name=name, EncryptionConfiguration=encryption)
    job = local_aws.job("pass")
    run = local_aws.client("glue").start_job_run(JobName=job, SecurityConfiguration=name)["JobRunId"]
    assert f"{name}-role" in local_aws.wait_run(job, run)["LogGroupName"]
