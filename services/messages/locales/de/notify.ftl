### Messages about alarms: mail and Slack.

notify-firing = ALARM { $alarm } ({ $severity }) auf { $app }
notify-still-firing = WEITER ALARM { $alarm } ({ $severity }) auf { $app }
notify-resolved = BEENDET { $alarm } ({ $severity }) auf { $app }
notify-measured = Gemessen: { NUMBER($value) } (Alarm ab { NUMBER($limit) }). Seit { $since }.
notify-sites = Sites: { $sites }
notify-more-sites =
    { NUMBER($more) ->
        [one] Sites: { $sites } und eine weitere
       *[other] Sites: { $sites } und { NUMBER($more) } weitere
    }
notify-remedy = Was zuerst zu tun ist: { $remedy }
notify-runbook = Runbook: { $runbook }

severity-critical = kritisch
severity-warning = Warnung
