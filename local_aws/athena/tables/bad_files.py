"""What the engine says of a file that it cannot read, in words of our own: category, file, and what is wrong with it.

The sentences are ours; what is wrong with a line of JSON is said in json_files/. Only how the engine begins is looked
at: what follows may be a value of the user's.
"""

from __future__ import annotations

import re

_RAISED = "Invalid Input Error: "
_OF_OURS = "Python exception occurred while executing the UDF: FailedQueryError: "
_STREAM = "reading the stream registered as .* failed: "
_FILE = re.compile(r"""file = (\S+)|source '([^']+)'|in file "([^"]+)"|[Ff]ile '([^']+)'|GZIP stream: (\S+)""")
_FOR_ARROW = r"\.zstd$"
"""How text_lines.py has Arrow find what is compressed so."""
_NOT_WHOLE = "zlib|ZSTD|Truncated compressed stream"
_KINDS = (
    (
        rf"CSV Error on Line.*\nInvalid unicode|{_STREAM}.*invalid UTF8 data",
        "HIVE_BAD_DATA: a line is not text in UTF-8",
    ),
    (rf"{_STREAM}.*Expected 1 columns", "NOT_SUPPORTED: a line with the sign U+007F is not read by the local AWS"),
    (rf"{_STREAM}.*straddling object", "NOT_SUPPORTED: a line of over 32 MB is not read by the local AWS"),
    (
        rf"IO Error: (Input is not a GZIP|Unexpected end of GZIP|Unknown frame)|{_STREAM}IOError: .*({_NOT_WHOLE})",
        "HIVE_BAD_DATA: a file is not compressed as its ending says, or not whole",
    ),
    (
        r"No magic bytes found|File '.*' too small to be a Parquet|Footer length error|File '.*' is not a parquet file",
        "HIVE_BAD_DATA: a file is not Parquet, or not whole",
    ),
    (r"Not an ORC file", "HIVE_BAD_DATA: a file is not ORC"),
    (rf"CSV Error|{_STREAM}", "HIVE_BAD_DATA: a text file cannot be read"),
)


def reason(said: str) -> str | None:
    """What the query fails with; None where the engine said nothing of a file's content."""
    said = said.removeprefix(_RAISED)
    if said.startswith(_OF_OURS):
        return said.removeprefix(_OF_OURS).strip()
    for pattern, sentence in _KINDS:
        if re.match(pattern, said, re.DOTALL):
            file = _FILE.search(said)
            named = next(filter(None, file.groups())) if file else ""
            return f"{sentence} ({re.sub(_FOR_ARROW, '.zst', named)})" if named else sentence
    return None
