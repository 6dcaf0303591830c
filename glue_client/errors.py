"""What can go wrong, as sentences: what failed, what was seen, what to do next.

DeployError      the work failed                      exit code 1, three lines
└── WrongCall    what was asked for makes no sense    exit code 2, one sentence
"""

from glue_client.plain_text import plain


class DeployError(Exception):
    """Something did not work: `failed` in a few words, what was `seen`, and what to do `next_step`."""

    exit_code = 1

    def __init__(self, failed: str, seen: str = "", next_step: str = "") -> None:
        super().__init__(failed)
        self.failed, self.seen, self.next_step = failed, seen, next_step

    def __str__(self) -> str:
        lines = [f"error: {self.failed}"]
        for label, text in (("seen", self.seen), ("next", self.next_step)):
            if text:
                lines.append(f"  {label}: " + text.strip().replace("\n", "\n        "))
        return "\n".join(lines)


class WrongCall(DeployError):  # noqa: N818 - it names what the caller did, and is caught as a DeployError
    """The call itself is wrong: an unknown name, a missing or impossible argument."""

    exit_code = 2

    def __str__(self) -> str:
        return plain(super().__str__(), one_line=True)
