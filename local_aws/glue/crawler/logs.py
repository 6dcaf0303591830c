r"""AWS's built-in classifiers of logs, in AWS's order.

The names are those of AWS's page on classifiers, as is that they are sure (1.0) or not (0.0). The fields of Apache's
logs are those of the page's grok patterns, those of Ruby's logger of an example in Redshift's guide, of Squid's and
Redis's those that Logstash gives the same logs (unverified on Glue). What linux_kernel and microsoft_log look for is
not published; they are not here.

Assumed: a log is a text whose every line, blank ones left out, fits as a whole.
"""

from __future__ import annotations

from functools import cache

from local_aws.glue.crawler.grok import GrokClassifier
from local_aws.glue.crawler.reading import Reading

_RUBY = (
    r"[DFEWI], \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:pid:int}\] *(?<loglevel>DEBUG|FATAL|ERROR|WARN|INFO) "
    r"-- +%{DATA:progname}: %{GREEDYDATA:message}"
)
_SQUID = (
    r"%{NUMBER:timestamp}\s+%{NUMBER:duration}\s+%{IPORHOST:client_address}\s+%{NOTSPACE:cache_result}/%{NONNEGINT:status_code}"
    r"\s+%{NUMBER:bytes}\s+%{NOTSPACE:request_method}\s+%{NOTSPACE:url}\s+%{NOTSPACE:user}"
    r"\s+%{NOTSPACE:hierarchy_code}/%{NOTSPACE:server}\s+%{NOTSPACE:content_type}"
)
_REDIS_MONITOR = (
    r'%{NUMBER:timestamp} \[%{INT:database} %{IP:client}:%{NUMBER:port}\] "%{WORD:command}"\s?%{GREEDYDATA:params}'
)
_REDIS = r"\[%{POSINT:pid}\] (?<timestamp>%{MONTHDAY} %{MONTH} %{TIME}) [*#.-] %{GREEDYDATA:message}"
_LOGS = {
    "combined_apache": "%{COMBINEDAPACHELOG}",
    "apache": "%{COMMONAPACHELOG}",
    "ruby_logger": _RUBY,
    "squid": _SQUID,
    "redismonlog": _REDIS_MONITOR,
    "redislog": _REDIS,
}


def classify_log(text: str, *, whole: bool) -> Reading | None:
    """The reading of the first built-in classifier of logs that knows the text; None where none does."""
    for classifier in _classifiers():
        reading = classifier.classify(text, whole=whole)
        if reading and reading.certainty == 1:
            return reading
    return None


@cache
def _classifiers() -> tuple[GrokClassifier, ...]:
    return tuple(
        GrokClassifier.of(f"built-in classifier {name}", name, pattern, whole_lines=True)
        for name, pattern in _LOGS.items()
    )
