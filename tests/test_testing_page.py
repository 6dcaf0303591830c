"""docs/testing-your-jobs.md: its example runs as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import FIRST_COMPILER

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "testing-your-jobs.md").read_text(encoding="utf-8")


def test_the_example_works_word_for_word(tmp_path):
    files = dict(re.findall(r"^## .*?`(\w+\.py)`\n.*?^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))
    assert sorted(files) == ["conftest.py", "orders.py", "test_orders.py"]
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (command,) = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    environment |= {"PROJECT": str(ROOT), "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}"}
    environment["JDK_JAVA_OPTIONS"] = FIRST_COMPILER
    run = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=280, check=False
    )
    assert "3 passed" in run.stdout, run.stdout + run.stderr
