"""The job parameters of the developer guide ("Using job parameters in AWS Glue jobs") and what becomes of each here.

Every parameter, these and others, is handed to the script as on AWS. What would change the result of a job and is not
done fails its run by name; what makes AWS faster, cheaper or more talkative is taken and shown.
"""

from __future__ import annotations

from dataclasses import dataclass

DONE, KEPT, REFUSED = "done", "kept", "refused"


@dataclass(frozen=True)
class Parameter:
    """What becomes of one parameter.

    Attributes:
        state: DONE, KEPT (taken and shown, without an effect) or REFUSED (its run fails and names it).
        note: the difference, or why.
    """

    state: str
    note: str = ""


_NOT_SINCE_5 = "Glue 3.0 and 4.0; without an effect from 5.0 on, as on AWS"
_ONE_PROCESS = "all of a run is one process"

PARAMETERS: dict[str, Parameter] = {
    "--JOB_NAME": Parameter(KEPT, "Glue's own; the script gets the job's name"),
    "--TempDir": Parameter(DONE, "none is made where it is not given"),
    "--additional-python-modules": Parameter(DONE),
    "--auto-scale-within-microbatch": Parameter(KEPT, "of streaming jobs, which are refused"),
    "--class": Parameter(KEPT, "of Scala jobs, whose runs are refused"),
    "--conf": Parameter(DONE),
    "--continuous-log-conversionPattern": Parameter(DONE, _NOT_SINCE_5),
    "--continuous-log-logGroup": Parameter(DONE, _NOT_SINCE_5),
    "--continuous-log-logStreamPrefix": Parameter(DONE, _NOT_SINCE_5),
    "--custom-logGroup-prefix": Parameter(DONE, "Glue 5.0 and later"),
    "--custom-logStream-prefix": Parameter(DONE, "Glue 5.0 and later"),
    "--customer-driver-env-vars": Parameter(DONE, "a run without executors of its own: Python functions see them too"),
    "--customer-executor-env-vars": Parameter(DONE, "Python functions see them, Java's do not"),
    "--datalake-formats": Parameter(REFUSED, "the libraries of Delta Lake, Hudi and Iceberg are not on this machine"),
    "--debug": Parameter(KEPT, "Glue's own"),
    "--disable-proxy-v2": Parameter(KEPT, "there is no VPC to go through"),
    "--enable-auto-scaling": Parameter(KEPT, _ONE_PROCESS),
    "--enable-continuous-cloudwatch-log": Parameter(DONE, f"{_NOT_SINCE_5}; without the stream of the progress bar"),
    "--enable-continuous-log-filter": Parameter(DONE, _NOT_SINCE_5),
    "--enable-glue-datacatalog": Parameter(DONE),
    "--enable-job-insights": Parameter(KEPT, "its log streams are not written"),
    "--enable-lakeformation-fine-grained-access": Parameter(REFUSED, "Lake Formation is not there"),
    "--enable-metrics": Parameter(DONE, "not those of memory, CPU and disk"),
    "--enable-observability-metrics": Parameter(DONE, "success and errors"),
    "--enable-rename-algorithm-v2": Parameter(KEPT, "of Glue 1.0"),
    "--enable-s3-parquet-optimized-committer": Parameter(KEPT, "what Spark writes reaches S3 when the job is done"),
    "--enable-spark-ui": Parameter(DONE),
    "--encryption-type": Parameter(KEPT, "nothing is encrypted by it"),
    "--endpoint": Parameter(KEPT, "Glue's own"),
    "--executor-cores": Parameter(KEPT, _ONE_PROCESS),
    "--extra-files": Parameter(DONE),
    "--extra-jars": Parameter(DONE),
    "--extra-py-files": Parameter(DONE),
    "--job-bookmark-from": Parameter(DONE),
    "--job-bookmark-option": Parameter(DONE),
    "--job-bookmark-to": Parameter(DONE),
    "--job-language": Parameter(DONE, "runs of `scala` are refused"),
    "--mode": Parameter(KEPT, "Glue's own"),
    "--python-modules-installer-option": Parameter(DONE),
    "--python-virtual-env": Parameter(REFUSED, "name the packages in --additional-python-modules"),
    "--scriptLocation": Parameter(DONE),
    "--spark-event-logs-path": Parameter(DONE),
    "--use-postgres-driver": Parameter(KEPT, "of Glue 2.0"),
    "--user-jars-first": Parameter(DONE),
    "library-set": Parameter(KEPT, "of Python shell jobs; both sets are the same libraries here"),
}


def table() -> list[str]:
    """The parameters as lines of a table for docs/fidelity.md."""
    lines = ["| parameter | here | |", "|---|---|---|"]
    return lines + [f"| `{name}` | {each.state} | {each.note} |" for name, each in PARAMETERS.items()]
