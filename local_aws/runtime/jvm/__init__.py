"""What the Java processes of all jobs share, so that each starts and writes sooner: kept in the user's cache folder.

| file | duty |
|---|---|
| shared.py | what there is to share, and the settings and variables with which a Spark session takes it |
| cache.py | the folder, and its locks |
| local_files.py | compiles the classes |
| LocalFiles.java | Hadoop's local file system without a process for each file |
| LinkedObjects.java | takes a link away before its file is written anew |
| UsedObjects.java | notes which files are read and which folders are listed |
| Renewal.java | what makes a Java that was used as new: see runtime/warm |
| class_archive.py | the archive of classes that Java would else read, check and link at each start |
| maker.py | the process that makes it |
| training.py | the Spark job whose classes it takes |
"""
