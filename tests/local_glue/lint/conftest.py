"""A small pipeline without a fault, and what our rules find in it once it is spoiled."""

from pathlib import Path

import pytest

from local_glue.lint import running

TEMPLATE = (Path(__file__).parent / "pipeline.yml").read_text()
SCRIPTS = {
    "clean.py": (
        "import sys\n"
        "from awsglue.job import Job\n"
        "from awsglue.utils import getResolvedOptions\n\n"
        'args = getResolvedOptions(sys.argv, ["JOB_NAME", "day", "target"])\n'
        "job = Job(None)\n"
        'job.init(args["JOB_NAME"], args)\n'
        'read(args["day"], transformation_ctx="source")\n'
        "job.commit()\n"
    ),
    "fetch.py": (
        "import argparse\n\n"
        "parser = argparse.ArgumentParser()\n"
        'parser.add_argument("--url", required=True)\n'
        'parser.add_argument("--retries", default="3")\n'
        "parser.parse_known_args()\n"
    ),
}


class Bench:
    """Lints the pipeline, with a part of it changed."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "jobs").mkdir()
        for name, text in SCRIPTS.items():
            (folder / "jobs" / name).write_text(text)

    def lint(self, *changes, scripts=None, name="pipeline.yml", template=TEMPLATE):
        for old, new in changes:
            assert template.count(old) == 1, f"{template.count(old)} times: {old}"
            template = template.replace(old, new)
        for script, text in (scripts or {}).items():
            (self.folder / "jobs" / script).write_text(text)
        path = self.folder / name
        path.write_text(template)
        self.lines = template.splitlines()
        return running.findings([str(path)], ours_alone=True)


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)
