"""Writes docs/fidelity.md: what works here as on AWS, what differs, what is refused.

The lists of operations come from the code and from botocore's model of Glue; what differs is said in `DIFFERENCES` and
`OPERATIONS_THAT_DIFFER`, beside nothing else, so that there is one place to keep true.

    python -m local_aws.fidelity > docs/fidelity.md
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from local_aws.athena.service import PASSED_OVER as ATHENA_PASSED_OVER
from local_aws.cloudformation import SHOWN_TYPES, properties
from local_aws.glue.api import EMULATED, PASSED_OVER, GlueApi
from local_aws.glue.crawls.runs import Crawls
from local_aws.glue.definitions.records import Definitions
from local_aws.glue.jobs import parameters as job_parameters
from local_aws.glue.jobs.runs import JobRuns
from local_aws.glue.quality.runs import QualityRuns
from local_aws.glue.shapes import Shapes
from local_aws.glue.store import Store
from local_aws.glue.workflows.runs import WorkflowRuns

OPERATIONS_THAT_DIFFER = {
    "CreateCrawler": "which crawls fail by name stands at Crawlers",
    "UpdateCrawler": "as CreateCrawler",
    "CreateJob": "every kind and version; which runs fail by name stands at Jobs",
    "UpdateJob": "as CreateJob",
    "StartJobRun": "without ExecutionRoleSessionPolicy; that any run that is over may be retried is unverified",
    "BatchStopJobRun": "the codes and texts of Errors are unverified",
    "GetJobBookmark": "the text of EntityNotFoundException is unverified",
    "ResetJobBookmark": "the counts of the entry that a reset leaves are unverified",
    "ListCrawls": "DPUHour is 0; how Summary counts partitions is assumed",
    "GetCrawlerMetrics": "the counts of tables are those of the latest crawl (assumed)",
    "GetTables": "Expression: `*` after anything but `.`, `)` or `]` stands for any text (unverified); tables on which "
    "the caller may not GetTables are left out, as the developer guide says",
    "GetPartitions": "which partition falls into which Segment is not AWS's choice",
    "CreateTable": "OpenTableFormatInput is refused; resource links and multi-dialect views are kept and shown",
    "UpdateTable": "as CreateTable; without ViewUpdateAction and Force",
    "CreateDatabase": "resource links and federated databases are shown; asking for their tables is refused",
    "UpdateDatabase": "a new name is refused",
    "SearchTables": "Filters compare names for equality; the order without SortCriteria is not AWS's",
    "CreateConnection": "kept and shown, but for credentials of an AuthenticationConfiguration; nothing connects",
    "UpdateConnection": "as CreateConnection; a new name is refused",
    "CreateSecurityConfiguration": "kept and shown; log groups name its key, and nothing is encrypted by it",
    "PutResourcePolicy": "kept, shown and evaluated beside the caller's own policies, for resources of the catalog; "
    "there is no other account to open it to, and EnableHybrid says nothing; its hash and the texts of errors are not "
    "AWS's",
    "PutDataCatalogEncryptionSettings": "kept and shown; nothing is encrypted by it, passwords of connections neither; "
    "that a part which is not given is unset is unverified",
    "CreateUsageProfile": "kept and shown; no job is held to it, its names and values are not checked",
    "UpdateUsageProfile": "as CreateUsageProfile",
    "TagResource": "that keys of `aws:` and more than 50 tags are InvalidInputException is unverified",
    "CreateDataQualityRuleset": "the ruleset's syntax is checked, not its rule types; texts of errors are not AWS's",
    "UpdateDataQualityRuleset": "as CreateDataQualityRuleset",
    "ListDataQualityRulesets": "filtered by Name, Description and TargetTable",
    "CreateSchema": "a definition in PROTOBUF is not looked at; without Compatibility it is BACKWARD (unverified)",
    "RegisterSchemaVersion": "of PROTOBUF with Compatibility NONE alone; the rules for JSON are unverified",
    "CheckSchemaVersionValidity": "of AVRO and JSON; PROTOBUF is refused",
    "GetSchemaVersionsDiff": "of AVRO and JSON; PROTOBUF is refused",
    "UpdateSchema": "Compatibility needs SchemaVersionNumber, as the API reference has it (unverified)",
    "DeleteSchemaVersions": "the codes and texts of errors, and which versions an _ALL mode needs, are unverified",
    "DeleteRegistry": "is done when it is answered",
    "DeleteSchema": "is done when it is answered",
    "ListDataQualityResults": "the latest 2,000 are kept; the newest come first (unverified)",
    "StartDataQualityRulesetEvaluationRun": "AdditionalRunOptions RowLevelResults, ProfilingResults, "
    "DataQualityRuleResults, ObservationResults, ObservationMode and ObservationScope ALL are refused, and "
    "ConnectionName and PreProcessingQuery of a table; workers are kept and count for nothing",
    "StartDataQualityRuleRecommendationRun": "as StartDataQualityRulesetEvaluationRun; RecommendationMode ADVANCED and "
    "DataQualitySecurityConfiguration are refused; when AWS recommends which rule is not known",
    "ListDataQualityRuleRecommendationRuns": "Tags are refused, as runs have none",
}

DIFFERENCES = """
### Spark

* Spark 3.5.6 on Java 17 in local mode, whatever the job's GlueVersion (3.0 to 5.1), worker type and number of workers
  say; these are kept and shown, and count for nothing.
* `s3://`, `s3a://` and `s3n://` are folders that are filled when the job starts. What Spark writes goes to S3 when
  the job ends and before each call of the script's boto3 to S3 or that starts a query, crawl, job, trigger, workflow or
  state machine, not at once; what others write to S3 during the job is not seen by Spark.
* An object larger than 1 MiB cannot be overwritten in place through Hadoop's file API (Spark never does): it is a
  read-only link. Delete and create, or rename over it, works.
* Keys that no file can have are not seen by Spark: those with an empty, `.` or `..` part, with NUL, a part of more than
  255 bytes, no valid UTF-8; of a key and a folder of its name (`a` and `a/b`) the folder is seen, of what the script
  writes during the job whatever was there first; on macOS, of two that differ in capitals or in Unicode's form only,
  the one that sorts first. The job's log names ten of them, if the role may read them, and counts the others; a script
  that reads one by its key fails by name, boto3 reads all. Nothing of them is changed or deleted. A bucket whose name
  is none of S3's is not seen.
* A key of `_temporary`, `.hive-staging…` or `….crc`, which Spark takes for its own, is seen and never written back.
* Names that the role may neither list nor read are not in the job's folders; buckets' names are.
* A job that is killed without a chance to end (SIGKILL) writes nothing back.
* spark.sql.shuffle.partitions is twice the number of cores rather than 200.

### Processes of jobs

* A job run is a process of the user who started the local AWS, with an environment of its own: the role's credentials,
  nothing of the user's. On Linux with Landlock (5.19 on) its script reaches neither the state folder nor that user's
  home, but for Python, Java and its own folder, and can neither look into other processes nor signal them; where those
  lie in the folder for temporary files, or the system has no Landlock (macOS), it reaches what the user can. What is
  local to the machine and no file - ports, sockets - is within reach of every job.
* What all Spark jobs share lies in the user's cache folder, `local-aws` in $XDG_CACHE_HOME or ~/.cache: a file system
  for Spark that starts no process for each file, and an archive of Spark's classes, made in the background after the
  first job (170 MB; LOCAL_AWS_CLASS_ARCHIVE=off for none). Where a script or job sets spark.driver.extraClassPath or
  spark.driver.extraJavaOptions, Java starts without the archive, more slowly. Jobs can read there, and write only where
  they reach what the user can.
