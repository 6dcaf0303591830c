"""Small inputs for the demos, and the generators that make any size of them: a module for each pipeline.

`demo` calls the function that a pipeline's template names in `Metadata.Pipeline.Demo.Sample.Function`:

    def land(folder: Path, rows: int, seed: int, settings: Mapping[str, str]) -> Landed

It writes files below the folder, as they are to lie in the bucket below the prefix, and says what each table must hold
after a run, and each DynamoDB table that the template names among `Items`. `settings` are the parameters of the
pipeline's own stacks that are deployed by then; that of its bucket is one of them, if it is its own. The same arguments
give the same bytes. `seed` is 0 or more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Landed:
    """What a sample is, in words, and how many rows each table that the template names must have after a run.

    `items` are those of DynamoDB tables, by the logical ids that the template names.
    """

    said: str
    tables: Mapping[str, int]
    items: Mapping[str, int] = field(default_factory=dict)


class SampleError(ValueError):
    """A sample was asked for that cannot be made: `failed`, what was `seen` and what to do next (`then`)."""

    def __init__(self, failed: str, seen: str, then: str) -> None:
        super().__init__(failed)
        self.failed, self.seen, self.then = failed, seen, then

    def __str__(self) -> str:
        return f"error: {self.failed}\n  seen: {self.seen}\n  next: {self.then}"
