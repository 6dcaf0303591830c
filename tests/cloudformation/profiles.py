"""The profiles of data-access as people take them: users who may do nothing but assume a role."""

import json
import os
import subprocess
import sys

from botocore.exceptions import ClientError

from tests.cloudformation.sales_lake import ask, outputs
from tests.local_aws.aws_server import REGION, ROOT

GROUPS = {"analyst": "etl-poc-analyst", "engineer": "etl-poc-engineer"}


class Person:
    """Somebody who has taken a profile's role."""

    def __init__(self, clients, keys, group):
        self._clients, self._keys, self.group = clients, keys, group

    def __call__(self, service):
        return self._clients(service, self._keys)

    def ask(self, sql, group=None, **more):
        """Ask Athena: "" where the query succeeds, else what became of it."""
        return ask(self("athena"), sql, group or self.group, **more)[0]

    def task(self, call):
        """Call a task as ./pyntw does: exit code, and what was printed."""
        names = {
            "AccessKeyId": "ACCESS_KEY_ID",
            "SecretAccessKey": "SECRET_ACCESS_KEY",
            "SessionToken": "SESSION_TOKEN",
        }
        keys = {f"AWS_{name}": self._keys[key] for key, name in names.items()}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        nothing = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
        place = {"AWS_ENDPOINT_URL": self("sts").meta.endpoint_url, "AWS_REGION": REGION}
        done = subprocess.run(
            [sys.executable, ROOT / "build.py", call],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env={**clean, **nothing, **keys, **place},
        )
        return done.returncode, done.stdout + done.stderr

    def said(self, service, operation, **parameters):
        """Call an operation: "" where it is carried out, else its error."""
        try:
            getattr(self(service), operation)(**parameters)
        except ClientError as error:
            return str(error)
        return ""


def taken(aws):
    """Who -> a person with that role, of all three."""
    iam, roles = aws("iam"), outputs(aws, "data-access")
    found = {}
    for who in ("analyst", "engineer", "operator"):
        role = roles[f"{who.capitalize()}Role"]
        iam.create_user(UserName=who)
        right = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role}
        policy = json.dumps({"Version": "2012-10-17", "Statement": right})
        iam.put_user_policy(UserName=who, PolicyName="p", PolicyDocument=policy)
        key = iam.create_access_key(UserName=who)["AccessKey"]
        keys = aws("sts", key).assume_role(RoleArn=role, RoleSessionName=who)["Credentials"]
        found[who] = Person(aws, keys, GROUPS.get(who))
    return found
