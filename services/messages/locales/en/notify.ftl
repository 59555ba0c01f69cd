### Messages about alarms: mail and Slack.

notify-firing = FIRING { $alarm } ({ $severity }) on { $app }
notify-still-firing = STILL FIRING { $alarm } ({ $severity }) on { $app }
notify-resolved = RESOLVED { $alarm } ({ $severity }) on { $app }
notify-measured = Measured: { NUMBER($value) } (fires from { NUMBER($limit) }). Since { $since }.
notify-sites = Sites: { $sites }
notify-more-sites = Sites: { $sites } and { NUMBER($more) } more
notify-remedy = What to do first: { $remedy }
notify-runbook = Runbook: { $runbook }

severity-critical = critical
severity-warning = warning
