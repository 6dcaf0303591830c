"""The plots' one way to pygal: the same style, and the same bytes each time."""

import sys

import pygal
from pygal.style import Style

sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]
"""pygal leaves one there of the protocol that Python 3.4 gave up; whoever asks each, as pytest does, fails on it."""
_STYLE = Style(
    background="white",
    plot_background="white",
    font_family="Helvetica, Arial, sans-serif",
    label_font_size=11,
    major_label_font_size=11,
    value_font_size=11,
    title_font_size=15,
    legend_font_size=12,
    colors=("#2f6f9f", "#b5532a", "#6a8f3c"),
)


def columns(name, **options):
    """A plot of columns, width and height in pixels; name: one that no other plot of a page has."""
    return _drawn(pygal.Bar, name, options)


def stacked_bars(name, **options):
    """A plot of lying bars, whose series stand in one line; else as columns."""
    return _drawn(pygal.HorizontalStackedBar, name, options)


def _drawn(kind, name, options):
    chart = kind(style=_STYLE, js=(), print_values=True, show_legend=True, legend_at_bottom=True, **options)
    chart.uuid = name  # else a plot has other bytes each time
    chart.add_xml_filter(_undated)
    return chart


def _undated(svg):
    """Without pygal's comments, which name the day."""
    for comment in [node for node in svg if not isinstance(node.tag, str)]:
        svg.remove(comment)
    return svg
