"""The local AWS to take along: the command `local-glue`, and the pytest plugin with the fixture `local_glue`.

__main__.py       the command's door: says so when this Python is not 3.11
command.py        the command line
starting.py       AWS on this machine in the foreground; where a state folder's server answers, and the way to it
shared_server.py  a server for as long as somebody uses it
deployment.py     anybody's templates as stacks
cdk.py            what belongs to a template that `cdk synth` wrote
scripts.py        the scripts and modules that deployed jobs name, from a folder to S3
matching.py       which file of a folder an address in S3 means
buckets.py        buckets that are used and that no template makes, this package's own among them
entry_points.py   what a stack holds that can be started, and which of it a call means
catalog.py        the tables that there are, with their rows
python_shell.py   what Python shell jobs import
lint/             a linter for Glue: templates and their scripts, without AWS
session.py        all that for tests: class LocalGlue
arrow.py          an answer of Athena as an Arrow table
pytest_plugin.py  the fixture
"""
