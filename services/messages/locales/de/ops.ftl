### The operator's pages.

ops-product = Betrieb von Tally
ops-skip = Zum Inhalt springen
ops-navigation = Betrieb
ops-overview = Übersicht
ops-status-page = Öffentliche Statusseite
ops-log-out = Abmelden
ops-refused = Abgelehnt
ops-refused-heading = Die Anfrage wurde abgelehnt
ops-back = Zurück zur Übersicht
ops-log-in = Anmelden
ops-token = Token
ops-token-hint = Das Token des laufenden Servers: TALLY_OPS_TOKEN oder TALLY_OPS_TOKEN_FILE.

## Overview

overview-as-of = Stand: { $time }, Release { $release }. Die Seite lädt sich alle { NUMBER($seconds) } s neu.
overview-calm = Kein Alarm ist ausgelöst, und kein Mandant ist ausgefallen.
overview-failing = Kein Alarm ist ausgelöst. Ausgefallene Mandanten: { NUMBER($failing) }.
overview-alarms = Ausgelöste Alarme: { NUMBER($alarms) }. Ausgefallene Mandanten: { NUMBER($failing) }.
overview-by-hand = Sites, deren Administrator von Hand aktualisieren oder neu installieren muss
overview-no-site-waits = Keine Site wartet: Jede Site, die eine Störung nennt, ist repariert.

alarms-title = Alarme
alarms-none = Kein Alarm ist ausgelöst: Jedes Signal ist unter seinem Schwellwert.
notices-waiting = Meldungen, die auf einen Kanal warten
notices-firing = ausgelöst
notices-resolved = beendet
alarm-firing = ausgelöst
alarm-since = seit
alarm-unknown = Diese Version von Tally hat diesen Alarm nicht; eine andere Version hat ihn ausgelöst.
alarm-measured = Gemessen: { NUMBER($value) }, Alarm ab { NUMBER($limit) }.
alarm-tenants = Mandanten beim Auslösen: { NUMBER($tenants) }.
alarm-do-first = Was zuerst zu tun ist:
alarm-runbook = Runbook:

failing-title = Ausgefallene Mandanten
failing-none = Kein Mandant ist ausgefallen: Die letzte Anfrage jedes Mandanten wurde bestätigt.
failing-reason = Grund
failing-last-good = Letzte gute Anfrage
failing-last-good-unknown = keine bekannt
failing-code-unknown = Diese Version von Tally kennt diesen Code nicht.
more-tenants = Und { NUMBER($more) } weitere: siehe /ops/api/tenants.
more-sites = Und { NUMBER($more) } weitere: siehe /ops/api/incidents.

site = Site
since = Seit
reason = Grund
address-unknown = Adresse unbekannt

## Releases

releases-title = Releases
releases-none =
    Kein Release ist in Bewährung. Ein Release beginnt seine Bewährung mit tally release stage VERSION.
releases-ended = Beendete Releases
release-title = Release { $version }
release-state-baking = in Bewährung
release-state-failed = gescheitert
release-state-promoted = freigegeben
release-state-aborted = abgebrochen
release-staged = Angemeldet
release-staged-at = angemeldet
release-details = Details, Abbruch
release-last-probe = Letzte Prüfung
release-no-probe = noch keine gemeldet
release-probe-failed = gescheitert beim Schritt { $step }
release-broken = Mandanten, die es gestört haben kann
release-descriptor = Deskriptor
release-no-descriptor = nicht angegeben
release-ended = Beendet
release-baked = { $baked } von { $total } bewährt.
release-not-counting = zählt nicht
release-counting = zählt
release-done = fertig
release-promotable = Es kann freigegeben werden.
release-probe-passed = Letzte erfolgreiche Prüfung:
release-promote = { $version } freigeben
release-abort = { $version } abbrechen
release-abort-title = Abbrechen
release-why-probe-failed = Die letzte Prüfung ist beim Schritt { $step } gescheitert ({ $code }).
release-why-failing =
    Mandanten, die während der Bewährung ausgefallen sind und es noch sind: { NUMBER($failing) }.
release-why-no-probe =
    Noch keine Prüfung hat sich gemeldet. Die Zeit zählt von Prüfung zu Prüfung: tally probe
    --release … --report.
release-why-gap =
    Die letzte Prüfung hat sich vor { $ago } gemeldet; die Zeit zwischen zwei Prüfungen zählt nur
    bis { $gap }.

## Incidents

