"""The rules, as `cfn-lint --append-rules local_glue.lint.rules` finds them.

| file | rules on |
|---|---|
| arguments.py | arguments that templates pass and scripts take |
"""

from local_glue.lint.rules.arguments import ArgumentOfNobody, MissingArgument, ScriptNotFound, UndeclaredArgument

__all__ = [
    "ArgumentOfNobody",
    "MissingArgument",
    "ScriptNotFound",
    "UndeclaredArgument",
]
