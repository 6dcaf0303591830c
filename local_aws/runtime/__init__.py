"""What lives inside a job's process. Imports nothing of the rest of `local_aws`: it could be used alone.

| file | duty |
|---|---|
| launch.py | runs one script as Glue would: arguments, environment, result file |
| s3_mount.py | shows S3 buckets as folders to Spark and carries changes back through the S3 API |
| s3_names.py | which keys can be files of a folder |
| s3_placing.py | how such a file is made |
| used_objects.py | what of it was read and listed, for IAM's record |
| boto3_hooks.py | keeps that folder and the script's own boto3 calls in step; gives botocore the endpoint |
| spark_conf.py | the settings that make any script's Spark session see `s3://` and this machine |
| jvm/ | what the Java processes of all jobs share |
| confinement.py | what a script may reach of the machine |
| s3_under_pytest.py | `s3://` outside of a job |
| failures.py | what an exception of a script reads like in the job run's ErrorMessage |
| python_causes.py | what a Python function raised in Spark's worker |
| categories.py | the error category and line that Glue puts before it |
| awsglue/ | Glue's Python library |
| awsgluedq/ | Glue Data Quality for scripts |
"""
