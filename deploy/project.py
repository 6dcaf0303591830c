"""Where things are, and what the project's parts are called on AWS. Nothing here touches AWS or the disk."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "cloudformation"
SCRIPTS = ROOT / "glue_scripts"
IMAGES = ROOT / "images"
QUERIES = ROOT / "deploy" / "queries"

ARTIFACTS = "ArtifactsBucket"  # the output that names the bucket of scripts
PIPELINE = "sales"  # of the tasks that get no other
WORKFLOW = "etl-workflow"
WORK_GROUP = "etl-poc-athena-group"
DATABASE = "etl_poc_database"
