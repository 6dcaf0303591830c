"""Where things are, and what the project's parts are called on AWS. Nothing here touches AWS or the disk."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "cloudformation"
SCRIPTS = ROOT / "glue_scripts"
IMAGES = ROOT / "images"
QUERIES = ROOT / "queries"
SAMPLES = ROOT / "samples"
STATE = ROOT / ".local-aws"  # what the local AWS keeps

ARTIFACTS = "ArtifactsBucket"  # the output that names the bucket of scripts
WHEELS = "/etl-poc/wheels"  # where Parameter Store names the current wheel of each folder of SCRIPTS that is one
DEFINITIONS = "/etl-poc/definitions"  # the same for the definitions of state machines
WORK_GROUP = "etl-poc-athena-group"
