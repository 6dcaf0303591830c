"""What is common to our rules: each is one of cfn-lint's, and so has its lines, its formats, its way to be ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from local_glue.lint.expressions import Path_, shown
from local_glue.lint.project import Project
from local_glue.lint.values import Resource, Source

GUIDE = "https://docs.aws.amazon.com/glue/latest/dg/"
Finding = tuple[Path_, str]
"""A place in the template, and the sentence: what is wrong; what to do."""


class GlueRule(CloudFormationLintRule):  # type: ignore[misc]  # cfn-lint has no types here
    """A rule on Glue. `shortdesc` and `description` are what docs/lint.md and `cfn-lint -l` show."""

    tags = ("glue",)
    checked: ClassVar[tuple[Project, Source] | None] = None
    """The template at hand, and those that are checked with it; without one, as in cfn-lint's own command, each stands
    alone."""
    _alone: ClassVar[WeakKeyDictionary[Any, Project]] = WeakKeyDictionary()

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """What is wrong in one template of a project."""
        raise NotImplementedError

    def match(self, cfn: Any) -> Iterator[RuleMatch]:
        """As cfn-lint calls it, for one template."""
        project, source = self._found(cfn)
        for path, sentence in self.findings(project, source):
            yield RuleMatch(list(path), shown(sentence))

    def _found(self, cfn: Any) -> tuple[Project, Source]:
        if GlueRule.checked is not None:
            return GlueRule.checked
        if cfn not in self._alone:
            self._alone[cfn] = Project([Source(str(cfn.filename or ""), cfn.template)])
        alone = self._alone[cfn]
        return alone, alone.sources[0]


def own(project: Project, source: Source, kind: str) -> Iterator[Resource]:
    """The resources of a type in one template."""
    return (one for one in project.of_type(kind) if one.source is source)