* One process waits for the next run of a Spark job, with Java up and Spark's classes loaded, from when there is such a
  job until nothing used it for 20 minutes (LOCAL_AWS_WARM_MINUTES; 0 for none) or less than 1 GB of memory is free.
  It is used once. Before its run it knows nothing of any; then it gets what a process of its own would have had. Runs
  with --extra-jars, --additional-python-modules or settings in --conf that Java takes at its start only, and scripts
  that set those, or bring a module that the process has loaded, start Java as ever. In the waiting process Spark's
  warning of NativeCodeLoader is missing in the log, and the property sun.java.command has no --conf.
* One run may use three quarters of the machine's memory (LOCAL_AWS_JOB_MEMORY=4g); beyond it is killed and FAILED, and
  what it wrote last is not carried to S3. Worker types count for nothing. Twice the cores, at least 8, runs go on at
  once (LOCAL_AWS_JOBS_AT_ONCE); others wait in state STARTING, so that runs that wait for others of their kind may wait
  until their timeout.
* A log keeps 64 MiB of what a run writes, each line counted with 256 bytes, and its last 50 lines; a line of more than
  250,000 bytes becomes several events. A script may have 16 MiB, all files that a run brings 4 GiB; names with control
  characters are refused (all unverified).

### DynamicFrame and its transforms

* Written from AWS's documentation; `awsglue.devutils`, `awsglueml`, `awsgluedi` and Glue Studio's `gs_` transforms are
  refused. A frame is a DataFrame with Glue's schema beside it, computed when the frame is made: regular data never
  leaves the JVM, functions of Filter and Map run in Python.
* Fields have the order of the source or of the mappings; that of AWS is not predictable after a join.
* Casts: a text such as `1.5` is no whole number, a number outside the range of its type is null, nested values become
  JSON, a number is a timestamp by its seconds (none of it verified). What cannot be cast is null.
* ApplyMapping: a source that no record has gives no field, and one that a record lacks no key of it (unverified); of a
  choice, a source type that is one of its types takes these values alone (unverified); what is null everywhere stays of
  type null; fields inside arrays are refused, as the developer guide says.
* resolveChoice: `project` converts the other values, as the Python guide has it (the Scala guide drops them). A field
  that is no choice is cast too; a path that leads nowhere is passed over (unverified).
* join: a field of the left frame whose name the right one has gets a `.` before it, as in public logs (the developer
  guide's example shows one field of the two); keys that are choices are compared as texts (unverified).
* mergeDynamicFrame keeps rows that the staging frame has alone (unverified).
* relationalize: the tables are `<root>_<array>`; keys count up, but not one by one; a map's table has `<map>.key` and
  `<map>.val` (unverified); a choice stays one. Nothing is staged. unnest leaves structs in arrays as they are.
* Names in paths, join keys, comparisons and partition keys that no field has are those of fields whose names differ in
  case only. select_fields of a nested path keeps it in its struct. rename_field does not move a field to another
  struct.
* unbox parses JSON and CSV; other formats are refused. Texts that cannot be parsed are error records.
* spigot writes at once, whether the rows are used or not.
* As many errors as a threshold says pass, one more fails; the text of that error, and the members of error records, are
  not verified.
* A frame of a source that found nothing has no fields: transforms pass over what they do not find in it, and sinks
  write nothing and leave the catalog as it is. A frame with rows lacks what it lacks.
* simplify_ddb_json makes arrays of lists of one type that is no map; unnest_ddb_json takes maps apart into fields
  called `<map>.<field>` (that name is unverified).
* Two fields whose names differ in case only are written and read; of a table that follows they are one column.

### Sources, sinks and bookmarks of awsglue

* Sources: S3 and local paths, tables of the Data Catalog, DynamoDB, databases with a driver in `--extra-jars` (tested
  with Derby alone). CSV, JSON, parquet, ORC, Avro, XML, Ion and grokLog are read, the first five written. Everything
  else, streams and exports of DynamoDB too, is refused by name. Types are found when the frame is made.
* Paths: without `recurse` only the files right in them count; with it, folders such as `y=2024` become text fields
  (unverified). A path without files gives a frame without fields. `compressionType` must be told by
  the file's name too. An option that the developer guide has and that only makes AWS faster is taken.
* JSON: data of one type a field and one object a line is read by Spark, the rest by Python, slowly. jsonPath takes
  names, indexes and `*`.
* CSV: an empty field is an empty text, a record that is too short lacks fields (unverified), fields beyond the header
  are called by their places, `col28` (told by public scripts). Quotes are written where they are needed; AWS may write
  more of them (unverified).
* XML: texts that look like numbers or booleans become such (unverified); documents with a DOCTYPE are refused.
* grokLog: a line that does not fit is a record of nulls, a text that is none of its type is null or, in strict mode, an
  error; fields without a type are texts (all unverified).
* The catalog's types of CSV count where all values parse; else a field is a choice of that type and string (as in the
  developer guide's example); an empty text is null then (unverified). Other formats have the types of their files.
* Files are called as on AWS; whether AWS names ORC and parquet without Glue's writer so is not verified.
* Avro: records in a union become one struct with the fields of all, texts and enums one text (unverified).
* Avro is written without compression unless it is asked for; without `version` 1.8 dates, moments and decimals are
  texts (unverified).
* enableUpdateCatalog: parameters and SerDe of a table that is made are assumed; the columns of a partitioned table are
  those of the frame then. A job's files are in S3 when its next call of S3 through boto3 or its end comes.
* Bookmarks are S3's, for all formats, by time of the last change with the overlap of 15 minutes; what INCLUDE_LIST and
  the files in `partitionlisting` hold is assumed. JDBC sources have none, and neither have sinks.
* purge_table and purge_s3_path know one storage class, STANDARD.

### Glue Data Quality in scripts

* `awsgluedq.transforms.EvaluateDataQuality` is written from the developer guide. Rules that need earlier runs
  (`last()`, DetectAnomalies) fail with a reason that says so; the analyzers AllStatistics, Distribution and CustomSql
  are refused, as are file rules with tags other than recentFiles, uriRegex, timeZone and hashAlgorithm.
* `enableDataQualityResultsPublishing`: GetDataQualityResult has the results when the run ends, and an event of
  `aws.glue-dataquality` tells of each then; AWS shows them sooner. That they have neither DataSource nor RulesetName,
  and the event's details, are not verified. With `resultsS3Prefix` S3 gets the same as JSON by date (the form is
  unverified); metrics that CloudWatch refuses are warned of.
* Unverified: null is no value to IsUnique, Uniqueness and the like; `matches` finds its pattern anywhere; Entropy uses
  the natural logarithm; StandardDeviation is that of a population; a rule on no rows fails, and rows skip a rule that
  cannot be evaluated; ReferentialIntegrity counts rows; composite rules have results of rows where all members have;
  DistinctValuesCount has none; the texts of FailureReason but those on numbers, shares of rows and missing columns.

### Glue Data Quality on tables

* Evaluation and recommendation runs are processes as those of Spark jobs are, with the run's role, and have no
  bookmarks. Their logs are in `/aws-glue/data-quality/output` and `/error`, in streams called as those of jobs
  (unverified). The table, and the role's rights on it, are looked at in the run, so that it is FAILED without them; a
  role needs glue:GetTable, glue:GetPartitions of a partitioned table, and s3:GetObject and s3:ListBucket of the files.
  1,000 runs of each kind are kept, for 90 days; a run that the end of the local AWS cuts short is FAILED.
