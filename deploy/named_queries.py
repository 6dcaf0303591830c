"""The SQL that is to be asked: queries of the pipelines, files, standard input.

queries/<pipeline>/<name>.sql is a query of that pipeline. A name alone means the default pipeline's query, else that of
the first pipeline that has one.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from glue_client.errors import WrongCall

BLANK = " \t\r\n;"


@dataclass(frozen=True)
class Question:
    """SQL, and the pipeline in whose database it looks for tables; None for the default one's."""

    sql: str
    pipeline: str | None


class NamedQueries:
    """The queries of the pipelines that are given, the default one first, if there is one."""

    def __init__(self, folder: Path, pipelines: Sequence[str]) -> None:
        self._files = {name: {path.stem: path for path in sorted((folder / name).glob("*.sql"))} for name in pipelines}

    def calls(self, of: str | None = None) -> list[str]:
        """How each query (of a pipeline) is named in a call: with its pipeline where that alone means another one."""
        return sorted(
            self.call(name, pipeline)
            for pipeline, files in self._files.items()
            for name in files
            if of in (None, pipeline)
        )

    def call(self, name: str, pipeline: str) -> str:
        """How a query of a pipeline is named in a call: by its name alone where that means it."""
        found = self._find(name, None)
        return name if found and found[0] == pipeline else f"{name},pipeline={pipeline}"

    def question(self, name: str | None, pipeline: str | None) -> Question:
        """What a named query or a `.sql` file asks, without a name standard input.

        Raises:
            WrongCall: there is no such query, no such file, or no SQL in it.
        """
        choice = f"a named query ({', '.join(self.calls(pipeline)) or 'there is none'}) or a .sql file"
        found = None if name is None else self._find(name, pipeline)
        if name is None:
            if sys.stdin.isatty():
                raise WrongCall(f"query needs {choice}, or SQL on standard input")
            text = sys.stdin.read()
        elif found:
            pipeline, path = found
            text = path.read_text(encoding="utf-8")
        elif name.endswith(".sql"):
            if not Path(name).is_file():
                raise WrongCall(f"there is no file {name}; query takes {choice}")
            text = Path(name).read_text(encoding="utf-8")
        else:
            of = f" of {pipeline}" if pipeline else ""
            raise WrongCall(f'there is no query "{name}"{of}; query takes {choice}')
        if not text.strip(BLANK):
            raise WrongCall(f"no SQL came from {name or 'standard input'}")
        return Question(text.strip(BLANK), pipeline)

    def _find(self, name: str, pipeline: str | None) -> tuple[str, Path] | None:
        for one, files in self._files.items():
            if pipeline in (None, one) and name in files:
                return one, files[name]
        return None
