"""The measured figures of the control plane stay within the bounds that they are held to."""

import json
from pathlib import Path

import pytest

MEASURED = json.loads((Path(__file__).parents[1] / "benchmarks/control_plane.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("figure", MEASURED["bounds"])
def test_a_figure_is_within_its_bound(figure):
    assert MEASURED["medians"][figure] <= MEASURED["bounds"][figure]