* A run has one result a ruleset, once it succeeded; an event of `aws.glue-dataquality` tells of each. Metrics have the
  dimensions Ruleset, Table, Database and CatalogId, as public dashboards have them. That a rule which fails leaves the
  run SUCCEEDED is in public code; a ruleset that makes no sense makes it FAILED (unverified).
* A ClientToken of an earlier run answers with that run, and is refused with another request (unverified).
* Recommended are RowCount from half to twice the rows, IsComplete or Completeness, Uniqueness > 0.95, ColumnValues by
  the greatest number or by the values, StandardDeviation and ColumnLength, as in public outputs; when which, and the
  bounds of the last two, are unverified. The rows pass what is recommended.
* IAM asks for runs and results on `dataQualityRuleset/*`; of results AWS has the ruleset's name there.

### Spark and the Data Catalog

* --enable-glue-datacatalog leads Spark's Hive client to a metastore in the job's process, which answers from the Glue
  API with the job's role: what `spark.sql` changes is in the catalog at once, the files when the job ends. As on AWS,
  a role needs glue:GetDatabase on `database/default`, and glue:CreateDatabase where that is not there.
* A database without a location: a table in it needs LOCATION and a format that Hive knows, else Spark fails with `Can
  not create a Path from an empty string`, as public issues show of AWS. CREATE DATABASE without LOCATION makes such a
  one: the warehouse that AWS would name lies on the job's own disk, and ends with it. A table outside S3 is refused.
* Spark reads the header of a Hive text table as a row, whatever skip.header.line.count says (seen on AWS in public
  issues).
* Tables of the JSON serdes are read and written by Spark's own reader, and shown as tables of provider json, without
  the serde's jar that AWS wants in --extra-jars. Their columns take the case of the keys in the first file. Of the
  serde's options ignore.malformed.json counts. Spark cannot make such tables or change their columns.
* A partition of a managed table is not renamed. Permanent functions are refused.
* Spark cannot read Athena's views (as public issues show of AWS) nor Athena Spark's; partition projection is Athena's
  alone, as on AWS.
* A Hive table at the root of a bucket is read, not written (Spark's own tables are). Columns are lower case in the
  catalog, as Hive keeps them, and those that others wrote there with capitals are lower case to Spark (what Glue makes
  of capitals is unverified).
* A job that is killed, or whose files S3 refuses, may leave tables in the catalog without their files.
* DROP DATABASE deletes the folder that is its location, as Glue's public Hive client does, but no bucket's root.
* Instead of the argument a script may name the factory class of Glue's Hive client in SparkConf or in the session's
  builder. Without both, `enableHiveSupport()` gives a Derby metastore in the run's folder, which ends with the run.
* While a job runs, every process of this machine can ask its metastore.

### Jobs

* Jobs of every kind and version that AWS makes can be made and are shown. Runs of streaming (gluestreaming), Ray
  (glueray) and Scala jobs and of GlueVersion 6.0 end FAILED with the reason in ErrorMessage and error log. GlueVersion
  0.9, 1.0, 2.0 and Python 2 are refused, as they are past their end of life (the texts are unverified).
* Python shell jobs run on Python 3.11. Of Glue's `analytics` set they have boto3, botocore, PyAthena, PyMySQL and
  requests at AWS's versions, numpy, pandas, psycopg2, pyarrow and SQLAlchemy at the nearest that Python 3.11 can have
  (pandas 1.5.3 for 1.4.2). `--additional-python-modules` brings the rest: awswrangler (3 or later), s3fs, scipy,
  scikit-learn, pyodbc, pyorc, avro, redshift-connector, elasticsearch, whether `library-set` is analytics or none;
  others are refused. Syntax that Python 3.9 lacks is found by `./pyntw lint`.
* boto3 in Spark jobs is this project's, newer than Glue's 1.40.
* `s3fs`, with which pandas reads and writes `s3://` in Spark jobs, works on the files that Spark sees; its calls that
  are S3's alone are not there. pandas gives parquet to pyarrow, whose own client of S3 sees what Spark wrote after the
  script's next call of boto3, and Spark does not see what that wrote.
* The error log holds Spark's own lines from WARN on, whatever setLogLevel says, and those of `get_logger()` and other
  loggers from INFO on.
* A wheel in `--extra-py-files` is put on the path of the script and of Spark's Python workers as it is; Python shell
  jobs on AWS install it with pip, whose refusal of a name that is no wheel's is given. The guide names .py and .zip
  files for Spark jobs: that wheels serve there, and in workers too, is not verified.
* --additional-python-modules is installed by the pip of this machine, with its own configuration, into
  `python-modules` of the state folder, once for each list and options: delete the folder for newer versions. The lists
  take 4 GiB together; those that were used longest ago go when a new one comes.
* What becomes of each job parameter is told [below](#job-parameters).
* Runs that go on when their job is deleted go on, and BatchStopJobRun stops them by their ids (unverified).
* Job run queuing waits for the job's MaxConcurrentRuns only, and for as long as it takes. When the local AWS ends, what
  waited is FAILED too.
* The id of a retry is that of the first run with `_attempt_1` (unverified).
* No limits of CPU and disk.
* --enable-metrics puts those `glue.driver.aggregate.` metrics that Spark's event log gives, not those of memory, CPU
  and disk; --enable-observability-metrics puts `glue.succeed.ALL`, `glue.error.ALL` and `glue.error.[category]`.
* ErrorMessage of Spark jobs begins with Glue's error category and line, as public run histories show; categories that
  none shows are UNCLASSIFIED_ERROR. Where a Python function failed that Spark called, the line is the function's, and
  its exception stands in the place of Java's message and frames (AWS's form of this is unverified). Python shell jobs
  give the exception's type and message (unverified).
* A role that may not write logs runs its job without logs (assumed of AWS).

### Workflows and triggers

* Predicates are looked at at once when a job or crawler ends; AWS takes seconds to a minute.
* StartWorkflowRun runs a workflow whose start trigger is SCHEDULED or EVENT too, even one that is not activated
  (unverified).
* A schedule that was due while the local AWS was down is passed over; one that was due several times while the machine
  slept starts once. Schedules more often than every five minutes are refused, as on AWS, with a text of our own.
* Schedules take `#`, `LW`, lists with `L` and `W`, names in lower case and ranges such as FRI-MON (that Glue does is
  unverified); 31W means the last weekday of a shorter month (unverified).
* A resumed run shows the job runs and crawls that it took over from the run before in its graph and counts them in its
  statistics; it works on the triggers of the run before (neither is verified).
* EventBridge: a target that is a workflow counts each event, and its role needs glue:NotifyEvent, that of a state
  machine states:StartExecution; queues and topics get events only if their own policy lets events.amazonaws.com in.
  That of a topic may ask for aws:SourceArn here; on AWS it may have no Condition for EventBridge, and a message that it
  keeps out is lost without a word. No key's policy keeps a message from a topic here.
  EventBridge Scheduler looks for what is due every ten seconds, and takes cron and at in UTC whatever the time zone.
  Details of events are those of the documentation's samples; that of "Scheduled Crawler Invocation Failure" is not
  verified. No catalog events come from changes that CloudFormation makes. CloudTrail holds the NotifyEvent calls and
  nothing else.
* The texts of EntityNotFoundException for workflows, triggers and runs are unverified; so are those of tags of what is
  not there, in Glue and in Athena.
* When the local AWS ends, what ran is FAILED (a workflow run: ERROR) and says so.

### Crawlers

* A crawl takes about as long as reading the samples takes, not a minute; it costs nothing. DPUSeconds
  of job runs is not told, DPUHour of crawls is 0: what AWS would take is computed from seconds (`./pyntw cost`).
* An object that the role may not read fails the crawl. AWS logs it, and makes tables without that file's schema
  (seen in public logs).
* Objects are read from the emulator's files; the role's right to each is evaluated, but not conditions on its tags.
* `./pyntw explaincrawl` asks an operation that AWS has not, glue:ExplainCrawl; a policy on `glue:*` allows it.
* Crawlers of every kind can be made and are shown. Crawls with JDBC, MongoDB, Delta, Iceberg or Hudi targets, of S3 by
  a connection or by events, with Lake Formation's credentials or lineage fail with the reason in LastCrawl and the log.
* Tables of DynamoDB are crawled. Unverified: their columns' types (whole numbers bigint, others double, sets arrays,
  maps structs), the parameters hashKey and rangeKey, and that a sample is the first page of Scan. scanRate changes
  nothing.
