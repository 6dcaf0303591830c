"""What `cdk bootstrap` and `cdk deploy` put beside a synthesized template: assets, and the version of the bootstrap.

`cdk synth` writes <stack>.template.json, <stack>.assets.json and the assets into cdk.out. The manifest's shape
is that of the Cloud Assembly: `files` by hash, each with its `source` (path, packaging file or zip) and `destinations`
(bucketName, objectKey), in which ${AWS::AccountId}, ${AWS::Region} and ${AWS::Partition} stand for what they say.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glue_client.aws import Aws
from glue_client.console import count, say
from glue_client.errors import DeployError
from glue_client.templates import Template
from local_glue import buckets

ENDING = ".template.json"
BOOTSTRAP = "BootstrapVersion"
VERSION = "21"  # of the bootstrap stack; a template asks for one that is high enough
FIRST_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can tell


def prepare(aws: Aws, template: Template) -> None:
    """Put what the template's manifest lists to where it says; nothing for a template that `cdk synth` did not write.

    Raises:
        DeployError: an asset is not there, or is none of a file or folder.
    """
    manifest = template.path.with_name(template.path.name.removesuffix(ENDING) + ".assets.json")
    if not template.path.name.endswith(ENDING) or not manifest.is_file():
        return
    version = (template.parameters.get(BOOTSTRAP) or {}).get("Default")
    if version:
        aws.ssm.put_parameter(Name=version, Value=VERSION, Type="String", Overwrite=True)
    files = json.loads(manifest.read_text(encoding="utf-8")).get("files", {})
    for asset in files.values():
        path = template.path.parent / asset["source"]["path"]
        if path == template.path:
            continue
        for place in asset["destinations"].values():
            bucket = _filled(aws, place["bucketName"])
            buckets.make(aws, bucket)
            key, mark = _filled(aws, place["objectKey"]), {buckets.MARK: buckets.ASSET}
            aws.s3.put_object(Bucket=bucket, Key=key, Body=_content(path, asset["source"]), Metadata=mark)
    say(f"{template.name}: {count(len(files), 'asset')} of cdk synth")


def _content(path: Path, source: Mapping[str, Any]) -> bytes:
    if source.get("packaging") == "zip" and path.is_dir():
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(path.rglob("*")):
                if file.is_file():
                    entry = zipfile.ZipInfo(file.relative_to(path).as_posix(), FIRST_TIME)
                    archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
        return made.getvalue()
    if not path.is_file():
        raise DeployError(f"an asset of cdk synth is not there: {path}", str(source), "run cdk synth again")
    return path.read_bytes()


def _filled(aws: Aws, text: str) -> str:
    values = {"AWS::AccountId": aws.account, "AWS::Region": aws.region, "AWS::Partition": "aws"}
    for name, value in values.items():
        text = text.replace("${" + name + "}", value)
    return text
