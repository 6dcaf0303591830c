r"""The named patterns of grok that Glue brings, one a line: a name, a blank, a regular expression.

The names, and the names of the fields inside them, are those of the developer guide, "Writing custom classifiers",
"AWS Glue built-in patterns"; the expressions are this project's own. A field called UNWANTED is none.
"""

from __future__ import annotations

_H16 = "[0-9A-Fa-f]{1,4}"

_TEXT = rf"""
USERNAME [a-zA-Z0-9._-]+
USER %{{USERNAME:UNWANTED}}
INT (?:[+-]?[0-9]+)
BASE10NUM (?<![0-9.+-])(?>[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+))
NUMBER (?:%{{BASE10NUM:UNWANTED}})
BASE16NUM (?<![0-9A-Fa-f])(?:[+-]?(?:0x)?[0-9A-Fa-f]+)
BASE16FLOAT \b(?<![0-9A-Fa-f.])(?:[+-]?(?:0x)?(?:[0-9A-Fa-f]+(?:\.[0-9A-Fa-f]*)?|\.[0-9A-Fa-f]+))\b
BOOLEAN (?i:true|false)
POSINT \b[1-9][0-9]*\b
NONNEGINT \b[0-9]+\b
WORD \b\w+\b
NOTSPACE \S+
SPACE \s*
DATA .*?
GREEDYDATA .*
QUOTEDSTRING (?<!\\)(?:"(?:\\.|[^\\"])*+"|'(?:\\.|[^\\'])*+'|`(?:\\.|[^\\`])*+`)
UUID [A-Fa-f0-9]{{8}}(?:-[A-Fa-f0-9]{{4}}){{3}}-[A-Fa-f0-9]{{12}}
MAC (?:%{{CISCOMAC:UNWANTED}}|%{{WINDOWSMAC:UNWANTED}}|%{{COMMONMAC:UNWANTED}})
CISCOMAC (?:[A-Fa-f0-9]{{4}}\.){{2}}[A-Fa-f0-9]{{4}}
WINDOWSMAC (?:[A-Fa-f0-9]{{2}}-){{5}}[A-Fa-f0-9]{{2}}
COMMONMAC (?:[A-Fa-f0-9]{{2}}:){{5}}[A-Fa-f0-9]{{2}}
IPV6_GROUPS (?:{_H16}:){{7}}{_H16}
IPV6_SHORT (?!(?:[0-9A-Fa-f]*:){{8}})(?:{_H16}(?::{_H16}){{0,6}})?::(?:{_H16}(?::{_H16}){{0,6}})?
IPV6_MIXED (?:(?:{_H16}:){{6}}|(?:{_H16}(?::{_H16}){{0,4}})?::(?:{_H16}:){{0,5}})%{{IPV4:UNWANTED}}
IPV6 (?:%{{IPV6_MIXED}}|%{{IPV6_GROUPS}}|%{{IPV6_SHORT}})(?:%\w+)?
OCTET (?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{{1,2}})
IPV4 (?<![0-9])%{{OCTET}}(?:\.%{{OCTET}}){{3}}(?![0-9])
IP (?:%{{IPV6:UNWANTED}}|%{{IPV4:UNWANTED}})
HOSTNAME \b[0-9A-Za-z][0-9A-Za-z_-]{{0,62}}(?:\.[0-9A-Za-z][0-9A-Za-z_-]{{0,62}})*(?:\.?|\b)
HOST %{{HOSTNAME:UNWANTED}}
IPORHOST (?:%{{HOSTNAME:UNWANTED}}|%{{IP:UNWANTED}})
HOSTPORT %{{IPORHOST}}:%{{POSINT:PORT}}
PATH (?:%{{UNIXPATH}}|%{{WINPATH}})
UNIXPATH (?:/(?:[\w%!$@:.,~-]|\\.)*+)++
TTY /dev/(?:pts|tty[pq]?)(?:\w+)?/?[0-9]+
WINPATH (?:[A-Za-z]+:|\\)(?:\\[^\\?*]*)+
URIPROTO [A-Za-z]+(?:\+[A-Za-z+]+)?
URIHOST %{{IPORHOST}}(?::%{{POSINT:port}})?
URIPATH (?:/[A-Za-z0-9$.+!*'(){{}},~:;=@#%_\-]*)+
URIPARAM \?[A-Za-z0-9$.+!*'|(){{}},~@#%&/=:;_?\-\[\]]*
URIPATHPARAM %{{URIPATH}}(?:%{{URIPARAM}})?
URI %{{URIPROTO}}://(?:%{{USER}}(?::[^@]*)?@)?(?:%{{URIHOST}})?(?:%{{URIPATHPARAM}})?
MONTH \b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|%{{LATE_MONTH}})\b
LATE_MONTH (?:Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)
MONTHNUM (?:0?[1-9]|1[0-2])
MONTHNUM2 (?:0[1-9]|1[0-2])
MONTHDAY (?:0[1-9]|[12][0-9]|3[01]|[1-9])
DAY (?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)
YEAR (?>[0-9][0-9]){{1,2}}
HOUR (?:2[0-3]|[01]?[0-9])
MINUTE [0-5][0-9]
SECOND (?:(?:[0-5]?[0-9]|60)(?:[:.,][0-9]+)?)
TIME %{{HOUR}}:%{{MINUTE}}:%{{SECOND}}(?![0-9])
DATE_US %{{MONTHNUM}}[/-]%{{MONTHDAY}}[/-]%{{YEAR}}
DATE_EU %{{MONTHDAY}}[./-]%{{MONTHNUM}}[./-]%{{YEAR}}
DATESTAMP_US %{{DATE_US}}[- ]%{{TIME}}
DATESTAMP_EU %{{DATE_EU}}[- ]%{{TIME}}
ISO8601_TIMEZONE (?:Z|[+-]%{{HOUR}}(?::?%{{MINUTE}}))
ISO8601_SECOND (?:%{{SECOND}}|60)
ISO8601_DATE %{{YEAR}}-%{{MONTHNUM}}-%{{MONTHDAY}}
TIMESTAMP_ISO8601 %{{ISO8601_DATE}}[T ]%{{HOUR}}:?%{{MINUTE}}(?::?%{{SECOND}})?%{{ISO8601_TIMEZONE}}?
TZ (?:[PMCE][SD]T|UTC)
DATESTAMP_RFC822 %{{DAY}} %{{MONTH}} %{{MONTHDAY}} %{{YEAR}} %{{TIME}} %{{TZ}}
DATESTAMP_RFC2822 %{{DAY}}, %{{MONTHDAY}} %{{MONTH}} %{{YEAR}} %{{TIME}} %{{ISO8601_TIMEZONE}}
DATESTAMP_OTHER %{{DAY}} %{{MONTH}} %{{MONTHDAY}} %{{TIME}} %{{TZ}} %{{YEAR}}
DATESTAMP_EVENTLOG %{{YEAR}}%{{MONTHNUM2}}%{{MONTHDAY}}%{{HOUR}}%{{MINUTE}}%{{SECOND}}
CISCOTIMESTAMP %{{MONTH}} %{{MONTHDAY}} %{{TIME}}
SYSLOGTIMESTAMP %{{MONTH}} +%{{MONTHDAY}} %{{TIME}}
PROG [\w./%-]+
SYSLOGPROG %{{PROG:program}}(?:\[%{{POSINT:pid}}\])?
SYSLOGHOST %{{IPORHOST}}
SYSLOGFACILITY <%{{NONNEGINT:facility}}.%{{NONNEGINT:priority}}>
HTTPDATE %{{MONTHDAY}}/%{{MONTH}}/%{{YEAR}}:%{{TIME}} %{{INT}}
QS %{{QUOTEDSTRING:UNWANTED}}
SYSLOGBASE %{{SYSLOGTIMESTAMP:timestamp}} (?:%{{SYSLOGFACILITY}} )?%{{SYSLOGHOST:logsource}} %{{SYSLOGPROG}}:
MESSAGESLOG %{{SYSLOGBASE}} %{{DATA}}
APACHE_CALLER %{{IPORHOST:clientip}} %{{USER:ident}} %{{USER:auth}} \[%{{HTTPDATE:timestamp}}\]
APACHE_REQUEST "(?:%{{WORD:verb}} %{{NOTSPACE:request}}(?: HTTP/%{{NUMBER:httpversion}})?|%{{DATA:rawrequest}})"
COMMONAPACHELOG %{{APACHE_CALLER}} %{{APACHE_REQUEST}} %{{NUMBER:response}} (?:%{{NUMBER:bytes}}|-)
COMBINEDAPACHELOG %{{COMMONAPACHELOG}} %{{QS:referrer}} %{{QS:agent}}
APACHE_CALLER_TYPED %{{IPORHOST:clientip}} %{{USER:ident;boolean}} %{{USER:auth}} \[%{{HTTPDATE:timestamp;date}}\]
APACHE_PATH_TYPED %{{WORD:verb;string}} %{{NOTSPACE:request}}(?: HTTP/%{{NUMBER:httpversion;float}})?
APACHE_REQUEST_TYPED "(?:%{{APACHE_PATH_TYPED}}|%{{DATA:rawrequest}})"
APACHE_END_TYPED %{{NUMBER:response;int}} (?:%{{NUMBER:bytes;long}}|-)
COMMONAPACHELOG_DATATYPED %{{APACHE_CALLER_TYPED}} %{{APACHE_REQUEST_TYPED}} %{{APACHE_END_TYPED}}
LOGLEVEL (?:[Aa]lert|[Tt]race|[Dd]ebug|[Nn]otice|[Ii]nfo|[Ff]atal|[Ss]evere|%{{OTHER_LEVEL}}|%{{LEVEL_IN_CAPITALS}})
OTHER_LEVEL (?:[Ww]arn?(?:ing)?|[Ee]rr?(?:or)?|[Cc]rit?(?:ical)?|[Ee]merg(?:ency)?)
LEVEL_IN_CAPITALS (?:ALERT|TRACE|DEBUG|NOTICE|INFO|FATAL|SEVERE|WARN?(?:ING)?|ERR?(?:OR)?|CRIT?(?:ICAL)?|EMERG(?:ENCY)?)
"""

PATTERNS: dict[str, str] = dict(line.split(" ", 1) for line in _TEXT.strip().splitlines())
"""Name -> regular expression with further patterns in it."""
