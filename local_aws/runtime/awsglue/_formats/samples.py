"""Some rows of a frame as JSON lines, for a look at them on their way: what Spigot writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from awsglue._formats.writing import json_lines
from awsglue._frames.frame import Frame


def write_sample(frame: Frame, path: str, options: Mapping[str, Any]) -> None:
    """Write some rows as JSON below a path, at once rather than when the rows are used.

    Of a source that found nothing there are none, and nothing is written.

    Args:
        frame: the rows.
        path: a folder.
        options: `topk`, how many rows, 100 by default; `prob`, the probability with which a row is taken, 1 by default.
    """
    if frame.found_nothing():
        return
    rows = frame.data
    if float(options.get("prob", 1)) < 1:
        rows = rows.sample(fraction=float(options["prob"]))
    lines = json_lines(frame.with_data(rows.limit(int(options.get("topk", 100)))))
    lines.write.mode("append").option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false").text(path)