* Grok classifiers: the built-in patterns have AWS's names and fields. Unverified: the certainty, which is the share of
  the sampled lines that the pattern is found in; a classifier that is not certain counts where no built-in one knows
  the file. A pattern that is none, or takes 0.5 s with a line, fails the crawl.
* XML classifiers: columns, types and the place of `rowTag` are assumed (attributes after `_`, types as JSON's); the
  built-in one takes a document of up to 1 MB for one row. A document type makes it no XML. Athena does not read the
  tables, here or on AWS.
* JSON, XML and ORC nested deeper than 100 levels are not read (AWS's bound is not known): such XML and ORC files are
  UNKNOWN, as are those whose columns' types would be longer than Glue's types may be.
* The built-in classifiers of logs know files whose every line fits: combined_apache, apache, ruby_logger, squid,
  redismonlog and redislog (the fields of the last three are Logstash's, unverified). bson, ion, linux_kernel and
  microsoft_log are not there: such files are UNKNOWN or CSV.

### Schema registry

* Avro is read by fastavro and held to the rules of Avro 1.11, which AWS names; JSON Schema is of drafts 4, 6 and 7, and
  a schema that names none of them may be of any (unverified). References to other documents are refused. Definitions
  in PROTOBUF are kept: their syntax is not checked, and what needs a comparison of two is refused by name.
* A version that is not compatible is kept with status FAILURE and takes a number; it is never the latest. BACKWARD,
  FORWARD and FULL look at the latest version that is AVAILABLE, the _ALL modes at all from the checkpoint on
  (unverified: AWS tells that the checkpoint counts, and not how).
* JSON Schema: documents of the one schema must be valid by the other, where a property that the one does not name
  counts as absent, so that optional properties may be added and dropped; what the rules here cannot show fails. Public
  reports of AWS's own rules disagree.
* Names, ARNs, ids, definitions and tags that break constraints are refused in words of the registry's own
  (InvalidInputException); one of them is quoted from AWS, the others are unverified. The first sentence for what
  is not there is the one that AWS's serializers look for.
* Definitions in AVRO and JSON are the same if their JSON is equal. Quotas are AWS's documented ones: 10 registries,
  1,000 versions of all schemas, 10 pairs of metadata a version. The ARN of the default registry has no random end. The
  form of times is unverified.
* A table or partition with a SchemaReference has the version's columns as soon as that is registered, and none once it
  is gone. Which types AWS makes of Avro and JSON is unverified; PROTOBUF is refused there. glue:GetSchemaVersion is
  needed to make and change such a table; to look at it, it is not asked for.
* In a stack a SchemaVersion that is not compatible fails and is deleted again; one that is there already is refused,
  and one that is the checkpoint cannot be deleted (all unverified).

### Athena

* A query in a catalog that is not there fails (the sentence is unverified), one in a catalog of another kind than this
  account's Glue is refused. The times of an execution are those that its parts took here, one millisecond at least.
* SELECT in Athena's dialect runs on DuckDB: sqlglot reads it, an analyzer types it by Trino's rules and refuses what
  Trino refuses, with category, place and text; then it is translated. The texts are those of Trino's sources and of
  public messages; not verified on Athena: the order of the signatures that are told of a function, the categories of
  unknown types of CAST and of misplaced window functions. What the analyzer cannot type it lets through. A function
  that is not translated is refused by name. Views, `information_schema.schemata`, `tables`, `columns`, `views` and
  `"table$partitions"` are inlined into the query.
* A timestamp with a time zone has the zone that is known of its column or expression when the query is translated: of
  literals, AT TIME ZONE and functions that name one as a literal. Refused by name: values of several zones in one
  column or choice, other zones than UTC in arrays, maps, rows, JSON and functions that are not made for them, zones
  that are no literals, EST, HST, MST, ROC and `Etc/GMT+5` or such, times with a time zone. from_iso8601_timestamp and
  CAST of a text that is no literal take any zone where moments are compared, or moved to a zone; parts, formats and
  casts to dates and timestamps take the ISO 8601 text as it is written; elsewhere a text of another zone than UTC ends
  the query. Of a time that clocks show twice the earlier moment counts, one that they leave out is read by the offset
  before (both unverified on Athena); the zones' rules are this machine's.
* Statements that define and show (CREATE, DROP and ALTER of databases, tables, partitions and views, MSCK REPAIR TABLE,
  SHOW, DESCRIBE) read and change the catalog as Athena does; rows, files and SubstatementType are those of measured
  answers. Not verified: the SubstatementType of SHOW VIEWS, ALTER DATABASE, UNLOAD and of a partition's RENAME and SET
  LOCATION; the texts of errors that Hive words otherwise; of syntax errors, what was expected.
* A field of a text file that does not fit its column's type is NULL with LazySimpleSerDe; with OpenCSVSerDe it ends
  the query (HIVE_BAD_DATA), unless the table has use.null.for.invalid.data. That columns count from 0 in that sentence,
  which texts are numbers, that whole numbers lose what stands behind a point, that an empty array has no items, that
  of a map's key the last value counts and that binary is base64 where it can be are unverified. Lines of text end at
  line breaks whatever the quotes, blank ones are rows. timestamp.formats, serialization.encoding,
  serialization.last.column.takes.rest, skip.footer.line.count and a line.delim other than \\n are refused by name, so
  are lines of over 32 MB and, where a file has to be read line by line, such with the sign U+007F. What is wrong with a
  file is said in words of the local AWS, by Athena's category.
* JSON of OpenX's SerDe is read as leniently as by it: names and texts without quotes, lines that begin otherwise and
  blank ones as rows of NULLs, case.insensitive, dots.in.keys, mapping.*, ignore.malformed.json,
  use.null.for.invalid.data, timestamp.formats. That of Hive's SerDe is strict, and settings that it does not know are
  refused, as are Firehose's names of OpenX's. A line that is no JSON, or has a name twice, and a value that is none of
  its column's type end the query in the words of public logs and of AWS's documentation, with the file's name behind;
  which values fit which type is Trino's documentation of its own readers, what Java says of a value is assumed. Plain
  files are read by the engine: true and false in a column of doubles are 1 and 0 then, and a name that comes twice in
  an object within an object is not seen. Files that are not - names of several spellings, values to be converted,
  numbers with a point in columns of text - are read line by line, some twenty times as slowly.
* Types in Parquet, ORC and Avro files are held against the table's (local_aws/athena/tables/file_types/matrix.csv, each
  row with its source): what is not read as what is declared fails the query that asks for the column, as soon as there
  is a row; the text for Parquet is that of public reports, that for ORC Trino's, that for Avro ours. ORC finds columns
  by their place, unless orc.column.index.access is false, and Parquet by name, unless parquet.column.index.access is
  true. The words for a value that does not fit are ours. Files of a table that have
  text as bytes in one and as text in the other, or moments as numbers of several units, are refused.
* A partition whose columns have types that are not read as the table's fails any query that reads it
  (HIVE_PARTITION_SCHEMA_MISMATCH); which may differ is Trino's documentation, what cannot be converted is NULL. Text of
  a partition is read by the table's types; a partition whose SerDe, or a setting of it, is not the table's is refused.
* Types of the catalog's columns are those of Hive's metastore; the text for one that is none is Trino's and that of
  public reports. void, intervals, unions and timestamps with a local zone are refused.
* Tables with GrokSerDe are read as Trino does: the texts of a line's fields fill the columns from the first on, fields
  that take no part are left out; columns for which none is left are NULL (assumed). With RegexSerDe a line matches as a
  whole, or is a row of NULLs; what an expression means is Python's, and one that takes more than half a second for a
  line fails the query. A text that is none of its column's type is NULL with RegexSerDe; with GrokSerDe it ends the
  query, unless grok.nullOnParseError is true (unverified).
* Tables of CloudTrail's input format have a row for each record of a file, with CloudTrailSerde (by OpenX's rules) and
  the JSON SerDes; that members which differ from service to service are texts is assumed. Other SerDes - Amazon Ion,
  MultiDelimitSerDe - are refused by name, whatever the classification. avro.schema.url is, and avro.schema.literal
  where a file lacks a column for which it has a default.
* Resource links, federated databases and multi-dialect views are in the catalog and are refused by name where a query,
  a job or an operation on tables and partitions would follow them: Lake Formation and other catalogs are not there.
* SHOW CREATE VIEW gives the query as it was written, where Athena formats it. EXPLAIN gives (TYPE VALIDATE) only.
  Iceberg tables, other catalogs, DESCRIBE FORMATTED of a column, SHOW FUNCTIONS, VACUUM, OPTIMIZE, UPDATE, DELETE and
  MERGE are refused.
* The caller's rights on catalog, data and result are checked, with aws:CalledVia, aws:CalledViaFirst, aws:CalledViaLast
  and aws:ViaAWSService in the conditions of policies; Lake Formation is not there. Of a table on which the caller has
  no glue:GetTable nothing is told, not even whether it is there; `information_schema` and SHOW TABLES have the tables
  that GetTables tells. GetQueryResults does not ask for s3:GetObject of the result (whether AWS does is unverified).
* GetDatabase, ListDatabases, GetTableMetadata and ListTableMetadata need the right to Glue's operation of that name
  too (that it is this one, and MetadataException with IAM's sentence, are unverified).
* DataScannedInBytes counts the files of the partitions that WHERE and the joins leave, and of Parquet and ORC files the
  column chunks that the query uses. Row groups that statistics would leave out, buckets and what LIMIT would not reach,
  count.
* Partition projection works with the date pattern letters y, u, M, d, H, m and s; more than a million partitions are
  refused. The wording of INVALID_TABLE_PROPERTY is not verified.
* CREATE TABLE AS, INSERT INTO and UNLOAD write Parquet, ORC, JSON and TEXTFILE, one file a partition; Avro, Ion,
  buckets, Iceberg and compressions that pyarrow lacks are refused. A literal's type is string, where Athena's is
  varchar(n). That Parquet's moments are INT96 and the parameters of a table so made are assumed.
* Prepared statements, parameters, ClientRequestToken and reuse of results work by measured rules where there are such;
  the text for a prepared statement that is there already, and that reuse asks for the same parameters, are assumed.
  GetQueryRuntimeStatistics has neither stages nor the number of rows read.
* Each query runs in a process of its own, bounded in memory: all of them together have half of the machine's
  (LOCAL_AWS_QUERY_MEMORY), each a quarter of that, as four run at a time (LOCAL_AWS_QUERIES_AT_ONCE) and more are
  QUEUED. One that needs more fails with EXCEEDED_LOCAL_MEMORY_LIMIT; one of over 30 minutes (LOCAL_AWS_QUERY_SECONDS)
  with `Query timeout`; a result of over 10 GB (LOCAL_AWS_QUERY_DISK) is refused. On macOS only the resident memory is
  watched (not tried). A statement that nests too deeply, or takes 20 s to read, is refused.
* Rows of a result of more than 1,000 rows are read from its file in S3: GetQueryResults does not find them once the
  file is gone. A page has at most 8 MB.
* SEQUENCE and REPEAT make at most 10,000 entries, as Trino's did for long. Texts of errors for column types, for
  `skip.header.line.count` and for statements that are too large are Trino's, unverified on Athena. Separators of more
  than 4 bytes and quotes of more than one are refused.
* Values of char(n) are not filled up with blanks. NaN is equal to itself and greater than all numbers. Rows and arrays
  with NULL within are not put in order by ORDER BY, min, max, greatest, least, array_sort, array_max and array_min,
  where Trino fails only if it has to compare the NULL; windows, and ORDER BY behind DISTINCT or UNION, take it for the
  greatest value. DISTINCT, GROUP BY and UNION hold maps, and every comparison JSON objects, of another order of
  entries for others. IN (SELECT …) as a value fails by name where a row or an array of the subquery has NULL within.
  Of maps CAST to JSON keeps the order of entries. A group of an expression that takes no part gives REGEXP_EXTRACT an
  empty text. Correlated subqueries run that Trino refuses as not supported, and so does ORDER BY of a name that two
  columns have. JSON_PARSE keeps the order of keys, which Trino sorts, and keys that come twice; CAST to JSON drops the
  zeros at a decimal's end. In regular expressions, which are RE2's, \\w, \\d and \\s are ASCII's, $ is the end of the
  text alone, and x* finds nothing behind a match. FETCH FIRST … WITH TIES is refused. Unverified: the texts for wrong
  names of arguments of TABLE(sequence(…)).
* The approx functions are exact.
* `.metadata` files have Athena's layout, with the execution's id in place of the engine's own.

### Step Functions

* `glue:startJobRun` and `athena:startQueryExecution` (each with `.sync`), `athena:getQueryExecution`,
  `athena:getQueryResults`, `athena:stopQueryExecution`, and all `aws-sdk:` calls run with the state machine's role. So
  do the integrations of SQS, SNS, EventBridge, DynamoDB, ECS, Lambda and of other state machines: each asks
  for its main right (`lambda:InvokeFunction`, `states:StartExecution`, ...), not for those that `.sync` needs besides.
  What their errors are called in a denial is unverified.
* A role that trusts `states.amazonaws.com` no more fails the execution (States.Permissions, unverified). The cause of a
  failed query (QueryExecution as JSON) is unverified.
* Histories tell of tasks, branches and iterations as on AWS, but for the TaskSubmitted of others than Glue's and
  Athena's `.sync`, and for activities, of which ActivityStarted is not told. An error that ends a Parallel or Map state
  ends its other branches: what a `.sync` of Glue or Athena waits for there is stopped; a Wait state and other tasks go
  on, and what comes after them does not. The first error is the one that is told (unverified).
* Pauses between attempts (Retry) are a minute at most, without jitter, and MaxDelaySeconds is not looked at.
* ValidateStateMachineDefinition checks states, transitions and fields by the Amazon States Language's specification,
  neither intrinsic functions nor paths, and gives no warnings; its codes are AWS's, its words in part (unverified).
  CreateStateMachine and UpdateStateMachine refuse what refers to a state that is not there, and no more.

### CloudFormation

* A resource of a type that AWS has and the local AWS has not (AWS::Redshift::Cluster, AWS::SageMaker::NotebookInstance,
  AWS::LakeFormation::Permissions, ...) gets a stand-in. Its properties are checked by the registry's schema; nothing
  runs behind it, no API answers for it, and no rights are asked for. The reason of its events, of
  DescribeStackResource, DescribeStackResources and ListStackResources begins with `NOT SIMULATED`; AWS gives none.
  `./pyntw up`, `createstack`, `updatestack` and `stackstatus` list them. Ref and Fn::GetAtt give values of AWS's form
  that lead nowhere: what the schema does not tell is guessed from the names of properties. A change of a property that
  is only created replaces the stand-in.
* The same mark stands on databases, clusters and domains that would be containers here (AWS::RDS::DBInstance, ...), on
  functions whose runtime is not there or whose code is an image, and on custom resources of such functions: their
  attributes are whatever the template asks for.
* `./pyntw 'localaws[strict=true]'` refuses such types: `Unrecognized resource types`. So does CloudFormation, here and
  there, with a type that AWS has not.
* Whoever creates, updates or deletes a stack needs the rights for what is done to its resources, as on AWS, or the
  stack's own role (RoleARN) does. Glue, Athena and Budgets ask for each operation. Of the emulator's types IAM, S3,
  DynamoDB, KMS, Secrets Manager, Parameter Store, Logs, Kinesis, Firehose, SNS, SQS, EventBridge, Scheduler, Step
  Functions, CloudWatch, Lambda and EC2's networks ask for the operations that the template's properties need; which
  those are is read off the registry's schemas, and not verified property by property. Of all others the operation that
  is called after the type is asked for, and those of tags (unverified). What AWS's handlers read besides (Describe,
  Get, List, kms:Decrypt, kms:CreateGrant, ec2:Describe...) is not asked for, and neither is what other resources an
  operation names: of EC2 the one that is made, changed or deleted alone. An id that a service makes up is asked for as
  `*` (`vpc/*`), a name that CloudFormation makes up as it will be. Nested stacks ask for their resources' rights, not
  for cloudformation:CreateStack (unverified); custom resources for lambda:InvokeFunction; roles in properties for
  iam:PassRole when they are new there, with iam:PassedToService where the service is known; code and definitions in S3
  for s3:GetObject; {{resolve:...}} for secretsmanager:GetSecretValue or ssm:GetParameters, parameters of
  AWS::SSM::Parameter::Value for the latter. AllowedPattern of these is held against what stands there (whether AWS
  holds it against the name is unverified). Documents in S3 that requests and templates name need s3:GetObject; how AWS
  words the refusal of a snippet of AWS::Include is unverified.
* An import of a resource asks for the right to read it and for those to set all that its template says: AWS asks
  fewer, but later updates are held against the template here and there. A template that names another resource than
  it imports is refused (the text is unverified).
* A resource whose name is taken fails: `Resource of type '...' with identifier '...' already exists.`; of some types
  AWS words it otherwise, and names all parts of an identifier (unverified). A queue's or topic's policy, a policy put
  into several roles, and a secret's policy are set over what is there.
* Conditions of policies see in stacks aws:CalledVia and its kin, tags, iam:PolicyARN, iam:PermissionsBoundary,
  iam:PassedToService, ec2:CreateAction and what the principal brings; other keys of services are absent. What is
  refused fails the resource with IAM's sentence, `(Service: Iam, Status Code: 403)` (the status of JSON services is
  unverified). A rollback that may not delete ends in ROLLBACK_FAILED, as on AWS.
