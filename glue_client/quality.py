"""Shows what Glue Data Quality found last: of each job that evaluates rules, and of each ruleset on a table.

A rule that fails is a warning where it has the label severity=soft, else a failure.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from glue_client.aws import Aws
from glue_client.console import count, say, show_table, text
from glue_client.errors import DeployError, WrongCall

COLUMNS = (("when", False), ("where", False), ("rule", False), ("outcome", False), ("measured", False))
STYLES = {"passed": "green", "warning": "yellow", "FAILED": "red"}
LOOKED_AT = 1000
"""Results, the newest first, among which the last ones are looked for."""
AT_ONCE = 100
"""How many results one BatchGetDataQualityResult request takes."""


class Outcome(NamedTuple):
    """What became of a rule: `state` passed, warning or FAILED; `reason` why not, `measured` Glue's metrics."""

    when: datetime
    where: str
    rule: str
    state: str
    reason: str
    measured: Mapping[str, float]


def show(aws: Aws, name: str | None = None, environment: str | None = None) -> None:
    """Print the last outcomes as a table: all, or those of a job or table (as `table` or `database.table`).

    Of an environment those of the jobs and databases whose names end in its own, and a job's name without that will do.

    Raises:
        WrongCall: nothing was evaluated by a job or on a table of that name; it says where something was.
        DeployError: a hard rule failed.
    """
    outcomes = [
        one
        for result in latest(_results(aws))
        for one in outcomes_of(result)
        if not environment or _is_in(one.where, environment)
    ]
    places = list(dict.fromkeys(one.where for one in outcomes))
    meant = {name, f"{name}-{environment}"} if environment else {name}
    chosen = [one for one in outcomes if name is None or _is_of(one.where, meant)]
    if name is not None and not chosen:
        known = f"rules were evaluated by {', '.join(places)}" if places else "no rules were evaluated yet"
        raise WrongCall(f'there are no results of data quality of "{name}"; {known}')
    if not chosen:
        say(f"no rules of data quality were evaluated yet in {aws}")
        return
    show_table(COLUMNS, (_row(one) for one in chosen))
    failed = [one for one in chosen if one.state == "FAILED"]
    warned = sum(one.state == "warning" for one in chosen)
    passed = len(chosen) - len(failed) - warned
    say(f"{count(len(chosen), 'rule')}: {passed} passed, {warned} warned, {len(failed)} failed")
    if failed:
        raise DeployError(
            f"{count(len(failed), 'hard rule')} failed",
            "; ".join(f"{one.where}: {one.rule}: {one.reason}" for one in failed),
            "correct the data, or the rules; the label severity=soft makes a rule that only warns",
        )


def latest(results: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of DataQualityResults the last ones, the oldest first: those of each job's last run, one a table and ruleset."""
    newest = sorted(results, key=lambda result: result["StartedOn"], reverse=True)
    runs: dict[str, str] = {}
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for result in newest:
        job, run = result.get("JobName"), result.get("JobRunId", "")
        if job is None:
            found.setdefault((_table(result), result.get("RulesetName", "")), result)
        elif runs.setdefault(job, run) == run:
            found[job, result["ResultId"]] = result
    return sorted(found.values(), key=lambda result: result["StartedOn"])


def outcomes_of(result: Mapping[str, Any]) -> Iterator[Outcome]:
    """The outcome of each rule of a DataQualityResult."""
    where = _where(result)
    for rule in result.get("RuleResults", ()):
        soft = rule.get("Labels", {}).get("severity") == "soft"
        state = "passed" if rule["Result"] == "PASS" else "warning" if soft else "FAILED"
        words = rule.get("EvaluatedRule") or rule.get("Description") or rule["Name"]
        measured = rule.get("EvaluatedMetrics", {})
        yield Outcome(result["StartedOn"], where, words, state, rule.get("EvaluationMessage", ""), measured)


def _where(result: Mapping[str, Any]) -> str:
    """A job and the context of its evaluation, or a table and the ruleset."""
    if "JobName" in result:
        return " ".join(filter(None, (result["JobName"], result.get("EvaluationContext"))))
    return " ".join(filter(None, (_table(result), result.get("RulesetName"))))


def _table(result: Mapping[str, Any]) -> str:
    for table in result.get("DataSource", {}).values():
        return f"{table['DatabaseName']}.{table['TableName']}"
    return ""


def _is_in(where: str, environment: str) -> bool:
    job_or_database = where.partition(" ")[0].partition(".")[0]
    return job_or_database.endswith((f"-{environment}", f"_{environment}"))


def _is_of(where: str, names: Container[str | None]) -> bool:
    place = where.partition(" ")[0]
    return place in names or place.rpartition(".")[2] in names


def _row(one: Outcome) -> list[Any]:
    moment = one.when.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    measured = ", ".join(f"{name.rpartition('.')[2]} {value:g}" for name, value in one.measured.items())
    return [moment, one.where, one.rule, text(one.state, STYLES[one.state]), measured]


def _results(aws: Aws) -> Iterator[Mapping[str, Any]]:
    """The newest results whole, as many as are looked at."""
    ids: list[str] = []
    token: dict[str, Any] = {}
    while len(ids) < LOOKED_AT:
        page = aws.glue.list_data_quality_results(MaxResults=AT_ONCE, **token)
        ids += [one["ResultId"] for one in page["Results"]]
        if not page.get("NextToken"):
            break
        token = {"NextToken": page["NextToken"]}
    for start in range(0, len(ids), AT_ONCE):
        yield from aws.glue.batch_get_data_quality_result(ResultIds=ids[start : start + AT_ONCE])["Results"]
