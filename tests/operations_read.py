"""What the files of operations hold, read by expressions and plain Python: the judge of generator, layout and job.

Written from the description of the format (docs/operations.md), not from the job's table of fields.
"""

import datetime
import json
import re

HEAD = r"(?P<custody>[0-9]{2})(?P<domain>%s)(?P<operation_id>[0-9]{9})(?P<load_id>(?P<version_on>[0-9]{8})[0-9]{7})"
BODY = {
    "99": r"(?P<part>[0-9]{3})(?P<system>.{8})(?P<created_on>[0-9]{8})",
    "01": r"(?P<product>.{3})(?P<currency>.{3})(?P<amount>[0-9]{15})(?P<contracted_on>[0-9]{8})",
    "02": r"(?P<channel>[0-9]{2})(?P<branch>[0-9]{5})(?P<originated_on>[0-9]{8})",
    "03": r"(?P<number>[0-9]{3})(?P<due_on>[0-9]{8})(?P<amount>[0-9]{15})",
    "04": r"(?P<number>[0-9]{5})(?P<movement>.{2})(?P<moved_on>[0-9]{8})(?P<amount>[0-9]{15})",
}
LINES = [re.compile(HEAD % domain + body) for domain, body in BODY.items()]
HEADER = ("custody", "domain", "operation_id", "load_id", "version_on")


def _plain(name, text):
    if name.endswith("_on"):
        return datetime.datetime.strptime(text, "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a day
    return f"{int(text) // 100}.{int(text) % 100:02d}" if name == "amount" else text.strip()


def record(line):
    """A line as a dict of all its fields, or None where it is malformed."""
    try:
        text = line.decode()
        found = next((match for one in LINES if (match := one.fullmatch(text))), None)
        return found and {name: _plain(name, value) for name, value in found.groupdict().items()}
    except ValueError:
        return None


def lines(content):
    """The lines of a file's bytes, numbered from 1."""
    texts = content.split(b"\n")
    return enumerate((one.removesuffix(b"\r") for one in texts[: len(texts) - (not texts[-1])]), start=1)


def item(fields):
    """The item that a record becomes."""
    number = {"99": fields.get("part"), "03": fields.get("number"), "04": fields.get("number")}.get(fields["domain"])
    between = [number] if number else []
    return {
        "custody_operation": f"{fields['custody']}#{fields['operation_id']}",
        "domain_load": "#".join(["DOMAIN", fields["domain"], *between, fields["load_id"]]),
        "custody": fields["custody"],
        "domain": fields["domain"],
        "operation_id": fields["operation_id"],
        "load_id": fields["load_id"],
        "payload": {name: value for name, value in fields.items() if name not in HEADER},
    }


def whole(files):
    """Items by key, with the file and line of each, and rejected lines by file and number, of name -> bytes."""
    items, rejected = {}, {}
    for name, content in sorted(files.items()):
        for number, line in lines(content):
            fields = record(line)
            if fields is None:
                rejected[name, number] = line
            else:
                made = item(fields)
                items[made["custody_operation"], made["domain_load"]] = (made, name, number, fields["version_on"])
    return items, rejected


def plain_item(found):
    """An item of DynamoDB as `item` makes it."""
    texts = {name: value["S"] for name, value in found.items()}
    return {**texts, "payload": json.loads(texts["payload"])}
