"""The named queries of data-access: to the letter those of the task query, and their answers plain Python's."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.cloudformation.sales_lake import ask, deploy, fill, results

OF_ANALYSTS = {
    *("profit-by-region", "top-countries", "profit-by-year", "revenue-by-month", "margin-by-item", "online-share"),
    "days-to-ship",
}
OF_ENGINEERS = {"row-counts", "rejected-reasons"}


@pytest.fixture(scope="module")
def named(of_type):
    return {one["Name"]: one for one in of_type("AWS::Athena::NamedQuery", "data-access").values()}


def test_they_are_the_files_of_the_task_query(named, root):
    files = {path.stem: path.read_text() for path in (root / "queries" / "sales").glob("*.sql")}
    assert {name: one["QueryString"] for name, one in named.items()} == files


def test_each_is_described_as_its_first_line_says(named):
    firsts = {name: one["QueryString"].partition("\n")[0].removeprefix("-- ") for name, one in named.items()}
    assert {name: one["Description"] for name, one in named.items()} == firsts


def test_analysts_have_those_of_gold_alone(named):
    groups = {name: one["WorkGroup"]["Ref"] for name, one in named.items()}
    expected = dict.fromkeys(OF_ANALYSTS, "AnalystWorkGroup") | dict.fromkeys(OF_ENGINEERS, "EngineerWorkGroup")
    assert groups == expected
    for name in OF_ANALYSTS:
        assert not {"raw_sales", "silver_sales", "silver_sales_rejected"} & set(named[name]["QueryString"].split())


# Answers


@pytest.fixture(scope="module")
def lake(local_aws, root):
    """The analyst's stacks with filled tables; `.rows` are the rows."""
    deploy(local_aws, root, ["basic-infra", "glue-jobs", "glue-catalog", "data-access"])
    local_aws.rows = fill(local_aws)
    return local_aws


@pytest.fixture(scope="module")
def answer(lake):
    """Gives the rows of a named query as Athena itself keeps it, in its own work group."""
    athena = lake("athena")

    def rows(name):
        group = "etl-poc-analyst"
        ids = athena.list_named_queries(WorkGroup=group)["NamedQueryIds"]
        known = athena.batch_get_named_query(NamedQueryIds=ids)["NamedQueries"]
        (sql,) = (one["QueryString"] for one in known if one["Name"] == name)
        failed, execution = ask(athena, sql, group)
        assert failed == ""
        return [tuple(row) for row in results(athena, execution)][1:]

    return rows


def places(value, digits=1):
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def percent(part, whole):
    """As Athena writes a double: without zeros at its end but one."""
    return str(float(places(100 * Decimal(part) / Decimal(whole))))


def grouped(rows, *names):
    found = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(row)
    return found


def total(rows, name):
    return sum(row[name] for row in rows)


def test_profit_by_region(lake, answer):
    found = [
        (region, str(len(rows)), str(total(rows, "total_profit")))
        for (region,), rows in grouped(lake.rows, "region").items()
    ]
    assert answer("profit-by-region") == sorted(found, key=lambda row: -Decimal(row[2]))


def test_top_countries(lake, answer):
    expected = []
    for (region,), rows in sorted(grouped(lake.rows, "region").items()):
        profits = {country: total(part, "total_profit") for (country,), part in grouped(rows, "country").items()}
        best = sorted(profits.items(), key=lambda one: -one[1])[:3]
        expected += [(region, str(place), country, str(profit)) for place, (country, profit) in enumerate(best, 1)]
    assert answer("top-countries") == expected


def test_profit_by_year(lake, answer):
    rows = [{**row, "year": row["order_date"].year} for row in lake.rows]
    expected = [
        (str(year), channel, str(len(part)), str(total(part, "units_sold")), str(total(part, "total_profit")))
        for (year, channel), part in sorted(grouped(rows, "year", "sales_channel").items())
    ]
    assert answer("profit-by-year") == expected


def test_revenue_by_month(lake, answer):
    months = grouped([{**row, "month": row["order_date"].replace(day=1)} for row in lake.rows], "month")
    revenue = {month: total(part, "total_revenue") for (month,), part in months.items()}
    expected = []
    for month in sorted(revenue):
        before = revenue.get(month.replace(year=month.year - 1))
        change = None if before is None else percent(revenue[month] - before, before)
        expected.append((str(month), str(revenue[month]), None if before is None else str(before), change))
    assert answer("revenue-by-month") == expected
    assert len([row for row in expected if row[3]]) > 100


def test_margin_by_item(lake, answer):
    found = []
    for (item,), rows in grouped(lake.rows, "item_type").items():
        revenue, profit = total(rows, "total_revenue"), total(rows, "total_profit")
        found.append((item, str(total(rows, "units_sold")), str(revenue), str(profit), percent(profit, revenue)))
    assert answer("margin-by-item") == sorted(found, key=lambda row: (-float(row[4]), row[0]))


def test_online_share(lake, answer):
    found = []
    for (region,), rows in grouped(lake.rows, "region").items():
        whole = total(rows, "total_revenue")
        online = total([row for row in rows if row["sales_channel"] == "Online"], "total_revenue")
        found.append((region, str(whole), str(online), percent(online, whole)))
    assert answer("online-share") == sorted(found, key=lambda row: (-float(row[3]), row[0]))


def test_days_to_ship(lake, answer):
    expected = []
    for (priority,), rows in sorted(grouped(lake.rows, "order_priority").items()):
        days = [(row["ship_date"] - row["order_date"]).days for row in rows]
        average = str(float(places(Decimal(sum(days)) / len(days))))
        late = percent(sum(one > 30 for one in days), len(days))
        expected.append((priority, str(len(rows)), average, str(max(days)), late))
    assert answer("days-to-ship") == expected
