"""A job's process that waits for its run, with Spark's Java up and used once, so that a run begins sooner.

It is used for one run and never again. Before the run comes it knows nothing of any: no arguments, no credentials, no
files but those of a folder of its own, which becomes the run's. What cannot be changed in it by then - the class path,
memory and options of Java, modules that a run brings in other versions - sends the run the usual way.

| file | duty |
|---|---|
| process.py | the process until its run comes: confined, warmed, then given the run's environment |
| outside.py | the thread that is not confined, for what has to be done before the script: it ends before that begins |
| java.py | Java as it waits, and how a script's Spark comes to it |
| settings.py | which settings of Spark can still be given to a Java that runs |
| use.py | the small session for which Java loads and compiles Spark's classes |
"""
