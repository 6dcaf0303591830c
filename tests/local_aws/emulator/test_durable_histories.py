"""Events of a stack, which all tell of some beginning, are looked at while it is at work, and no longer."""

import json
import subprocess
import sys

SCRIPT = """
import asyncio, json, sys
from pathlib import Path
from local_aws import emulator
from local_aws.emulator.durable.text import from_text, key_text

STORE = ("cloudformation", "stack_events")

async def main():
    application = emulator.Application(1)
    from ministack.services.cloudformation import _stack_events
    saver, scope = application._saver, emulator.Scope("000000000000", "us-east-1")
    held = []

    async def begin():
        with scope.entered():
            _stack_events["stack"] = held

    async def end():
        with scope.entered():
            _stack_events["stack"].append({"ResourceStatus": "CREATE_COMPLETE"})

    def looked_at():
        return STORE in saver._unfinished

    def saved():
        key = key_text(("000000000000", "us-east-1", "stack"))
        return [event["ResourceStatus"] for event in from_text(application._saver._database.record(*STORE, key))]

    held.append({"ResourceStatus": "CREATE_IN_PROGRESS"})
    await saver.carry_out(begin, reads=False)
    answers = [looked_at(), saved()]
    for _ in range(3):
        saver.save_background()
    held.append({"ResourceStatus": "UPDATE_IN_PROGRESS"})
    saver.save_background()
    answers += [looked_at(), saved()]
    await saver.carry_out(end, reads=False)
    answers += [looked_at(), saved()]
    print(json.dumps(answers))

emulator.prepare(Path(sys.argv[1]), 1)
asyncio.run(main())
"""


def test_events_are_looked_at_until_their_stack_is_at_rest(tmp_path):
    done = subprocess.run([sys.executable, "-c", SCRIPT, tmp_path], capture_output=True, text=True, check=True)
    begun, at_work = ["CREATE_IN_PROGRESS"], ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"]
    assert json.loads(done.stdout) == [True, begun, True, at_work, False, [*at_work, "CREATE_COMPLETE"]]