* Templates are checked as by CloudFormation before anything is made; where no public report quotes AWS's sentence it is
  ours. Differs: a key that stands twice in a map is refused (public reports have AWS take the last one), maps and
  lists may be nested 100 deep, loops of AWS::LanguageExtensions may make 10,000 members, and an AllowedPattern that
  takes more than 0.3 s on a value is refused.
* Properties are held against the registry's schemas when the resource is made: lists and maps in the place of texts and
  the other way round, and, of the emulator's types, those that the schema does not have; scalars are turned into what
  it wants. Other constraints of the schemas (lengths, patterns, required members) are left to the service.
* Each property of each type works, is kept, is left in the template or is refused by name:
  [cloudformation-types.md](cloudformation-types.md). The event that ends a resource's making names the properties that
  are left in the template (`Not acted upon by the local AWS: ...`), where AWS's says nothing.
* Tags of a stack reach each resource whose type the schema calls taggable, if its tags are kept here. The tags that
  CloudFormation adds (aws:cloudformation:...) do not reach buckets and what the emulator does not know to have them.
* A table with DeletionProtectionEnabled is deleted with its stack; AWS refuses.
* Of an unknown property of Glue's, Athena's and Budgets' types the reason is `Property validation failure`, of the
  others `Properties validation failed ... extraneous key`; which types say which on AWS is unverified.
