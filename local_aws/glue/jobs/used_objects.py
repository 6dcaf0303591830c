"""What a Spark job read of its buckets, told to IAM's record as the requests that it would have been on AWS."""

from __future__ import annotations

from pathlib import Path

from local_aws import emulator
from local_aws.emulator import RoleSession, Scope
from local_aws.glue.jobs import run_files
from local_aws.runtime.used_objects import FILE, noted


def record_used_objects(scope: Scope, role: RoleSession, folder: Path) -> None:
    """Have IAM decide on what a run noted that it read and listed; for a thread, as there may be much.

    Args:
        scope: the run's.
        role: the job's.
        folder: the run's; nothing is noted of a job that is not Spark.
    """
    try:
        text = run_files.text_of(folder / FILE)
    except OSError:
        return
    with scope.entered():
        for how, bucket, key in noted(text):
            arn = f"arn:aws:s3:::{bucket}"
            if how == "l":
                emulator.denial(role.access_key, "s3:ListBucket", arn, {"s3:prefix": f"{key}/" if key else ""})
            else:
                emulator.denial(role.access_key, "s3:GetObject", f"{arn}/{key}")
