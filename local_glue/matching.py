"""Which file of a folder a job's address in S3 means: it is told by the end of the key.

It is the file whose path ends in as many of the key's parts as possible. `jobs/clean.py` is taken for
s3://any-bucket/v1/jobs/clean.py.
"""

import filecmp
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from glue_client.console import say

PASSED_BY = ("node_modules", "__pycache__", "venv")


def files_of(root: Path) -> Iterator[Path]:
    """The folder's files but hidden ones, links, and those of packages that were installed."""
    for name, folders, files in os.walk(root, onerror=lambda error: say(f"passed by: {error}")):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in PASSED_BY)
        for file in sorted(files):
            path = Path(name, file)
            if not file.startswith(".") and path.is_file() and not path.is_symlink():
                yield path


def closest(key: str, files: Iterable[Path], folder: Path) -> list[Path]:
    """The files of a folder whose paths end as a key does, in as many parts as possible."""
    wanted = key.split("/")[::-1]
    scores: dict[Path, int] = {}
    for file in files:
        parts = file.relative_to(folder).parts[::-1]
        alike = next(
            (n for n, (a, b) in enumerate(zip(parts, wanted, strict=False)) if a != b), min(len(parts), len(wanted))
        )
        if alike:
            scores[file] = alike
    most = max(scores.values(), default=0)
    return [file for file, score in scores.items() if score == most]


def are_equal(files: Sequence[Path]) -> bool:
    """Whether all files hold the same."""
    return all(filecmp.cmp(files[0], other, shallow=False) for other in files[1:])


def repository(folder: Path) -> Path:
    """The folder of the Git repository that a folder is in; the folder itself where it is in none."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)
