"""What an operation had done before it stumbled over a value is undone; what others did meanwhile stays."""

import json
import subprocess
import sys

SCRIPT = """
import asyncio, json, sys
from pathlib import Path
from local_aws import emulator
from local_aws.emulator.durable.saving import UndoError

async def main():
    application = emulator.Application(1)
    from ministack.services import ssm
    saver, scope = application._saver, emulator.Scope("000000000000", "us-east-1")

    async def put(name, value, wrong=False):
        with scope.entered():
            ssm._parameters[name] = {"Name": name, "Value": value}
        if wrong:
            raise UndoError

    async def request(*given):
        try:
            await saver.carry_out(lambda: put(*given), reads=False)
            return "kept"
        except UndoError:
            return "undone"

    await request("kept", "1")
    answers = [await request("kept", "2", True), await request("new", "1", True)]
    answers += await asyncio.gather(request("both", "1"), request("both", "2", True), request("other", "1"))
    with scope.entered():
        values = {name: record["Value"] for name, record in ssm._parameters.items()}
    print(json.dumps([answers, values]))

emulator.prepare(Path(sys.argv[1]), 1)
asyncio.run(main())
"""


def test_what_is_undone_is_as_it_was_last_saved(tmp_path):
    done = subprocess.run([sys.executable, "-c", SCRIPT, tmp_path], capture_output=True, text=True, check=True)
    answers, values = json.loads(done.stdout)
    assert answers == ["undone", "undone", "kept", "undone", "kept"]
    assert values == {"kept": "1", "both": "1", "other": "1"}
