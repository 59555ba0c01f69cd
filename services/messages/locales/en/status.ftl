### The public status page.

status-title = Status
status-heading = Status of Tally
status-now = Now
status-before = Before
status-no-incident = No incident is open.
status-investigating = We have noticed that something is wrong and are looking into it.
status-none-published = No incident has been published yet.
status-as-of = As of { $time }.
status-for-programs = The same for programs:
status-since = { $component }, since { $time }
status-since-resolved = { $component }, since { $since }, resolved { $resolved }
status-postmortem = Postmortem

state-operational = Operational
state-operational-sentence = Everything works.
state-degraded = Degraded
state-degraded-sentence = Something does not work for some users, or not completely.
state-outage = Outage
state-outage-sentence = Something does not work.

component-pages = Opening Tally in Jira
component-register = Asset register
component-installation = Installation and updates
component-imports = Imports

stage-proposed = proposed
stage-investigating = investigating
stage-identified = identified
stage-monitoring = monitoring
stage-resolved = resolved
stage-dismissed = dismissed
