"""The profiles of data-access as people take them: users who may do nothing but assume a role."""

import json

from botocore.exceptions import ClientError

from tests.cloudformation.sales_lake import ask, outputs

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
