"""Draws results.json: images/performance.svg for docs/performance.md, and images/growth.svg once that was measured."""

import json

from benchmarks import charts, goals, machine

IMAGES = machine.RESULTS.parents[1] / "images"


def draw():
    """Draw what was measured, and put the table into its page."""
    _shares().render_to_file(str(IMAGES / "performance.svg"))
    growth = _growth()
    if growth:
        growth.render_to_file(str(IMAGES / "growth.svg"))
    goals.write_page()


def _shares():
    """How much of its bound each figure takes."""
    found = [(goal, goal.share(value)) for goal, value in goals.measured()][::-1]
    chart = charts.stacked_bars(  # of one part each: side by side, bars would stand beside their lines
        "performance",
        title="Measured ÷ goal: 1 and less meets it",
        width=1100,
        height=120 + 24 * len(found),
        formatter=lambda value: f"{value:.2f}" if value else "",
        y_labels=(0, 0.5, 1, 1.5, 2, 3),
        truncate_label=-1,
    )
    chart.x_labels = [goal.what.replace("`", "") for goal, _ in found]
    chart.add("meets the goal", [share if share <= 1 else None for _, share in found])
    chart.add("misses it", [share if share > 1 else None for _, share in found])
    return chart


def _growth():
    """Seconds a million rows of each job, by the number of rows; None where it was not measured."""
    growth = json.loads(machine.RESULTS.read_text(encoding="utf-8")).get("growth")
    if not growth:
        return None
    sizes = growth["rows"]
    chart = charts.columns("growth", title="Seconds a million rows on this machine", width=760, height=420)
    chart.x_labels = [f"{int(rows) // 1_000_000} million rows" for rows in sizes]
    for job in next(iter(sizes.values()))["jobs"]:
        chart.add(job, [size["jobs"][job]["seconds_a_million_rows"] for size in sizes.values()])
    return chart


if __name__ == "__main__":
    draw()