incidents-title = Störungen
incidents-none = Keine Störung ist offen: Die Statusseite zeigt nur, was die Alarme sagen.
incidents-past = Frühere Störungen
incident-propose = Störung vorschlagen
incident-not-public = Sie ist nicht öffentlich, bevor sie bestätigt ist.
incident-form-title = Titel
incident-form-component = Welcher Teil von Tally
incident-form-tenants = Betroffene Mandanten: ihre IDs, durch Leerzeichen getrennt
incident-form-everyone = Alle
incident-form-propose = Vorschlagen
incident-no-postmortem = noch kein Nachbericht
incident-next-confirm = Bestätigen oder verwerfen
incident-next-update = Meldung veröffentlichen oder beenden
incident-affected = Betroffen: { $affected }.
incident-proposed-by-alarm = Vorgeschlagen durch { $alarm }.
incident-since = { $component }, seit
incident-id = Störung
incident-proposed = Vorgeschlagen
incident-proposed-by = { $time } durch { $alarm }
incident-proposed-by-operator = { $time } durch den Betreiber
incident-public-since = Öffentlich seit
incident-resolved = Behoben
incident-affected-label = Betroffen
incident-published = Was veröffentlicht wurde
incident-nothing-published = Noch nichts. Die Störung ist nicht öffentlich, bevor sie bestätigt ist.
incident-sites = Genannte Sites
incident-no-sites = Keine mit Namen.
incident-affected-since = Betroffen seit
incident-repaired = Repariert
incident-waits = wartet auf den Administrator
affected-everyone = alle
affected-everyone-and = alle; { $named }
affected-none = kein Mandant mit Namen
affected-tenants =
    { NUMBER($affected) ->
        [one] { NUMBER($affected) } Mandant, davon { NUMBER($repaired) } repariert
       *[other] { NUMBER($affected) } Mandanten, davon { NUMBER($repaired) } repariert
    }

act-confirm = Bestätigen
act-confirm-summary = Bestätigen: öffentlich machen
act-confirm-title = Titel, wird veröffentlicht
act-confirm-message = Was bekannt ist, für die Öffentlichkeit
act-dismiss = Verwerfen
act-dismiss-summary = Verwerfen: Es ist keine Störung
act-dismiss-reason = Grund, wird nicht veröffentlicht
act-postmortem-summary = Nachbericht veröffentlichen
act-postmortem-again = Nachbericht erneut veröffentlichen
act-postmortem-text = Was geschah, warum, und was daraus gelernt wurde, für die Öffentlichkeit
act-publish = Veröffentlichen
act-update-summary = Meldung veröffentlichen
act-update-message = Was neu ist, für die Öffentlichkeit
act-resolve = Beenden
act-resolve-summary = Beenden: Die Störung ist behoben
act-resolve-message = Wie sie endete, für die Öffentlichkeit
act-progress = Fortschritt
act-phase-investigating = Wir suchen die Ursache
act-phase-identified = Die Ursache ist bekannt
act-phase-monitoring = Behoben, wird beobachtet

## One tenant

tenant-site = Die Site
tenant-id = Mandant
tenant-client-key = Client Key
tenant-status = Status
tenant-status-installed = installiert
tenant-status-enabled = aktiviert
tenant-status-disabled = deaktiviert
tenant-status-uninstalled = deinstalliert
tenant-first-installed = Erstmals installiert
tenant-last-handshake = Letzte signierte Installation
tenant-last-page = Zuletzt geöffnete Seite
tenant-never = keine seit dem Start dieses Servers
tenant-refused-since = Die Anfragen werden abgelehnt seit
tenant-last-good = Die letzte bestätigte Anfrage:
tenant-well = Alle letzten Anfragen wurden bestätigt.
tenant-diagnosis = Diagnose
tenant-no-problem = Es wurde kein bekanntes Problem gefunden.
tenant-what-to-do = Was zu tun ist:
tenant-admin-is-shown = Der Administrator der Site sieht:
likelihood-note = gut zu wissen
likelihood-possible = möglich
likelihood-likely = wahrscheinlich
likelihood-certain = sicher

secrets-title = Schlüssel
secrets-fingerprint = Fingerabdruck
secrets-standing = Status
secrets-last-use = Zuletzt verwendet
secrets-uses = Verwendungen
secret-current = aktuell
secret-previous = vorheriger
secret-candidate = Kandidat
secret-superseded = abgelöst

callbacks-title = Callbacks
callbacks-none = Das Installationsprotokoll hat keinen Callback dieser Site.
callbacks-when = Wann
callbacks-callback = Callback
callbacks-outcome = Ergebnis
callbacks-reason = Grund, und was zu tun ist
callback-accepted = angenommen
callback-refused = abgelehnt

timeline-title = Was mit der Installation geschah
timeline-what = Was
timeline-secret = Schlüssel

periods-title = Wann die Anfragen abgelehnt wurden
periods-none = Die Anfragen wurden nie so lange abgelehnt, dass es zählt.
periods-from = Von
periods-to = Bis
periods-now = jetzt
periods-ended = Wie es endete
period-recovered = erholt
period-left = Site ist gegangen
period-open = noch nicht beendet
