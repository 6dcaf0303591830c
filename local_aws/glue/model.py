"""Run records, node ids, states and errors of Glue, under Glue's own names: neither clock nor disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self


class GlueError(Exception):
    """An error that the API answers with.

    Attributes:
        code: AWS's exception name, such as EntityNotFoundException.
        message: AWS's text where it is known.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


CUT_SHORT = "The local AWS ended while this ran"
CLOSING = "The local AWS is ending: it starts nothing more"

FINAL_JOB_STATES = frozenset({"STOPPED", "SUCCEEDED", "FAILED", "TIMEOUT", "ERROR", "EXPIRED"})
FINAL_CRAWL_STATES = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})
FINAL_WORKFLOW_STATES = frozenset({"COMPLETED", "STOPPED", "ERROR"})
FINAL_QUALITY_STATES = frozenset({"STOPPED", "SUCCEEDED", "FAILED", "TIMEOUT"})


def node_id(workflow: str, kind: str, name: str) -> str:
    """The id of a workflow's node: the same in the definition's graph and in each run's (seen on AWS)."""
    return "wnode_" + hashlib.sha256(f"{workflow}\0{kind}\0{name}".encode()).hexdigest()


@dataclass(frozen=True)
class Record:
    """A run: stored whole, changed by making a new one."""

    def changed(self, **values: Any) -> Self:
        """The same record with other values."""
        return replace(self, **values)

    def modified(self, moment: float, **values: Any) -> Self:
        """The same record with other values, modified now; one that is over was last modified when it ended."""
        return self.changed(**{"LastModifiedOn": values.get("CompletedOn") or moment, **values})

    def to_document(self) -> dict[str, Any]:
        """The fields by name, those that are None left out."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True)
class JobRun(Record):
    """One attempt of a job. Names are those of Glue's JobRun; `WorkflowRunId` and `ProcessGroup` are ours.

    Times are seconds since the epoch, `Timeout` minutes, `ExecutionTime` seconds.
    """

    Id: str
    JobName: str
    JobRunState: str
    StartedOn: float
    LastModifiedOn: float
    Attempt: int = 0
    PreviousRunId: str | None = None
    TriggerName: str | None = None
    CompletedOn: float | None = None
    ErrorMessage: str | None = None
    Arguments: dict[str, str] = field(default_factory=dict)
    PredecessorRuns: list[dict[str, str]] = field(default_factory=list)
    AllocatedCapacity: int = 0
    ExecutionTime: int = 0
    Timeout: int = 480
    MaxCapacity: float | None = None
    WorkerType: str | None = None
    NumberOfWorkers: int | None = None
    SecurityConfiguration: str | None = None
    LogGroupName: str = "/aws-glue/jobs"
    GlueVersion: str | None = None
    ExecutionClass: str | None = None
    JobMode: str = "SCRIPT"
    JobRunQueuingEnabled: bool = False
    NotificationProperty: dict[str, int] | None = None
    StateDetail: str | None = None
    WorkflowRunId: str | None = None
    ProcessGroup: int | None = None

    @property
    def ended(self) -> bool:
        """Whether the run is over."""
        return self.JobRunState in FINAL_JOB_STATES

    def to_api(self) -> dict[str, Any]:
        """The run as GetJobRun shows it."""
        document = self.to_document()
        document.pop("WorkflowRunId", None)
        document.pop("ProcessGroup", None)
        return document


@dataclass(frozen=True)
class Crawl(Record):
    """One run of a crawler. `State` is that of a crawl in a workflow's graph; times are seconds since the epoch.

    `Summary` counts what was written, `Tables` names the tables by ADD, UPDATE and DELETE.
    """

    CrawlId: str
    CrawlerName: str
    State: str
    StartedOn: float
    CompletedOn: float | None = None
    ErrorMessage: str | None = None
    LogGroup: str = "/aws-glue/crawlers"
    LogStream: str = ""
    Summary: dict[str, int] = field(default_factory=dict)
    Tables: dict[str, list[str]] = field(default_factory=dict)
    TriggerName: str | None = None
    WorkflowRunId: str | None = None

    @property
    def ended(self) -> bool:
        """Whether the crawl is over."""
        return self.State in FINAL_CRAWL_STATES

    def to_node(self) -> dict[str, Any]:
        """The crawl as a workflow run's graph shows it."""
        names = ("State", "StartedOn", "CompletedOn", "ErrorMessage", "LogGroup", "LogStream")
        document = self.to_document()
        return {name: document[name] for name in names if name in document}

    def to_last_crawl(self) -> dict[str, Any]:
        """The crawl as GetCrawler's LastCrawl shows it."""
        document = {
            "Status": self.State,
            "ErrorMessage": self.ErrorMessage,
            "LogGroup": self.LogGroup,
            "LogStream": self.LogStream,
            "MessagePrefix": self.CrawlId,
            "StartTime": self.StartedOn,
        }
        return {name: value for name, value in document.items() if value is not None}


