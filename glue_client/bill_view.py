"""How a bill is printed."""

from collections.abc import Iterator, Sequence

from glue_client import console
from glue_client.bills import Advice, Bill
from glue_client.costs import Cost, dollars, in_order
from glue_client.prices import BOOK

COLUMNS = (("part", False), ("of", False), ("measured", False), ("dollars", True))


def show(bill: Bill, advice: Sequence[Advice], *, is_local: bool) -> None:
    """Print the run, the month, the largest part and what would lower it; of each the largest comes first."""
    run = bill.run
    took = console.seconds((run.ended - run.began).total_seconds())
    console.say(f"{run.name}: {run.what}, run {run.run} of {run.began:%Y-%m-%d %H:%M:%S} UTC, {run.state} after {took}")
    if is_local:
        console.say(console.text("its seconds are those of this machine's local AWS: on AWS it may take longer", "dim"))
    console.say("")
    console.show_table(COLUMNS, _rows(bill))
    console.say("")
    largest, amount = next(iter(bill.shares.items()), ("nothing", 0.0))
    whole = sum(bill.shares.values())
    if whole:
        console.say(f"largest: {largest}, {amount / whole:.0%} of a month")
    if advice:
        console.say("what would lower it:")
        cells = [[one.what, _exact(one.a_run), f"{one.a_month:,.2f}"] for one in advice]
        console.show_table((("", False), ("a run", True), ("a month", True)), cells)
    unknown = dict.fromkeys(cost.reason for cost in (*bill.of_run, *bill.of_month) if cost.dollars is None)
    for reason in unknown:
        console.say(console.text(f"not in it: {reason}", "yellow"))
    console.say(console.text(f"US dollars of {bill.prices}: {BOOK['unverified']}", "dim"))


def _rows(bill: Bill) -> Iterator[list[str | console.Shown]]:
    yield from (_row(cost) for cost in in_order(bill.of_run))
    yield [console.text("a run", "bold"), "", "", console.text(dollars(bill.a_run).lstrip("$"), "bold")]
    yield ["", "", "", ""]
    runs = f"{bill.month.runs:,.1f} a month ({bill.month.why})"
    of_runs = Cost("runs", bill.a_run * bill.month.runs, bill.run.name, runs)
    yield from (_row(cost) for cost in in_order([of_runs, *bill.of_month]))
    yield [console.text("a month", "bold"), "", "", console.text(f"{bill.a_month:,.2f}", "bold")]


def _row(cost: Cost) -> list[str | console.Shown]:
    amount = console.text("not known", "yellow") if cost.dollars is None else _exact(cost.dollars)
    return [cost.kind, cost.name, cost.measure, amount]


def _exact(amount: float) -> str:
    """Four digits behind the point below ten cents, two above; less than that as such."""
    if 0 < abs(amount) < 0.00005:
        return "< 0.0001"
    return f"{amount:,.2f}" if abs(amount) >= 0.1 or not amount else f"{amount:.4f}"
