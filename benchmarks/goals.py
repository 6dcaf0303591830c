"""What each figure of results.json is held to, and the table of it in docs/performance.md.

`python -m benchmarks.goals` prints the table.
"""

import json
from dataclasses import dataclass

from benchmarks import machine

PAGE = machine.RESULTS.parents[1] / "docs/performance.md"
BEGIN, END = "<!-- figures: python -m benchmarks -->\n", "<!-- end of figures -->\n"


@dataclass(frozen=True)
class Goal:
    """A figure and what it is held to.

    Attributes:
        what: it is.
        path: where it stands in results.json.
        most: what it may be; `least` is what it has to be, for the one or other.
        unit: behind the number; none for a ratio.
    """

    what: str
    path: tuple[str, ...]
    most: float | None = None
    least: float | None = None
    unit: str = ""

    def found(self, results):
        """The figure; None where it was not measured."""
        value = results
        for part in self.path:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def share(self, value):
        """How much of what it may be a figure takes: above 1, the goal is missed."""
        return value / self.most if self.most else self.least / value

    def bound(self):
        """What it is held to, as text."""
        return f"≤ {self.most:g}{self.unit}" if self.most else f"≥ {self.least:g}{self.unit}"


def _seconds(*names):
    return ("daily_loop", "seconds", *names, "median")


GOALS = (
    Goal("`runjob[sales/clean]` on the sample, a process waits", _seconds("runjob, warm"), 4, unit=" s"),
    Goal("the same, none waits", _seconds("runjob, cold"), 6, unit=" s"),
    Goal("the same ÷ the script by hand, a process waits", ("daily_loop", "runjob_warm_to_by_hand"), 0.6),
    Goal("`demo` on the sample", _seconds("demo"), 11, unit=" s"),
    Goal("workflow ÷ its scripts by hand", ("daily_loop", "workflow_to_scripts_by_hand"), 0.9),
    Goal("2 M rows, clean and repartition ÷ plain pyspark", ("sales", "clean_and_repartition_to", "obvious"), 0.5),
    Goal("the same ÷ DuckDB", ("sales", "clean_and_repartition_to", "duckdb"), 5),
    *(
        Goal(
            f"{job}: seconds a million rows, 20 M ÷ 2 M", ("growth", "seconds_a_million_rows_large_to_small", job), 1.1
        )
        for job in ("etl-extract", "etl-clean", "etl-repartition")
    ),
    Goal("extract, 20 M rows ÷ unzip and `aws s3 cp`", ("growth", "rows", "20000000", "extract_to_by_hand"), 1.2),
    Goal("crawl of 10,000 objects ÷ pyarrow and boto3", ("objects", "first_crawl_to_pyarrow"), 1),
    Goal("10,000 objects laid out for a job", ("objects", "seconds", "laying out", "median"), 1, unit=" s"),
    *(
        Goal(f"awsglue's {name} ÷ DataFrame", ("awsglue", "operations", name, "ratio"), 1.5 if "read" in name else 1.2)
        for name in (
            "ApplyMapping",
            "DropFields",
            "SelectFields",
            "RenameField",
            "SplitFields",
            "Join",
            "ResolveChoice",
            "Relationalize",
            "UnnestFrame",
            "Union",
            "Filter",
            "read JSON",
            "read CSV",
        )
    ),
    *(
        Goal(
            f"Athena on 2 M rows, {name}: seconds over 1.3 times DuckDB's",
            ("athena", "seconds_over_1.3_times_duckdb", name, "median"),
            0.1,
            unit=" s",
        )
        for name in ("count", "one partition", "sums by country", "filter", "top of each", "distinct", "100,000 rows")
    ),
    Goal("items into DynamoDB, job ÷ `batch_writer`", ("operations", "rounds", "times as fast"), least=2),
    Goal(
        "server from its start to `ready`",
        ("control_plane", "found", "server ready", "median"),
        2,
        unit=" s",
    ),
    Goal("four stacks", ("control_plane", "found", "four stacks", "median"), 3, unit=" s"),
    Goal("idle server's memory", ("control_plane", "found", "idle memory", "median"), 250, unit=" MB"),
)


def measured():
    """Each goal with its figure, those that were not measured left out."""
    results = json.loads(machine.RESULTS.read_text(encoding="utf-8"))
    pairs = ((goal, goal.found(results)) for goal in GOALS)
    return [(goal, value) for goal, value in pairs if value is not None]


def table():
    """The lines of the table."""
    lines = ["| what | measured | goal |  |", "|---|---|---|---|"]
    for goal, value in measured():
        lines.append(
            f"| {goal.what} | {value:g}{goal.unit} | {goal.bound()} | {'' if goal.share(value) <= 1 else '✗'} |"
        )
    return "".join(f"{line}\n" for line in lines)


def write_page():
    """Put the table into docs/performance.md, between its marks."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}{table()}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    print(table(), end="")
