"""The rules, as `cfn-lint --append-rules local_glue.lint.rules` finds them.

| file | rules on |
|---|---|
| arguments.py | arguments that templates pass and scripts take |
| triggers.py | triggers, each by itself |
| workflows.py | the triggers of a workflow together |
| overlaps.py | what two things start |
| jobs.py | jobs and their scripts |
| roles.py | roles of jobs and crawlers |
| buckets.py | buckets |
"""

from local_glue.lint.rules.arguments import (
    ArgumentOfNobody,
    MissingArgument,
    ReservedArgument,
    ScriptNotFound,
    UndeclaredArgument,
)
from local_glue.lint.rules.buckets import TakenName, WithoutTls
from local_glue.lint.rules.jobs import BookmarkNotKept, OtherPython, RefusedJob
from local_glue.lint.rules.overlaps import CrawlerOfItsOwn, Overlap
from local_glue.lint.rules.roles import NotForGlue, ScriptOutOfReach, TargetOutOfReach
from local_glue.lint.rules.triggers import (
    NeverActivated,
    NeverDue,
    NoLogical,
    RefusedTrigger,
    StateThatNeverComes,
    UnknownName,
    WaitsForWhatNeverStarts,
)
from local_glue.lint.rules.workflows import Circle, MadeAtOnce, NoStart, StartedByNobody, StartTriggers

__all__ = [
    "ArgumentOfNobody",
    "BookmarkNotKept",
    "Circle",
    "CrawlerOfItsOwn",
    "MadeAtOnce",
    "MissingArgument",
    "NeverActivated",
    "NeverDue",
    "NoLogical",
    "NoStart",
    "NotForGlue",
    "OtherPython",
    "Overlap",
    "RefusedJob",
    "RefusedTrigger",
    "ReservedArgument",
    "ScriptNotFound",
    "ScriptOutOfReach",
    "StartTriggers",
    "StartedByNobody",
    "StateThatNeverComes",
    "TakenName",
    "TargetOutOfReach",
    "UndeclaredArgument",
    "UnknownName",
    "WaitsForWhatNeverStarts",
    "WithoutTls",
]
