"""A linter for Glue: cfn-lint's rules and ours, over templates that belong together and the scripts beside them.

| file | duty |
|---|---|
| running.py | Templates checked, findings printed |
| base.py | What is common to our rules |
| rules/ | The rules |
| checked.py | What Glue refuses, asked of the checks of the local AWS |
| project.py | Templates that are checked together, and what all rules ask of them |
| starts.py | Who starts which job or crawler |
| rights.py | What a role may do in S3 |
| values.py | What an expression of a template stands for |
| expressions.py | Expressions taken apart |
| script_files.py | The scripts that jobs name, on this disk |
| script_options.py | Which arguments a script takes |
| script_names.py | The texts that expressions of a script hold |
"""
