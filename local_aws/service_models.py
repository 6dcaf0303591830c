"""Botocore's models of services, which are held once.

A session of botocore's reads the models that it needs anew: Glue's and S3's take about 25 MB and a tenth of a second
each time. So there is one loader, and it is everybody's.
"""

from botocore.loaders import Loader, create_loader

LOADER: Loader = create_loader()
"""Botocore's data files; what was read once is kept."""
