"""Prepared statements: Athena's operations on them, and PREPARE, EXECUTE and DEALLOCATE PREPARE.

The records are the emulator's (`emulator.prepared_statements`). The text for one that is missing is Athena's (real);
that for one that is there already is not verified.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from local_aws import emulator
from local_aws.athena.engine.sessions import Engine
from local_aws.athena.errors import AbsentError, FailedQueryError, RefusedQueryError, invalid, not_supported
from local_aws.athena.executions.history import page_start
from local_aws.athena.rights import check_output
from local_aws.athena.sql.parameters import filled
from local_aws.athena.sql.statements import kind_of
from local_aws.athena.sql.tokens import Words
from local_aws.emulator import QueryOutcome, Scope

Parameters = dict[str, Any]
_PAGE = 50
KINDS = ("SELECT", "INSERT", "CREATE_TABLE_AS_SELECT", "UNLOAD")
"""What can be prepared and take values (user guide, "Using prepared statements"), by SubstatementType."""


def create(scope: Scope, parameters: Parameters) -> Parameters:
    """CreatePreparedStatement."""
    group, name = _group(scope, parameters), parameters["StatementName"]
    if _key(group, name) in emulator.prepared_statements(scope):
        raise invalid(f"Prepared statement {name} already exists in WorkGroup {group}")
    _keep(scope, group, name, parameters)
    return {}


def update(scope: Scope, parameters: Parameters) -> Parameters:
    """UpdatePreparedStatement."""
    record = _existing(scope, parameters)
    _keep(scope, record["WorkGroupName"], record["StatementName"], {**record, **parameters})
    return {}


def get(scope: Scope, parameters: Parameters) -> Parameters:
    """GetPreparedStatement."""
    return {"PreparedStatement": _existing(scope, parameters)}


def delete(scope: Scope, parameters: Parameters) -> Parameters:
    """DeletePreparedStatement."""
    record = _existing(scope, parameters)
    del emulator.prepared_statements(scope)[_key(record["WorkGroupName"], record["StatementName"])]
    return {}


def every(scope: Scope, parameters: Parameters) -> Parameters:
    """ListPreparedStatements of a work group, by name."""
    group = _group(scope, parameters)
    records = emulator.prepared_statements(scope).values()
    found = sorted(
        ({part: record[part] for part in ("StatementName", "LastModifiedTime")} for record in records
         if record["WorkGroupName"] == group),
        key=lambda record: str(record["StatementName"]),
    )  # fmt: skip
    start = page_start(parameters)
    end = start + min(int(parameters.get("MaxResults") or _PAGE), _PAGE)
    return {"PreparedStatements": found[start:end]} | ({"NextToken": str(end)} if end < len(found) else {})


def get_batch(scope: Scope, parameters: Parameters) -> Parameters:
    """BatchGetPreparedStatement."""
    group, names = _group(scope, parameters), parameters["PreparedStatementNames"]
    records = emulator.prepared_statements(scope)
    return {
        "PreparedStatements": [records[_key(group, name)] for name in names if _key(group, name) in records],
        "UnprocessedPreparedStatementNames": [
            {"StatementName": name, "ErrorCode": "STATEMENT_NOT_FOUND", "ErrorMessage": absent(name, group)}
            for name in names
            if _key(group, name) not in records
        ],
    }


OPERATIONS: dict[str, Callable[[Scope, Parameters], Parameters]] = {
    "CreatePreparedStatement": create,
    "UpdatePreparedStatement": update,
    "GetPreparedStatement": get,
    "DeletePreparedStatement": delete,
    "ListPreparedStatements": every,
    "BatchGetPreparedStatement": get_batch,
}


def absent(name: str, group: str) -> str:
    """What is said of a statement that is not there (real)."""
    return f"PreparedStatement {name} was not found in workGroup {group}"


def _group(scope: Scope, parameters: Parameters) -> str:
    group: str = parameters["WorkGroup"]
    if emulator.work_group(scope, group) is None:
        raise invalid("WorkGroup is not found.")
    return group


def _existing(scope: Scope, parameters: Parameters) -> dict[str, Any]:
    group, name = _group(scope, parameters), parameters["StatementName"]
    record = emulator.prepared_statements(scope).get(_key(group, name))
    if record is None:
        raise AbsentError(absent(name, group))
    return record


def _keep(scope: Scope, group: str, name: str, parameters: Parameters) -> None:
    record = {part: parameters[part] for part in ("QueryStatement", "Description") if parameters.get(part)}
    emulator.prepared_statements(scope)[_key(group, name)] = {
        "StatementName": name,
        "WorkGroupName": group,
        **record,
        "LastModifiedTime": time.time(),
    }


def _key(group: str, name: str) -> str:
    return f"{group}/{name}"


# As SQL


class PreparedStatements:
    """PREPARE, EXECUTE and DEALLOCATE PREPARE in one work group.

    Args:
        scope: account and region of the caller.
        access_key: the caller's.
        group: name of the work group.
        engine: reads values.
    """

    def __init__(self, scope: Scope, access_key: str, group: str, engine: Engine) -> None:
        self._scope, self._access_key, self._group, self._engine = scope, access_key, group, engine

    def prepare(self, sql: str) -> Callable[[str, str], QueryOutcome]:
        """Read `PREPARE name FROM statement`; return what carries it out.

        Raises:
            RefusedQueryError: it cannot be read, or no such statement can be prepared.
        """
        words = Words(sql, trino=True)
        words.expect("PREPARE")
        name = words.name(double_quoted=True)
        words.expect("FROM")
        statement = words.rest()
        if kind_of(statement).name not in KINDS:
            raise not_supported(f"PREPARE of {kind_of(statement).name}")

        def run() -> None:
            self._check("CreatePreparedStatement")
            create(self._scope, {"WorkGroup": self._group, "StatementName": name, "QueryStatement": statement})

        return self._work(run)

    def deallocate(self, sql: str) -> Callable[[str, str], QueryOutcome]:
        """Read `DEALLOCATE PREPARE name`; return what carries it out."""
        words = Words(sql, trino=True)
        words.expect("DEALLOCATE", "PREPARE")
        name = words.name(double_quoted=True)
        words.end()

        def run() -> None:
            self._check("DeletePreparedStatement")
            delete(self._scope, {"WorkGroup": self._group, "StatementName": name})

        return self._work(run)

    def statement(self, sql: str, parameters: Sequence[str] | None) -> str:
        """The statement that `EXECUTE name [USING value, …]` stands for; ExecutionParameters where USING is not there.

        Raises:
            RefusedQueryError: it cannot be read.
            FailedQueryError: there is no such statement, the caller may not use it, or the values do not fit.
        """
        words = Words(sql, trino=True)
        words.expect("EXECUTE")
        name = words.name(double_quoted=True)
        if words.take("USING"):
            values = self._engine.constants(list(words.separated()))
        else:
            words.end()
            values = self._engine.expressions(list(parameters or ()))
        with self._scope.entered():
            self._check("GetPreparedStatement")
        record = emulator.prepared_statements(self._scope).get(_key(self._group, name))
        if record is None:
            raise FailedQueryError(absent(name, self._group))
        return filled(record["QueryStatement"], values)

    def _check(self, operation: str) -> None:
        arn = f"arn:aws:athena:{self._scope.region}:{self._scope.account_id}:workgroup/{self._group}"
        if denied := emulator.denial(self._access_key, f"athena:{operation}", arn):
            raise FailedQueryError(
                f"User: {denied} is not authorized to perform: athena:{operation} on resource: {arn}"
            )

    def _work(self, run: Callable[[], None]) -> Callable[[str, str], QueryOutcome]:
        def work(_execution_id: str, location: str) -> QueryOutcome:
            with self._scope.entered():
                check_output(self._scope, self._access_key, location)
                try:
                    run()
                except (RefusedQueryError, AbsentError) as error:
                    raise FailedQueryError(str(error)) from error
                bucket, _, key = location.removeprefix("s3://").partition("/")
                emulator.put_object(self._scope, bucket, key, b"", "binary/octet-stream")
            return QueryOutcome("SUCCEEDED", header=False, update_count=None)

        return work
