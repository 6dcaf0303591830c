"""Classifiers by grok patterns: custom ones, from GetClassifier's GrokClassifier, and AWS's built-in ones of logs.

From AWS's pages on classifiers: the types, one line a record, the SerDe; from tables of others its parameters
`input.format` and `input.grokCustomPatterns`, and the table's `grokPattern`.

Assumed, for want of a source: the certainty is the share of the sampled lines, blank ones left out, that the pattern is
found in; columns are lower case.
"""

from __future__ import annotations

from dataclasses import dataclass

from local_aws.glue.crawler import csv_rules
from local_aws.glue.crawler import hive_types as hive
from local_aws.glue.crawler.failures import CrawlFailed
from local_aws.glue.crawler.reading import GROK, Reading
from local_aws.glue.crawler.schema import Column, Schema
from local_aws.runtime.awsglue._formats.grok import Grok, GrokError

_TYPES = {
    "string": hive.STRING,
    "byte": hive.TINYINT,
    "boolean": hive.BOOLEAN,
    "double": hive.DOUBLE,
    "short": hive.SMALLINT,
    "int": hive.INT,
    "long": hive.BIGINT,
    "float": hive.FLOAT,
}


@dataclass(frozen=True)
class GrokClassifier:
    """A grok pattern that knows a format.

    Attributes:
        who: whom the findings name.
        classification: of tables whose lines fit.
        pattern: the grok pattern.
        custom: further patterns, one a line.
        grok: the same, ready to match.
    """

    who: str
    classification: str
    pattern: str
    custom: str
    grok: Grok

    @classmethod
    def of(
        cls, who: str, classification: str, pattern: str, custom: str = "", *, whole_lines: bool = False
    ) -> GrokClassifier:
        """Make one.

        Args:
            who: see above, as are the next three.
            classification: see above.
            pattern: see above.
            custom: see above.
            whole_lines: whether a line fits as a whole only, rather than where the pattern is found in it.

        Raises:
            CrawlFailed: a pattern is none.
        """
        try:
            grok = Grok(rf"^(?:{pattern})\s*$" if whole_lines else pattern, custom)
        except GrokError as error:
            raise CrawlFailed(f"{who}: {error}") from error
        return cls(who, classification, pattern, custom, grok)

    def classify(self, text: str, *, whole: bool) -> Reading | None:
        """See CustomClassifier.

        Raises:
            CrawlFailed: the pattern takes too long.
        """
        lines = csv_rules.sample_lines(text, whole=whole)
        try:
            fitting = sum(self.grok.match(line.rstrip("\r\n")) is not None for line in lines)
        except GrokError as error:
            raise CrawlFailed(f"{self.who}: {error}") from error
        if not fitting:
            return None
        parameters = [("input.format", self.pattern)]
        if self.custom:
            parameters.append(("input.grokCustomPatterns", self.custom))
        certainty = fitting / len(lines)
        return Reading(
            self.classification,
            schema=self._columns(),
            records=len(lines),
            record_size=csv_rules.average_size(lines, len(lines)),
            serde=(GROK, tuple(parameters)),
            parameters=(("grokPattern", self.pattern),),
            certainty=certainty,
            why=f"{self.who}: {fitting} of {len(lines)} sampled lines fit its grok pattern (certainty {certainty:.4g})",
        )

    def _columns(self) -> Schema:
        return tuple(
            Column(field.name.lower(), _TYPES[field.type], f"the grok pattern names it, as {field.type}")
            for field in self.grok.fields
        )
