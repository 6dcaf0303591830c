"""Runs of workflows: started, followed from trigger to trigger, ended, resumed.

A run works on the triggers as they were when it started. Nothing is stopped when a node fails: what waits for its
success simply never starts, and when nothing runs any more the run is COMPLETED (developer guide).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from local_aws import happenings
from local_aws.emulator import Scope
from local_aws.glue.crawls.runs import Crawls
from local_aws.glue.definitions.records import Definitions
from local_aws.glue.errors import invalid
from local_aws.glue.jobs.requests import StartRequest
from local_aws.glue.jobs.runs import JobRuns
from local_aws.glue.model import CLOSING, Crawl, GlueError, JobRun, WorkflowRun, node_id
from local_aws.glue.stamps import new_id, now
from local_aws.glue.workflows import graph
from local_aws.glue.workflows.resumption import resumption
from local_aws.glue.workflows.triggers import Action, Trigger, due, start_trigger


class WorkflowRuns:
    """Starts workflow runs and carries them on as their jobs and crawlers end."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._store = definitions.store
        self.jobs: JobRuns
        self.crawls: Crawls
        self._closing = False

    def begin_to_close(self) -> None:
        """Start and end nothing more, as the server ends: runs are cut short where they are."""
        self._closing = True
        self.jobs.begin_to_close()
        self.crawls.begin_to_close()

    # What the API asks for

    def start(
        self,
        scope: Scope,
        name: str,
        properties: Mapping[str, str],
        batch: dict[str, int] | None = None,
    ) -> WorkflowRun:
        """Begin a run by firing the workflow's start trigger.

        Args:
            scope: account and region.
            name: the workflow's.
            properties: run properties, over the workflow's default ones.
            batch: how many events started the run (BatchSize), and the seconds that they were waited for (BatchWindow).

        Raises:
            GlueError: EntityNotFoundException, ConcurrentRunsExceededException, or InvalidInputException for a
                workflow that has no start trigger (its text is ours).
        """
        if self._closing:
            raise GlueError("InternalServiceException", CLOSING)
        workflow = self._definitions.get(scope, "workflow", name)
        definitions = self._definitions.triggers_of(scope, name)
        first = start_trigger(Trigger.of(definition) for definition in definitions)
        if first is None:
            raise invalid(f"Workflow {name} has no start trigger")
        self._check_concurrency(scope, workflow)
        run = _new_run(name, {**workflow.get("DefaultRunProperties", {}), **properties}, definitions, batch)
        self._fire(scope, run, first)
        self._advance(scope, run.WorkflowRunId)
        return run

    def start_by_trigger(
        self,
        scope: Scope,
        trigger: Mapping[str, Any],
        properties: Mapping[str, str] | None = None,
        batch: dict[str, int] | None = None,
    ) -> None:
        """Fire a trigger that waits for no job or crawler: it starts its workflow, or its own actions.

        When the workflow has too many runs, the run that cannot be is kept as one in ERROR with the message of the API
        reference.

        Raises:
            GlueError: as `start`, but for ConcurrentRunsExceededException.
        """
        name = trigger.get("WorkflowName", "")
        if not name:
            self._fire(scope, run := _new_run("", {}, [], None), Trigger.of(trigger))
            self._advance(scope, run.WorkflowRunId)
            return
        try:
            self.start(scope, name, properties or {}, batch)
        except GlueError as error:
            if error.code != "ConcurrentRunsExceededException":
                raise
            run = _new_run(name, dict(properties or {}), self._definitions.triggers_of(scope, name), batch)
            refused = run.changed(Status="ERROR", CompletedOn=run.StartedOn, ErrorMessage=error.message)
            self._store.put_run(scope, refused)
            _tell(refused)

    def resume(self, scope: Scope, name: str, run_id: str, node_ids: Collection[str]) -> tuple[WorkflowRun, list[str]]:
        """Begin a run that takes a completed one up again at some of its nodes.

        The run works on the triggers of the run before; which nodes run again is said in resumption.py.

        Returns:
            The new run, and the ids of the nodes that it starts with.

        Raises:
            GlueError: EntityNotFoundException, IllegalWorkflowStateException for a run that is not COMPLETED,
                ConcurrentRunsExceededException, or InvalidInputException for a node that was never tried in it.
        """
        old = self.get(scope, name, run_id)
        if old.Status != "COMPLETED":
            raise GlueError("IllegalWorkflowStateException", f"Workflow run {run_id} is in state {old.Status}")
        plan = resumption(old, *self._actions(scope, old), node_ids)
        self._check_concurrency(scope, self._definitions.get(scope, "workflow", name))
        run = _new_run(name, old.WorkflowRunProperties, old.Triggers, None).changed(
            PreviousRunId=run_id, Fired=plan.fired, Carried=plan.carried
        )
        self._store.put_run(scope, run)
        for trigger, action in plan.starts:
            self._start(scope, run, trigger, action)
        self._advance(scope, run.WorkflowRunId)
        return run, [node_id(name, *action.node) for _, action in plan.starts]

    def _check_concurrency(self, scope: Scope, workflow: Mapping[str, Any]) -> None:
        name, limit = workflow["Name"], workflow.get("MaxConcurrentRuns")
        running = sum(not run.ended for run in self._store.runs(scope, WorkflowRun, name))
        if limit and running >= limit:
            raise GlueError("ConcurrentRunsExceededException", f"Concurrent runs exceeded for workflow: {name}.")

    def get(self, scope: Scope, name: str, run_id: str) -> WorkflowRun:
        """Read a run; raises EntityNotFoundException (its text is unverified)."""
        run = self._store.run(scope, WorkflowRun, run_id)
        if run is None or run.Name != name:
            raise GlueError("EntityNotFoundException", f"Workflow run {run_id} of workflow {name} does not exist")
        return run

    def stop(self, scope: Scope, name: str, run_id: str) -> None:
        """Begin to stop a run and all that runs in it.

        Raises:
            GlueError: EntityNotFoundException, or IllegalWorkflowStateException when it does not run.
        """
        run = self.get(scope, name, run_id)
        if run.Status != "RUNNING":
            raise GlueError("IllegalWorkflowStateException", f"Workflow run {run_id} is in state {run.Status}")
        self._store.put_run(scope, run.changed(Status="STOPPING"))
        job_runs, crawls = self._actions(scope, run)
        for job_run in job_runs:
            if not job_run.ended:
                self.jobs.stop(scope, job_run.JobName, job_run.Id)
        for crawl in crawls:
            if not crawl.ended:
                self.crawls.stop(scope, crawl.CrawlerName)
        self._advance(scope, run_id)

    def put_properties(self, scope: Scope, name: str, run_id: str, properties: Mapping[str, str]) -> None:
        """Set run properties key by key, over the earlier values."""
        run = self.get(scope, name, run_id)
        self._store.put_run(scope, run.changed(WorkflowRunProperties={**run.WorkflowRunProperties, **properties}))

    def to_api(self, scope: Scope, run: WorkflowRun, *, include_graph: bool) -> dict[str, Any]:
        """The run as GetWorkflowRun shows it."""
        job_runs, crawls = self._actions(scope, run)
        document = run.to_document()
        definitions = document.pop("Triggers")
        del document["Fired"], document["Carried"]
        document["Statistics"] = graph.statistics(definitions, job_runs, crawls)
        if include_graph:
            document["Graph"] = graph.build(run.Name, definitions, job_runs, crawls)
        return document

    # How a run goes on

    def action_ended(self, scope: Scope, action: JobRun | Crawl) -> None:
        """Carry on the workflow run that a job run or crawl belonged to."""
        if action.WorkflowRunId and not self._closing:
            self._advance(scope, action.WorkflowRunId)

    def _actions(self, scope: Scope, run: WorkflowRun) -> tuple[list[JobRun], list[Crawl]]:
        """The job runs and crawls of a run, those first that it took over from the run before."""
        carried = [self._store.run(scope, JobRun, run_id) for run_id in run.Carried]
        crawls = [self._store.run(scope, Crawl, run_id) for run_id in run.Carried]
        return (
            [job for job in carried if job] + self._store.runs_in_workflow(scope, JobRun, run.WorkflowRunId),
            [crawl for crawl in crawls if crawl] + self._store.runs_in_workflow(scope, Crawl, run.WorkflowRunId),
        )

    def _advance(self, scope: Scope, run_id: str) -> None:
        """Fire what is due until nothing is; end the run when nothing runs."""
        while True:
            run = self._store.run(scope, WorkflowRun, run_id)
            if run is None or run.ended:
                return
            job_runs, crawls = self._actions(scope, run)
            unfinished = {("JOB", job.JobName) for job in job_runs if not job.ended}
            unfinished |= {("CRAWLER", crawl.CrawlerName) for crawl in crawls if not crawl.ended}
            outcomes = {
                node: state for node, state in graph.last_states(job_runs, crawls).items() if node not in unfinished
            }
            definitions = run.Triggers if run.Name else self._definitions.triggers_of(scope, "")
            triggers = [Trigger.of(definition) for definition in definitions]
            fire = due(triggers, outcomes, run.Fired) if run.Status == "RUNNING" else []
            if not fire:
                if not unfinished:
                    status = "STOPPED" if run.Status == "STOPPING" else "COMPLETED"
                    over = run.changed(Status=status, CompletedOn=now())
                    self._store.put_run(scope, over)
                    _tell(over)
                return
            for trigger in fire:
                run = self._fire(scope, run, trigger)

    def _fire(self, scope: Scope, run: WorkflowRun, trigger: Trigger) -> WorkflowRun:
        """Note that a trigger fired, then start its actions."""
        run = run.changed(Fired=[*run.Fired, trigger.name])
        self._store.put_run(scope, run)
        for action in trigger.actions:
            self._start(scope, run, trigger, action)
        return run

    def _start(self, scope: Scope, run: WorkflowRun, trigger: Trigger, action: Action) -> None:
        if action.node[0] == "JOB":
            self._start_job(scope, run, trigger, action)
        else:
            self._start_crawler(scope, run, trigger.name, action.node[1])

    def _start_job(self, scope: Scope, run: WorkflowRun, trigger: Trigger, action: Action) -> None:
        watched = {condition.node for condition in trigger.conditions}
        job_runs, _ = self._actions(scope, run)
        request = StartRequest(
            arguments=dict(action.arguments),
            timeout=action.timeout,
            notify_delay=action.notify_delay,
            security_configuration=action.security_configuration,
            trigger=trigger.name,
            workflow=(run.Name, run.WorkflowRunId),
            predecessors=tuple((job.JobName, job.Id) for job in job_runs if ("JOB", job.JobName) in watched),
        )
        self.jobs.start_by_trigger(scope, action.node[1], request)

    def _start_crawler(self, scope: Scope, run: WorkflowRun, trigger: str, name: str) -> None:
        try:
            self.crawls.start(scope, name, trigger=trigger, workflow_run=run.WorkflowRunId)
        except GlueError as error:
            moment = now()
            failed = Crawl(
                CrawlId=new_id("crawl"),
                CrawlerName=name,
                State="FAILED",
                StartedOn=moment,
                CompletedOn=moment,
                ErrorMessage=error.message,
                TriggerName=trigger,
                WorkflowRunId=run.WorkflowRunId,
            )
            self._store.put_run(scope, failed)


def _tell(run: WorkflowRun) -> None:
    """Tell that a workflow's run is over; what triggers outside of a workflow start has a run without a name."""
    if run.Name:
        happenings.tell("workflow", run.Name, run.Status, (run.CompletedOn or now()) - run.StartedOn, run.ErrorMessage)


def _new_run(
    name: str, properties: Mapping[str, str], triggers: list[dict[str, Any]], batch: dict[str, int] | None
) -> WorkflowRun:
    return WorkflowRun(
        WorkflowRunId=new_id("wr"),
        Name=name,
        Status="RUNNING",
        StartedOn=now(),
        WorkflowRunProperties=dict(properties),
        Triggers=triggers,
        StartingEventBatchCondition=batch,
    )