@dataclass(frozen=True)
class WorkflowRun(Record):
    """One run of a workflow, with the triggers as they were when it started.

    `Triggers` are trigger definitions, `Fired` the names of those that fired, `Carried` the ids of job runs and crawls
    that a resumed run takes over from the run before. What the firing of a trigger outside workflows sets going is
    kept in the same way: its `Name` is empty, and the triggers are those that there are. Times are seconds since the
    epoch.
    """

    WorkflowRunId: str
    Name: str
    Status: str
    StartedOn: float
    CompletedOn: float | None = None
    ErrorMessage: str | None = None
    PreviousRunId: str | None = None
    WorkflowRunProperties: dict[str, str] = field(default_factory=dict)
    Triggers: list[dict[str, Any]] = field(default_factory=list)
    Fired: list[str] = field(default_factory=list)
    Carried: list[str] = field(default_factory=list)
    StartingEventBatchCondition: dict[str, int] | None = None

    @property
    def ended(self) -> bool:
        """Whether the run is over."""
        return self.Status in FINAL_WORKFLOW_STATES


@dataclass(frozen=True)
class QualityRun(Record):
    """A run of Glue Data Quality on a table: an `evaluation` of rulesets or a `recommendation` of rules (`Kind`).

    Names are those of GetDataQualityRulesetEvaluationRun and GetDataQualityRuleRecommendationRun; `Kind`, `ClientToken`
    and `ProcessGroup` are ours. Times are seconds since the epoch, `Timeout` minutes, `ExecutionTime` seconds.
    """

    RunId: str
    Kind: str
    Status: str
    StartedOn: float
    LastModifiedOn: float
    DataSource: dict[str, Any]
    Role: str
    NumberOfWorkers: int = 5
    Timeout: int = 2880
    CompletedOn: float | None = None
    ErrorString: str | None = None
    ExecutionTime: int = 0
    AdditionalRunOptions: dict[str, Any] | None = None
    RulesetNames: list[str] | None = None
    ResultIds: list[str] | None = None
    AdditionalDataSources: dict[str, Any] | None = None
    RecommendedRuleset: str | None = None
    RecommendationMode: str | None = None
    CreatedRulesetName: str | None = None
    ClientToken: str | None = None
    ProcessGroup: int | None = None

    @property
    def ended(self) -> bool:
        """Whether the run is over."""
        return self.Status in FINAL_QUALITY_STATES

    @property
    def table(self) -> dict[str, Any]:
        """The table that it looks at: DatabaseName, TableName and what else its DataSource says."""
        return next(iter(self.DataSource.values()))

    def cut_short(self, moment: float) -> Self:
        """The run as it is when the server ended while it went on."""
        return self.changed(
            Status="FAILED", ErrorString=CUT_SHORT, CompletedOn=moment, LastModifiedOn=moment, ProcessGroup=None
        )
