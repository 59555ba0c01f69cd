### The public status page.

status-title = Status
status-heading = Status von Tally
status-now = Jetzt
status-before = Früher
status-no-incident = Es gibt keine offene Störung.
status-investigating = Wir haben bemerkt, dass etwas nicht stimmt, und suchen die Ursache.
status-none-published = Es wurde noch keine Störung veröffentlicht.
status-as-of = Stand: { $time }.
status-for-programs = Dasselbe für Programme:
status-since = { $component }, seit { $time }
status-since-resolved = { $component }, seit { $since }, behoben { $resolved }
status-postmortem = Nachbericht

state-operational = In Betrieb
state-operational-sentence = Alles funktioniert.
state-degraded = Eingeschränkt
state-degraded-sentence = Etwas funktioniert für einige nicht oder nicht vollständig.
state-outage = Ausfall
state-outage-sentence = Etwas funktioniert nicht.

component-pages = Tally in Jira öffnen
component-register = Asset-Bestand
component-installation = Installation und Aktualisierung
component-imports = Importe

stage-proposed = vorgeschlagen
stage-investigating = Ursache wird gesucht
stage-identified = Ursache bekannt
stage-monitoring = behoben, wird beobachtet
stage-resolved = behoben
stage-dismissed = verworfen