* Scalars without quotes are read by YAML 1.1 and become texts as Java writes them where CloudFormation takes texts
  (`yes` is "true", 0300 is "192", 08 is "8.0", 1.10 is "1.1", as public reports have it; that JSON's 1.10 becomes
  "1.1" too is unverified). Properties have the types of the registry's schemas; free-form JSON keeps its numbers and
  booleans, but for Glue's maps, and custom resources, which are texts.
* AWS::Serverless-2016-10-31 is expanded by AWS's own translator; applications of the Serverless Application
  Repository are refused by name. AWS::LanguageExtensions and AWS::Include are carried out, macros (`No transform
  named ... found.`) and other transforms refused. A transform that fails refuses the request; on AWS the stack is
  made and rolls back, or the change set fails, with the same text. Of AWS::ApiGatewayV2::Api BodyS3Location is
  refused.
* Nested stacks are looked at whenever their parent is updated. NotificationARNs and TimeoutInMinutes are kept and
  shown: nothing is published, and no stack ends for its time. IncludeNestedStacks is refused.
* Whether a change set's change replaces a resource is said by the registry's schemas, of a part of a property too
  (`TableInput/Name`). With IncludePropertyValues each value through mappings is a detail; that a list is one, and how
  AWS cuts long ones, is unverified. Changed outputs alone are a change (the AWS CDK deploys exports so; AWS's guide
  says otherwise). GetTemplateSummary's order of types is ours.
* Stack policies hold for UpdateStack and ExecuteChangeSet, with StackPolicyDuringUpdateBody; their conditions know
  StringEquals and StringLike of ResourceType. A removal that one denies fails after the changes of the others.
* DetectStackDrift looks at Glue's Job, Crawler, Trigger, Workflow, Database, Table and DataQualityRuleset, Athena's
  WorkGroup, SQS, SNS, SSM, Lambda, IAM roles (not their policies), DynamoDB, buckets (versioning alone), log groups and
  secrets; of state machines, rules and streams that they are there. Others are NOT_CHECKED; which types AWS looks at by
  now is not verified for each.
* An update has events of the resources that it changes; that a change of Metadata or of a deletion policy alone counts
  as one is unverified.
