"""AWS on this machine: the embedded emulator, and in front of it a Glue that really runs.

| file | duty |
|---|---|
| __main__.py | `python -m local_aws --port N --state-dir DIR` |
| server.py | one ASGI process, one port: starts, stops, owns the state folder |
| ending.py | how the server ends: what it says, and Ctrl-C a second time |
| state_folder.py | whether the state folder can be used; what is damaged is named |
| happenings.py | a line on the terminal for each job, crawl, query and workflow that ends |
| proxies.py | requests to this machine pass by any proxy |
| service_models.py | botocore's models of services, held once |
| emulator/ | the only importer of the emulator: what is taken from it, what is plugged into it |
| glue/ | Glue's control plane: definitions, triggers, workflow runs, job runs, crawls |
| runtime/ | what lives inside a job's process |
| athena/ | Athena's SQL dialect, translated for the emulator's engine |
"""
