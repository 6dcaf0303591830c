"""`s3fs`, which Glue's Spark jobs have: what pandas and others open `s3://` with, through fsspec.

This folder comes last on a Spark job's path, so that a job with the real one (`--additional-python-modules`) uses that.
"""

from _local_glue_job.s3_files import S3FileSystem  # the name under which launch.py imports the modules beside itself

__version__ = "2025.10.0"  # that of Glue 5.1; fsspec asks
__all__ = ["S3FileSystem"]
