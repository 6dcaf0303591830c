"""A linter for Glue: cfn-lint's rules and ours, over templates that belong together and the scripts beside them.

| file | duty |
|---|---|
| running.py | Templates checked, findings printed |
| base.py | What is common to our rules |
| rules/ | The rules |
| project.py | Templates that are checked together, and what all rules ask of them |
| values.py | What an expression of a template stands for |
| starts.py | Who starts which job or crawler |
| script_files.py | The scripts that jobs name, on this disk |
| script_options.py | Which arguments a script takes |
"""
