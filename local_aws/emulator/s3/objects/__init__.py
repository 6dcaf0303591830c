"""S3's objects on disk: their bytes never pass through memory whole, and what is answered is written.

| file | duty |
|---|---|
| disk_body.py | A file where the emulator wants bytes |
| spooling.py | Bodies on their way in |
| answers.py | Objects on their way out |
| streams.py | How the emulator gets an upload's body |
| commits.py | Bytes and description put in place together |
| store.py | The emulator's store of objects |
| undo.py | What a failed write changed in memory is put back |
| buckets.py | Changes of buckets, saved when they are answered |
| uploads.py | Multipart uploads on disk |
| completion.py | CompleteMultipartUpload |
| part_numbers.py | GetObject and HeadObject of one part |
| listings.py | Lists of keys come in pages of 1,000 |
| copies.py | What S3 refuses of CopyObject |
| front.py | All of it put in front of the emulator's S3 |
"""

from local_aws.emulator.s3.objects.commits import recover
from local_aws.emulator.s3.objects.front import stream_objects
from local_aws.emulator.s3.objects.streams import serve as serve_stream

__all__ = ["recover", "serve_stream", "stream_objects"]
