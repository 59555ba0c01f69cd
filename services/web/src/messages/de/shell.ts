import type { TextsOf } from '../catalogue';

const texts: TextsOf<'shell'> = {
  'common.product': 'Tally',
  'common.close': 'Schließen',
  'common.cancel': 'Abbrechen',
  'common.tryAgain': 'Erneut versuchen',
  'common.warning': 'Warnung',
  'dialog.discardQuestion': 'Ihre Eingaben verwerfen?',
  'dialog.keepEditing': 'Weiter bearbeiten',
  'dialog.discard': 'Verwerfen',
  'message.error': 'Fehler',
  'message.warning': 'Warnung',
  'message.success': 'Erfolg',
  'common.breadcrumbs': 'Navigationspfad',
  'common.moreBreadcrumbs': 'Ganzen Navigationspfad anzeigen',
  'page.loading': 'Die Seite wird geladen',
  'grid.loadingMore': 'Weitere Zeilen werden geladen',
  'select.clear': 'Auswahl löschen',
  'select.cleared': 'Die Auswahl ist gelöscht.',
  'select.chosen': '{option} ist ausgewählt.',
  'select.none': 'Keine Auswahl möglich',
  'select.loading': 'Wird geladen',
  'select.results': '{count, plural, one {# Ergebnis} other {# Ergebnisse}}',
  'notice.region': 'Meldungen',
  'notice.success': 'Erfolgreich',
  'notice.open': 'Öffnen',
  'notFound.title': 'Diese Seite gibt es nicht',
  'notFound.text': 'Die Adresse gehört zu keiner Seite von Tally.',
  'notFound.toList': 'Zur Liste der Assets',
  'failure.code': 'Code <code>{code}</code>',
  'failure.codeAndRequest': 'Code <code>{code}</code>, Anfrage <code>{request}</code>',
  'failure.other.cause': 'Ein Fehler ist aufgetreten, dessen Ursache Tally nicht kennt.',
  'failure.other.remedy':
    'Versuchen Sie es erneut. Tritt der Fehler wieder auf, geben Sie den Code Ihrem Jira-Administrator.',
  'failure.http.cause': 'Der Server hat mit dem Status {status} und ohne Begründung geantwortet.',
  'failure.http.remedy':
    'Versuchen Sie es gleich noch einmal. Tritt der Fehler wieder auf, laden Sie die Seite neu.',
  'failure.ui.unexpected.cause': 'In der Seite ist ein Fehler aufgetreten: {detail}',
  'failure.ui.unexpected.remedy':
    'Versuchen Sie es erneut. Tritt der Fehler wieder auf, laden Sie die Seite neu und geben Sie den Code Ihrem Jira-Administrator.',
  'failure.ui.page_failed.cause': 'Ein Teil der Seite konnte nicht angezeigt werden: {detail}',
  'failure.ui.page_failed.remedy':
    'Versuchen Sie es erneut. Wurde Tally gerade aktualisiert, laden Sie die Jira-Seite neu, um die neue Version zu erhalten.',
  'failure.ui.file_unreadable.cause': 'Die Datei konnte nicht gelesen werden.',
  'failure.ui.file_unreadable.remedy':
    'Prüfen Sie, ob die Datei noch vorhanden ist und Sie sie öffnen dürfen, und wählen Sie sie dann erneut aus.',
  'failure.import.too_large.cause':
    'Die Datei ist größer als 10 MB. Mehr kann nicht auf einmal importiert werden.',
  'failure.import.too_large.remedy': 'Teilen Sie die Datei auf und importieren Sie die Teile nacheinander.',
  'failure.host.token_timeout.cause':
    'Jira hat innerhalb von {seconds, plural, one {# Sekunde} other {# Sekunden}} kein Sitzungstoken ausgestellt.',
  'failure.host.token_timeout.remedy':
    'Laden Sie die Seite neu. Hilft das nicht, bitten Sie Ihren Jira-Administrator zu prüfen, ob die App aktiviert ist.',
  'failure.host.token_failed.cause': 'Jira hat kein Sitzungstoken ausgestellt. {reason}',
  'failure.host.token_failed.remedy': 'Melden Sie sich erneut bei Jira an und laden Sie die Seite neu.',
  'failure.host.bridge_missing.cause':
    'Das Skript von Jira für eingebettete Apps wurde nicht geladen. Deshalb kann Tally nicht feststellen, wer Sie sind.',
  'failure.host.bridge_missing.remedy':
    'Öffnen Sie Tally über das Menü in Jira. Falls Sie das getan haben, erlauben Sie im Browser, Werbeblocker oder Proxy Skripte von atl-paas.net und atlassian.net und laden Sie die Seite neu.',
  'failure.network.timeout.cause':
    'Tally hat innerhalb von {seconds, plural, one {# Sekunde} other {# Sekunden}} nicht geantwortet.',
  'failure.network.timeout.remedy':
    'Versuchen Sie es gleich noch einmal. Haben andere dasselbe Problem, ist der Dienst möglicherweise gestört.',
  'failure.network.unreachable.cause': 'Tally ist nicht erreichbar.',
  'failure.network.unreachable.remedy': 'Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
  'boot.starting': 'Tally wird gestartet',
  'boot.title': 'Tally konnte nicht starten',
  'boot.notYet': 'Tally hat noch nicht geantwortet',
  'boot.keepsTrying': 'Diese Seite versucht es weiter und öffnet sich, sobald eine Antwort kommt.',
  'boot.tryNow': 'Jetzt versuchen',
  'boot.pageStopped': 'Diese Seite funktioniert nicht mehr',
  'boot.remedy': 'Was zu tun ist',
  'boot.code': 'Code',
  'boot.request': 'Anfrage',
  'jira.silent': 'Jira antwortet nicht.',
  'jira.silentKnown':
    'Sie haben die Rechte, die Jira zuletzt bestätigt hat. Tally fragt von selbst wieder nach.',
  'jira.silentUnknown':
    'Tally weiß nicht, was Sie ändern dürfen; Sie können nur lesen. Tally fragt von selbst wieder nach.',
  'access.refused': 'Tally akzeptiert Ihre Sitzung nicht mehr.',
  'incident.region': 'Störungen',
  'incident.icon': 'Störung',
  'incident.stage.investigating': 'Wir suchen die Ursache',
  'incident.stage.identified': 'Die Ursache ist bekannt',
  'incident.stage.monitoring': 'Behoben, wird beobachtet',
  'incident.statusPage': 'Statusseite',
  'incident.hide': 'Bis zur nächsten Meldung ausblenden: {title}',
  'person.unknown': 'Unbekannte Person (…{id})',
  'person.erased': 'Gelöschte Person Nr. {number}',
  'person.someone': 'Eine unbekannte Person',
  'person.operator': 'Tally-Support',
  'people.hint': 'Geben Sie einen Teil des Namens ein.',
  'people.choose': 'Person auswählen',
  'people.searching': 'Suche läuft',
  'people.none': 'Keine Personen gefunden',
  'people.noneFor': 'Keine Personen zu „{text}“ gefunden',
};

export default texts;