* Values of AWS-specific parameter types (AWS::EC2::VPC::Id and others) are not looked up.
* Properties are held against the registry's schemas for lists and maps in the place of texts and the other way round,
  when the resource is made. Other constraints of the schemas (lengths, patterns, required members) are left to the
  service.
* A stack in CREATE_FAILED or UPDATE_FAILED is updated by UpdateStack with DisableRollback, not by change sets. What a
  failed update replaced stays when a later one succeeds. After two failures RollbackStack goes back behind both.
* What a restart finds in progress has failed: CREATE_FAILED, ROLLBACK_FAILED, UPDATE_ROLLBACK_FAILED or DELETE_FAILED.
  A resource that was being made at that moment may be there and not belong to the stack.
* DeleteStack of a stack that is being made or updated ends what runs; AWS refuses it during an update.
* A changed SecurityConfiguration keeps its name: it is deleted and made again.
* Executions of state machines write no logs, whatever LoggingConfiguration says, and no traces.
* SNS sends no e-mail and no text message, and confirms such subscriptions by itself. The last 100 messages of each
  topic, up to a million characters, are kept for `./pyntw messages`, which asks an operation that AWS has not,
  sns:ListPublishedMessages; a policy on `sns:*` allows it. Budgets are kept and shown; nothing is metered or told.
* Alarms are looked at when they are made and when a metric is put: the statistic of all that came of the metric with
  exactly their Dimensions in their periods together, whatever DatapointsToAlarm. Where nothing came their state stays,
  whatever TreatMissingData says: an alarm that misses data never goes off here, nor one on a band of anomalies. Alarms
  of several metrics are refused in stacks.
  Dashboards are kept and shown, not drawn. EventBridge, Step Functions and S3 put no metrics, Athena
  ProcessedBytes alone, with the dimension WorkGroup.
* Flow logs (AWS::EC2::FlowLog) and a bucket's LoggingConfiguration are kept and shown; neither writes logs, and the
  policy of a VPC endpoint holds nobody back.

* An object under a KMS key, or a caller's own, has a random ETag at each write: AWS says of it only that it is no MD5.
  The event of a copy names the ETag of what was copied.

### IAM

* Lambda, Step Functions, EventBridge's targets, Scheduler and Firehose refuse roles that they cannot assume, as on AWS;
  other services that take roles ask at most whether these are there. The sentence for a role that is not there is
  unverified but for Lambda.
* All of AWS's managed policies are known by name, as they were in August 2026. Those of Glue, Athena, Lake Formation,
  Step Functions, EventBridge, Kinesis, Redshift, EMR, SageMaker and the like grant what they grant there, and so do
  those that the emulator knows. The others can be attached and grant nothing: their description, the event of a role,
  user or group in a stack, and each denial of who has one say so. Policies of service-linked roles cannot be attached
  (the sentence is unverified).
* Roles and users of this account that a trust policy names must be there, as on AWS, but for those that AWS makes
  itself; of sessions (assumed-role), identity providers and other accounts nothing is asked. Policies of buckets, keys,
  topics and queues may name anybody, where AWS refuses who is not there.
* A Deny in a bucket's policy holds for the root user, but for Get-, Put- and DeleteBucketPolicy. Lists come in pages of
  100. RoleLastUsed is always empty.
* Every request must be signed with a known key (Signature Version 4; Version 2 for S3 alone), and each job and crawl
  runs with its own role. The root user's key is test with the secret test, or that of `localaws[key=]`. A refusal of
  another adds to AWS's words what the right one is. There is one account: its number is no key.
* Anonymous calls are those of S3 that a bucket's policy or ACL allows. What AWS serves unsigned elsewhere
  (AssumeRoleWithWebIdentity and WithSAML, Cognito's sign-in, public API Gateway stages, function URLs and load
  balancers, downloads of a function's code by GetFunction's Location) is refused without a signature, and the paths
  `/_aws/`, `/_alb/` and `/_localstack/` are closed. SigV4A and WebSockets are refused.
* An API calls a function whose policy lets apigateway.amazonaws.com in for the ARN of its method, route or authorizer,
  or with an integration's role that may; else it answers 500. Of AWS's services queues alone are reached, by REST APIs
  with a role that may; other integrations of type AWS, and those with an integrationSubtype, are refused. Of the ARN,
  parts for parameters of paths are unverified.
* The ServiceToken of a custom resource is the ARN of a function of the stack's region; one of a topic is refused.
* A request's host is 127.0.0.1, localhost, [::1] or a name below localhost, with the port. Requests that a browser
  says come from another site's page are refused, links to presigned URLs too, but for calls of objects that the
  bucket's CORS configuration allows.
* Policies match whole names, newlines included; `${…}` has its value in documents of version 2012-10-17, in Resource,
  NotResource and the conditions of strings and ARNs; without a single value, and without a default, such an element
  matches nothing. ArnEquals and ArnLike compare the six parts of an ARN each by itself. Principals are compared as they
  stand. Unverified: that wildcards in a variable's value count for nothing, and how ARNs of fewer parts compare.
  An Allow whose elements cannot be read allows nothing.
* A service that takes a role meets the conditions of its trust with `aws:SourceAccount`; `aws:SourceArn` is that
  of the state machine for Step Functions and absent for others, so a trust that demands one is not met there (what Glue
  sends is not verified).
* iam:PassRole is asked for, after the operation itself, by each request that names a role to a service (CreateFunction,
  CreateStateMachine, PutTargets, CreateSchedule, CreateJob, AddRoleToInstanceProfile, RunInstances with a profile, ...)
  and when a stack gives a role to a resource, with iam:PassedToService where the service is known; without
  iam:AssociatedResourceArn. Which operations ask is read off the members of botocore's models: all that name a role and
  neither read nor delete (unverified one by one). Profiles that a launch template names are not asked about. Code of
  functions and layers in S3 needs s3:GetObject or s3:GetObjectVersion.
* Policies on IAM's requests see iam:PermissionsBoundary (the one that is set, or that the role or user has),
  iam:PolicyARN, and ARNs with their paths. Requests to CloudWatch Logs are asked about as `log-group:NAME:log-stream:`,
  with the stream's name where they have one: a policy on `log-group:NAME` allows its tags alone, as on AWS.
* SimulatePrincipalPolicy and SimulateCustomPolicy decide by identity policies about the first resource, and do not look
  at ContextEntries, boundaries and resource policies.
* Rights that roles use, and ask for in vain, are recorded (docs/permissions.md), within bounds, and told by an
  operation that AWS has not, iam:GetUsedRights; a policy on `iam:*` allows it. What Spark reads is noted by its file
  system, 16 files of a folder; what it writes, renames and deletes counts as the requests that carry it to S3:
  probes, parts of uploads and copies of AWS's connectors are not seen.
* Who reads an object under a customer's KMS key needs kms:Decrypt, who writes one kms:GenerateDataKey, asked by
  requests, jobs, crawlers and queries; under `aws/s3` neither. HeadObject is asked too, parts of uploads for
  kms:GenerateDataKey alone, the encryption context names the object even with a bucket key, and a denial of a job,
  crawler or query may name s3:GetObject instead.
