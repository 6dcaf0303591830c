"""What the generators' commands have in common: `python -m samples.<name> --seed 7 --out …`."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from samples import SampleError


class Command(argparse.ArgumentParser):
    """The command of a module of samples: its own options are added with `add_argument`.

    Args:
        module: its name below samples.
        makes: the description.
        out: what --out names.
    """

    def __init__(self, module: str, makes: str, out: str) -> None:
        super().__init__(prog=f"python -m samples.{module}", description=makes)
        self.add_argument("--seed", type=int, required=True, help="0 or more; the same seed gives the same bytes")
        self.add_argument("--out", type=Path, required=True, help=out)

    def error(self, message: str) -> NoReturn:
        """SampleError in place of usage and an exit."""
        raise SampleError(message, " ".join(sys.argv[1:]) or "no arguments", f"{self.prog} --help")

    def run(self, write: Callable[[argparse.Namespace], Any]) -> int:
        """Write what was asked for, and print the dataclass that tells of it as JSON.

        Returns:
            1 when the files cannot be written, 2 for a wrong call, else 0.
        """
        try:
            asked = self.parse_args()
            planted = write(asked)
        except SampleError as error:
            print(error, file=sys.stderr)
            return 2
        except OSError as error:
            seen, then = str(error.strerror), "choose a place that can be written"
            print(SampleError(f"cannot write {asked.out}", seen, then), file=sys.stderr)
            return 1
        print(json.dumps(vars(planted), ensure_ascii=False))
        return 0
