"""The catalog is changed from several threads: requests come on one, Athena's statements run on others."""

import subprocess
import sys

SCRIPT = """
import sys, threading
from pathlib import Path
from local_aws import emulator
emulator.prepare(Path(sys.argv[1]), 0)
from local_aws.glue.catalog import carry_out
scope = emulator.Scope("000000000000", "eu-west-1")
carry_out(scope, "CreateDatabase", DatabaseInput={"Name": "d"})
table = {"Name": "t", "PartitionKeys": [{"Name": "k", "Type": "string"}, {"Name": "n", "Type": "int"}]}
carry_out(scope, "CreateTable", DatabaseName="d", TableInput=table)
sys.setswitchinterval(1e-6)

def add(thread):
    for number in range(100):
        entry = {"Values": [str(thread), str(number)]}
        carry_out(scope, "CreatePartition", DatabaseName="d", TableName="t", PartitionInput=entry)

threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(emulator.CatalogRecords(scope).partitions("d", "t")))
"""


def test_partitions_that_are_added_at_the_same_time_are_all_there(tmp_path):
    run = subprocess.run([sys.executable, "-c", SCRIPT, tmp_path], capture_output=True, text=True, check=True)
    assert int(run.stdout.splitlines()[-1]) == 400