* Who reads or writes items of a DynamoDB table under a customer's key needs kms:Decrypt, who publishes to such a topic
  kms:GenerateDataKey and kms:Decrypt, asked for by each request (AWS keeps a table's key five minutes for each caller,
  a topic's up to five), with kms:ViaService; PartiQL and streams ask for none. Bookmarks and log groups need no rights
  to a key here, nor do makers of tables and topics (AWS: kms:CreateGrant, kms:DescribeKey and more), services that
  publish (AWS: the key's policy lets them in), and keys that a request names and that are not here.
* Jobs and crawlers need logs:CreateLogStream and logs:PutLogEvents, for a group that is not there logs:CreateLogGroup
  and, with a security configuration's key, logs:AssociateKmsKey; without them they run and log nothing (assumed).

### State

* A change is on disk when it is answered; the disk itself is not waited for, so that a machine which loses its power
  may lose the last seconds. docs/security.md has the bounds of memory, disk and time, and their settings.
* Kept: executions of Athena 45 days, those of Step Functions 90, runs of jobs and workflows 90 (unverified), histories
  of alarms 30 (unverified), data points two weeks, CloudTrail's last 10,000 events until the server ends, log events as
  long as their group says.

### Requests

* Each request is checked against botocore's model of its service before anything is done: its body, the types of its
  members, the numbers that they can hold, and required ones. Lengths, ranges, patterns and enumerations are checked so
  for Athena, Budgets, CloudWatch Logs, DynamoDB, EventBridge, Firehose, Glue, Kinesis, KMS, Secrets Manager, Step
  Functions and Systems Manager (public messages show it of all but Budgets, Firehose and Secrets Manager). Codes and
  sentences are AWS's where they are known: `1 validation error detected: Value 'x' at 'path' failed to satisfy
  constraint: …`. The order of several, that ten are told, and that a message repeats 20,000 characters of a value, are
  not AWS's; a pattern that begins with ^ is looked for rather than matched to the end (unverified).
* Documents are nested 128 levels at most, compressed requests 64 MB at most when they are unpacked (AWS's bounds are
  unverified). XML with a document type is refused.
* A value that an emulated operation cannot use, and that the model allows, is refused with 400 in a general sentence;
  the server's log tells the place, and what the operation had changed in the state is undone.
* Of other services numbers and lengths are held to the bounds of AWS's models, but for EC2 and what stands in addresses
  and headers; patterns alone where a text has characters that XML cannot hold. A value is shown up to 200 characters.
* Characters that XML 1.0 cannot hold are shown as U+FFFD in answers of XML, and JSON's halves of surrogate pairs in
  answers of custom resources (AWS's form is unverified; S3's keys are whole with `encoding-type=url`).
* Requests to SQS in its query protocol of old are not checked: its model no longer describes them.

* An operation that AWS has and the local AWS has not is refused with its name (`X is not supported by the local AWS`,
  code OperationNotSupportedException; UnsupportedOperation for EC2), and so is a service that is not there (`Amazon
  Redshift (redshift) is not simulated by the local AWS`), in the form that its clients read. AWS has no such words.
  Operations that the emulator answers without a word, though it does nothing, are not known to be such.
* FilterLogEvents and subscriptions read filter patterns as CloudWatch Logs' user guide has them, but for patterns of
  space-delimited events, which are refused. Unverified: that terms with other characters than letters, digits and `_`
  are refused without quotes (so the guide), a `*` within a text, and the texts about wrong patterns.
* VPC endpoints need a service, a VPC and route tables that are there; which services have endpoints is known by the
  names of AWS's endpoints, not by AWS's list of each region.

### S3

* Nothing is encrypted: what is told of encryption is what was asked for, AES256 where nothing was. A KMS key that is
  not named is one that DescribeKey does not know.
* A signature of Version 2 that comes with a query parameter which it does not cover is refused; AWS ignores such ones.
  A request that is no upload of an object has at most 70 MiB (413 RequestEntityTooLarge).
* Requests on loopback count as TLS. Lifecycle rules are checked and kept; AbortIncompleteMultipartUpload alone is
  carried out, when the server starts and when an upload begins.
* A write is on disk when it is answered, and outlives a kill of the server; the disk itself is not waited for, so a
  machine that loses its power may lose the last seconds. A copy shares its bytes on disk with its source.
* A form that uploads (POST) goes through memory and takes 70 MB at most. Documents such as that of DeleteObjects take
  2 MiB at most (AWS's bound is unverified).
* Server access, object ownership and account-wide settings are kept and shown.
* Not simulated, and refused with 501: torrents, S3 Select, sessions of directory buckets, renaming, the encryption of
  an object that is there, metadata tables, ABAC and the status of policies. `list-type` beside a sub-resource is a
  conflict (unverified); a sub-resource of another method or level is a method that is not allowed (unverified).
* An object may be copied onto itself with a storage class, an encryption, a redirect, a checksum or new metadata;
  whether AWS compares them with those that are there is unverified. A part that is read alone comes without its
  checksum.
"""


def text() -> str:
    """The page."""
    shapes = Shapes()
    own = _own_operations(shapes)
    works = sorted(own - OPERATIONS_THAT_DIFFER.keys())
    emulated = sorted(EMULATED - OPERATIONS_THAT_DIFFER.keys())
    refused = sorted(shapes.operations - own - EMULATED)
    lines = [
        "# What is the same here as on AWS, and what is not",
        "",
        "Written by `python -m local_aws.fidelity` from the code; a test fails when it is stale.",
        "",
        f"Of Glue's {len(shapes.operations)} operations in botocore's model {len(own)} are answered here,",
        f"{len(EMULATED)} by the embedded emulator, and {len(refused)} are refused by name.",
        "",
        "## What differs",
    ]
    lines += ["", DIFFERENCES.strip()]
    lines += ["", "## Glue, operation by operation", "", "### Work with a difference", ""]
    lines += ["| operation | how it differs |", "|---|---|"]
    lines += [f"| {name} | {note} |" for name, note in sorted(OPERATIONS_THAT_DIFFER.items())]
    for title, names in (
        ("Work as on AWS", works),
        ("Answered by the emulator", emulated),
        ("Refused", refused),
    ):
        lines += ["", f"### {title}", "", _paragraph(names)]
    lines += ["", "### Members of requests that are taken and say nothing", "", "| member | |", "|---|---|"]
    lines += [f"| {name} | {why} |" for name, why in sorted({**PASSED_OVER, **ATHENA_PASSED_OVER}.items())]
    lines += ["", "## Job parameters", ""]
    lines += [
        "Those of the developer guide: done; kept (taken and shown, without an effect); or refused: the run fails and",
        "names it. These and all others are handed to the script.",
        "",
        *job_parameters.table(),
    ]
    lines += ["", "## CloudFormation, property by property", ""]
    lines += [
        "The properties of the registry's schemas, as cfn-lint has them. The emulator's types stand in",
        "[cloudformation-types.md](cloudformation-types.md); a type that stands on neither page gets stand-ins (see",
        "above).",
    ]
    lines += properties.lines(SHOWN_TYPES)
    return "\n".join(lines) + "\n"


def _own_operations(shapes: Shapes) -> frozenset[str]:
    """What the API answers by itself, asked of one that has an empty store."""
    definitions = Definitions(Store(Path(":memory:")))
    workflows = WorkflowRuns(definitions)
    jobs = JobRuns(definitions, Path(), "", workflows.action_ended)
    crawls, quality = Crawls(definitions, "", workflows.action_ended), QualityRuns(definitions.store, jobs.room)
    return frozenset(GlueApi(definitions, workflows, jobs, crawls, quality, shapes).operations)


def _paragraph(names: Iterable[str]) -> str:
    return ", ".join(names)


if __name__ == "__main__":
    print(text(), end="")  # noqa: T201 - a command
