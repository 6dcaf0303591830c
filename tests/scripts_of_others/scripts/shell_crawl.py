import json
import sys
import time

import boto3
from awsglue.utils import getResolvedOptions

args = getResolvedOptions(sys.argv, ["crawler", "topic"])
glue = boto3.client("glue")
sns = boto3.client("sns")


def wait_for(crawler, timeout_minutes=5):
    end = time.time() + 60 * timeout_minutes
    while time.time() < end:
        found = glue.get_crawler(Name=crawler)["Crawler"]
        if found["State"] == "READY":
            return found["LastCrawl"]["Status"]
        time.sleep(1)
    raise TimeoutError(crawler)


try:
    glue.start_crawler(Name=args["crawler"])
except glue.exceptions.CrawlerRunningException:
    print("is running already")
status = wait_for(args["crawler"])
tables = glue.get_tables(DatabaseName="crawled")["TableList"]
sns.publish(TopicArn=args["topic"], Subject="crawl", Message=json.dumps({"status": status}))
print(status, sorted(table["Name"] for table in tables))
