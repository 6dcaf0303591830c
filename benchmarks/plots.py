"""Draws results.json: images/performance.svg for docs/performance.md, and images/growth.svg once that was measured."""

import json

import pygal
from pygal.style import Style

from benchmarks import goals, machine

IMAGES = machine.RESULTS.parents[1] / "images"
_FONT = "Helvetica, Arial, sans-serif"
_STYLE = Style(
    background="white",
    plot_background="white",
    font_family=_FONT,
    label_font_size=11,
    major_label_font_size=11,
    value_font_size=11,
    title_font_size=15,
    legend_font_size=12,
    colors=("#2f6f9f", "#b5532a", "#6a8f3c"),
)
OPTIONS = {"style": _STYLE, "js": (), "print_values": True, "show_legend": True, "legend_at_bottom": True}


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
    chart = pygal.HorizontalStackedBar(  # of one part each: side by side, bars would stand beside their lines
        **OPTIONS,
        title="Measured ÷ goal: 1 and less meets it",
        width=1100,
        height=120 + 24 * len(found),
        formatter=lambda value: f"{value:.2f}" if value else "",
        y_labels=(0, 0.5, 1, 1.5, 2, 3),
        truncate_label=-1,
    )
    chart.uuid = "performance"  # else a plot has other bytes each time
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
    chart = pygal.Bar(**OPTIONS, title="Seconds a million rows on this machine", width=760, height=420)
    chart.uuid = "growth"
    chart.x_labels = [f"{int(rows) // 1_000_000} million rows" for rows in sizes]
    for job in next(iter(sizes.values()))["jobs"]:
        chart.add(job, [size["jobs"][job]["seconds_a_million_rows"] for size in sizes.values()])
    return chart


if __name__ == "__main__":
    draw()
