/**
 * The server's texts in German, by its codes. Those of other codes are shown as the server sends
 * them, in English.
 */
const texts: Readonly<Record<string, string>> = {
  'failure.asset.not_found.cause': 'Dieses Asset gibt es nicht.',
  'failure.asset.not_found.remedy': 'Prüfen Sie den Link oder suchen Sie die Inventarnummer im Bestand.',
  'failure.asset.already_registered.cause': 'Dieses Asset ist bereits erfasst.',
  'failure.asset.already_registered.remedy': 'Öffnen Sie das Asset und bearbeiten Sie es.',
  'failure.asset.tag_taken.cause': 'Diese Inventarnummer gehört bereits zu einem anderen Asset.',
  'failure.asset.tag_taken(tag).cause': 'Die Inventarnummer {tag} gehört bereits zu einem anderen Asset.',
  'failure.asset.tag_taken.remedy':
    'Wählen Sie eine andere Nummer oder lassen Sie das Feld leer, um die nächste freie zu erhalten.',
  'failure.asset.tag_retired.cause': 'Diese Inventarnummer gehört zu einem ausgemusterten Asset.',
  'failure.asset.tag_retired(tag).cause': 'Die Inventarnummer {tag} gehört zu einem ausgemusterten Asset.',
  'failure.asset.tag_retired.remedy':
    'Nehmen Sie jenes Asset wieder auf, wenn es dasselbe ist, oder wählen Sie eine andere Nummer.',
  'failure.asset.withdrawn.cause': 'Die Erfassung dieses Assets wurde zurückgenommen.',
  'failure.asset.withdrawn.remedy': 'Lesen Sie den Verlauf des Assets oder erfassen Sie es neu.',
  'failure.asset.tag_invalid.cause':
    'Eine Inventarnummer besteht aus 1 bis 64 Zeichen: Buchstaben, Ziffern und . _ / -',
  'failure.asset.tag_invalid.remedy':
    'Verwenden Sie nur diese Zeichen oder lassen Sie das Feld leer, um die nächste freie Nummer zu erhalten.',
  'failure.asset.name_empty.cause': 'Die Bezeichnung ist leer.',
  'failure.asset.name_empty.remedy': 'Geben Sie eine Bezeichnung für das Asset ein.',
  'failure.asset.attribute_invalid.cause': 'Ein Attribut hat einen Namen oder Wert, der nicht möglich ist.',
  'failure.asset.attribute_invalid(key,why).cause': 'Das Attribut {key} ist nicht gültig: {why}.',
  'failure.asset.attribute_invalid.remedy': 'Ändern Sie den Wert und versuchen Sie es erneut.',
  'failure.asset.too_many_attributes.cause': 'Ein Asset kann höchstens 64 Attribute haben.',
  'failure.asset.too_many_attributes.remedy': 'Entfernen Sie Attribute, die nicht benötigt werden.',
  'failure.schema.too_many_attributes.cause': 'Ein Register kann höchstens 500 eigene Attribute haben.',
  'failure.schema.too_many_attributes.remedy': 'Verwenden Sie Attribute, die das Register schon hat.',
  'failure.asset.already_checked_out.cause': 'Das Asset ist bereits an eine andere Person ausgegeben.',
  'failure.asset.already_checked_out.remedy': 'Übergeben Sie es oder nehmen Sie es zuerst zurück.',
  'failure.asset.not_checked_out.cause': 'Das Asset ist nicht ausgegeben.',
  'failure.asset.not_checked_out.remedy': 'Geben Sie es zuerst aus.',
  'failure.asset.retired.cause': 'Das Asset ist ausgemustert.',
  'failure.asset.retired.remedy': 'Nehmen Sie das Asset zuerst wieder auf.',
  'failure.asset.still_checked_out.cause': 'Das Asset ist noch ausgegeben.',
  'failure.asset.still_checked_out.remedy': 'Nehmen Sie es zuerst zurück.',
  'failure.asset.correction_in_future.cause': 'Eine Korrektur kann nicht in der Zukunft liegen.',
  'failure.asset.correction_in_future.remedy': 'Wählen Sie einen Zeitpunkt, der nicht in der Zukunft liegt.',
  'failure.asset.correction_before_registration.cause':
    'Eine Korrektur kann nicht vor der Erfassung des Assets liegen.',
  'failure.asset.correction_before_registration.remedy': 'Wählen Sie einen Zeitpunkt nach der Erfassung.',
  'failure.asset.reason_missing.cause': 'Eine Korrektur braucht einen Grund.',
  'failure.asset.reason_missing.remedy': 'Geben Sie an, warum der Eintrag falsch war.',
  'failure.asset.note_too_long.cause': 'Eine Notiz oder ein Grund kann höchstens 2.000 Zeichen haben.',
  'failure.asset.note_too_long.remedy': 'Kürzen Sie den Text.',
  'failure.asset.note_invalid.cause': 'Die Notiz oder der Grund hat Zeichen, die nicht möglich sind.',
  'failure.asset.note_invalid(why).cause': 'Die Notiz oder der Grund ist nicht gültig: {why}.',
  'failure.asset.note_invalid.remedy':
    'Löschen Sie diese Zeichen. Sie sind unsichtbar; kopierter Text kann sie enthalten.',
  'failure.import.not_found.cause': 'Diesen Import gibt es nicht.',
  'failure.import.not_found.remedy': 'Prüfen Sie den Link oder öffnen Sie die Liste der Importe.',
  'failure.import.finished.cause': 'Der Import ist bereits abgeschlossen.',
  'failure.import.finished.remedy': 'Es ist nichts mehr abzubrechen.',
  'failure.import.not_csv.cause': 'Die Datei ist keine CSV-Datei, die Tally lesen kann.',
  'failure.import.not_csv.remedy':
    'Speichern Sie die Tabelle als CSV mit einer Kopfzeile und wählen Sie sie erneut aus.',
  'failure.import.no_rows.cause': 'Die Datei enthält keine Zeilen unter der Kopfzeile.',
  'failure.import.no_rows.remedy': 'Wählen Sie eine Datei aus, die Assets enthält.',
  'failure.import.out_of_order.cause': 'Die Ergebnisse der Zeilen sind nicht in der richtigen Reihenfolge.',
  'failure.import.out_of_order.remedy':
    'Laden Sie den Import neu. Eine andere Stelle prüft seine Zeilen bereits.',
  'failure.query.invalid.cause': 'An der markierten Stelle ist die Abfrage nicht gültig.',
  'failure.query.invalid(characters).cause': 'Eine Abfrage kann höchstens {characters} Zeichen haben.',
  'failure.query.invalid(conditions).cause': 'Eine Abfrage kann höchstens {conditions} Bedingungen haben.',
  'failure.query.invalid(values).cause': 'Eine Liste kann höchstens {values} Werte haben.',
  'failure.query.invalid(levels).cause':
    'Bedingungen können höchstens {levels} Ebenen tief geschachtelt sein.',
  'failure.query.invalid(operator).cause': 'Dieses Feld lässt den Operator {operator} nicht zu.',
  'failure.query.invalid(field).cause': 'Ein Feld oder Attribut {field} gibt es nicht.',
  'failure.query.invalid(field,suggestion).cause':
    'Ein Feld oder Attribut {field} gibt es nicht. Am ähnlichsten ist {suggestion}.',
  'failure.query.invalid(number).cause':
    '{number} kann hier nicht verglichen werden. Zahlen vergleicht das Feld price; schreiben Sie eine Zahl ohne Trennzeichen und mit Punkt vor den Nachkommastellen, oder setzen Sie sie in Anführungszeichen, um sie als Text zu vergleichen.',
  'failure.query.invalid(currency).cause':
    'Beträge werden verglichen, wie sie eingegeben wurden; {currency} wird nicht umgerechnet. Schreiben Sie die Zahl ohne Währung.',
  'failure.query.invalid(day).cause':
    '{day} kann zwei Tage bedeuten. Schreiben Sie das Jahr zuerst: 2026-01-31.',
  'failure.query.invalid(sign,written).cause':
    '{written} ist kein Zeichen der Abfragesprache. Schreiben Sie {sign}.',
  'failure.query.invalid.remedy':
    'Korrigieren Sie die Abfrage oder fügen Sie eines der erwarteten Wörter ein.',
  'failure.not_found.cause': 'Diese Adresse gibt es nicht.',
  'failure.not_found.remedy': 'Prüfen Sie den Link oder laden Sie die Seite neu.',
  'failure.permission.denied.cause': 'Ihre Berechtigungen in Jira erlauben das nicht.',
  'failure.permission.denied.remedy':
    'Bitten Sie Ihren Jira-Administrator um die Berechtigung oder darum, es für Sie zu erledigen.',
  'failure.person.not_in_jira.cause': 'Das Jira dieser Site kennt kein Konto mit dieser Id.',
  'failure.person.not_in_jira.remedy': 'Wählen Sie die Person aus der Liste, oder prüfen Sie die Konto-Id.',
  'failure.permission.check_unavailable.cause':
    'Tally konnte bei Jira nicht prüfen, ob Sie das dürfen. Deshalb wurde nichts geändert.',
  'failure.permission.check_unavailable.remedy': 'Versuchen Sie es gleich noch einmal.',
  'failure.jira.unavailable.cause': 'Jira antwortet nicht.',
  'failure.jira.unavailable.remedy': 'Versuchen Sie es gleich noch einmal.',
  'failure.internal.cause': 'Bei Tally ist ein Fehler aufgetreten.',
  'failure.internal.remedy':
    'Versuchen Sie es erneut. Tritt der Fehler wieder auf, geben Sie Ihrem Jira-Administrator die Kennung der Anfrage.',
  'failure.log.unavailable.cause': 'Tally kann zurzeit nichts speichern.',
  'failure.log.unavailable.remedy': 'Versuchen Sie es gleich noch einmal.',
  'failure.log.full.cause':
    'Der Speicherplatz für das Ereignisprotokoll von Tally ist voll. Deshalb konnte die Änderung nicht gespeichert werden.',
  'failure.log.full.remedy':
    'Lesen ist weiter möglich. Der Betreiber von Tally schafft Platz; senden Sie die Änderung danach noch einmal.',
  'failure.log.shorter.cause':
    'Im Ereignisprotokoll von Tally fehlen Änderungen, die es vorher hatte. Deshalb wird darin nichts mehr gespeichert.',
  'failure.log.shorter.remedy':
    'Ein neuer Versuch hilft nicht. Der Betreiber von Tally stellt das Protokoll wieder her oder nimmt es so an, wie es ist.',
  'failure.keys.unavailable.cause':
    'Der Schlüsselspeicher von Tally antwortet nicht. Deshalb konnte der neue Schlüssel der Site nicht gespeichert werden.',
  'failure.keys.unavailable.remedy': 'Versuchen Sie es gleich noch einmal.',
  'failure.keys.lost.cause':
    'Der Schlüsselspeicher von Tally hat keinen Schlüssel dieser Site. Deshalb kann Tally nichts lesen oder speichern, was zur Site gehört.',
  'failure.keys.lost.remedy':
    'Ein neuer Versuch hilft nicht. Der Betreiber von Tally stellt die Schlüssel aus ihrer Sicherung wieder her oder löscht den Mandanten; danach kann die Site Tally neu installieren.',
  'failure.view.unavailable.cause': 'Tally kann den Bestand zurzeit nicht lesen.',
  'failure.view.unavailable.remedy': 'Versuchen Sie es gleich noch einmal.',
  'failure.view.lagging.cause': 'Die Änderung ist gespeichert, wird aber noch nicht angezeigt.',
  'failure.view.lagging.remedy': 'Laden Sie die Seite gleich neu. Senden Sie die Änderung nicht noch einmal.',
  'failure.request.cursor_invalid.cause': 'Die Liste hat sich geändert, seit sie geladen wurde.',
  'failure.request.cursor_invalid.remedy': 'Laden Sie die Seite neu.',
  'failure.request.idempotency_key_reused.cause':
    'Dieselbe Anfrage wurde bereits mit anderem Inhalt gesendet.',
  'failure.request.idempotency_key_reused.remedy': 'Laden Sie die Seite neu und versuchen Sie es erneut.',
  'failure.request.idempotency_key_in_use.cause': 'Diese Anfrage wird gerade ausgeführt.',
  'failure.request.idempotency_key_in_use.remedy': 'Versuchen Sie es gleich noch einmal.',
  'failure.request.malformed.cause': 'Ein Teil der Anfrage ist nicht gültig.',
  'failure.request.malformed(cause).cause':
    'Der Inhalt der Anfrage ist nicht gültig. Der Server meldet: „{cause}“.',
  'failure.request.malformed(field,what).cause':
    'Das Feld {field} ist nicht gültig. Der Server meldet: „{field} {what}“.',
  'failure.request.malformed(known,name).cause': 'Den Parameter {name} gibt es nicht. Möglich sind: {known}.',
  'failure.request.malformed(name,what).cause':
    'Der Parameter {name} ist nicht gültig. Der Server meldet: „{name} {what}“.',
  'failure.request.malformed(what).cause':
    'Die Adresse ist nicht gültig. Der Server meldet: „the address {what}“.',
  'failure.request.malformed(name).cause': 'Der Header {name} ist kein Text.',
  'failure.request.malformed(seconds).cause':
    'Der Inhalt der Anfrage kam nicht innerhalb von {seconds} Sekunden an.',
  'failure.request.malformed.remedy': 'Prüfen Sie Ihre Eingaben und versuchen Sie es erneut.',
  'failure.request.method_not_allowed.cause': 'Diese Adresse lässt diese Anfrage nicht zu.',
  'failure.request.method_not_allowed(method).cause': 'Diese Adresse lässt {method} nicht zu.',
  'failure.request.method_not_allowed.remedy': 'Laden Sie die Seite neu.',
  'failure.request.precondition_failed.cause': 'Das Asset wurde geändert, seit Sie es geladen haben.',
  'failure.request.precondition_failed.remedy':
    'Laden Sie es neu, sehen Sie sich die Änderung an und wiederholen Sie Ihre.',
  'failure.request.precondition_required.cause':
    'Die Anfrage nennt nicht, welche Fassung geändert werden soll.',
  'failure.request.precondition_required.remedy': 'Laden Sie die Seite neu und versuchen Sie es erneut.',
  'failure.request.rate_limited.cause': 'Es kamen zu viele Anfragen in kurzer Zeit.',
  'failure.request.rate_limited.remedy': 'Warten Sie einen Moment und versuchen Sie es erneut.',
  'failure.request.took_too_long.cause': 'Die Antwort zu finden dauerte zu lange und wurde abgebrochen.',
  'failure.request.took_too_long(parts).cause':
    'Die Assets nach {parts} zu finden dauerte zu lange und wurde abgebrochen.',
  'failure.request.took_too_long.remedy':
    'Fragen Sie nach weniger: mit einer genauen Bedingung für Typ, Status, Inhaber oder Standort, mit längeren Suchwörtern oder ohne vergangenen Tag. Hilft das nicht, versuchen Sie es später.',
  'failure.request.busy.cause':
    'Diese Site fragt gerade mehr auf einmal, als ihr Anteil an Tally erlaubt, oder alle Sites zusammen senden mehr, als Platz hat.',
  'failure.request.busy.remedy': 'Warten Sie einen Moment und versuchen Sie es erneut.',
  'failure.request.too_large.cause': 'Die Anfrage ist zu groß.',
  'failure.request.too_large(limit).cause': 'Der Inhalt der Anfrage ist größer als {limit} Byte.',
  'failure.request.too_large.remedy': 'Senden Sie weniger auf einmal.',
  'failure.tenant.uninstalled.cause': 'Tally ist auf dieser Site nicht mehr installiert.',
  'failure.tenant.uninstalled.remedy':
    'Bitten Sie Ihren Jira-Administrator, Tally wieder zu installieren. Die Daten sind noch vorhanden.',
  'failure.tenant.erased.cause':
    'Was Tally für diese Installation gespeichert hatte, wurde endgültig gelöscht. Deshalb kann für sie nichts mehr gespeichert werden.',
  'failure.tenant.erased.remedy':
    'Bitten Sie Ihren Jira-Administrator, Tally wieder zu installieren. Der Bestand ist dann leer. Wird das mit diesem Code abgelehnt, ist die Löschung nicht abgeschlossen: Wenden Sie sich an den Tally-Support.',
  'failure.tenant.secrets_unavailable.cause':
    'Tally kann die Schlüssel dieser Site zurzeit nicht öffnen. An der Anfrage und an der Site ist nichts falsch.',
  'failure.tenant.secrets_unavailable.remedy':
    'Versuchen Sie es in einigen Minuten erneut. Hilft das nicht, nennen Sie den Code dem Tally-Support.',
  'failure.jwt.missing.cause':
    'Die Anfrage enthält kein Token von Jira. Diese Adresse antwortet nur, wenn Jira sie öffnet.',
  'failure.jwt.missing.remedy': 'Öffnen Sie Tally über das Menü in Jira.',
  'failure.jwt.two_tokens.cause': 'Die Anfrage enthält zwei verschiedene Token.',
  'failure.jwt.two_tokens.remedy': 'Laden Sie die Seite in Jira neu.',
  'failure.jwt.malformed.cause': 'Das Token der Anfrage ist nicht lesbar.',
  'failure.jwt.malformed(reason).cause': 'Das Token der Anfrage ist nicht lesbar: {reason}.',
  'failure.jwt.malformed.remedy': 'Laden Sie die Seite in Jira neu.',
  'failure.jwt.algorithm_not_allowed.cause':
    'Das Token ist mit einem Verfahren signiert, das Tally nicht zulässt.',
  'failure.jwt.algorithm_not_allowed.remedy': 'Laden Sie die Seite in Jira neu.',
  'failure.jwt.kid_not_allowed.cause': 'Das Token nennt einen Schlüssel, wo keiner erlaubt ist.',
  'failure.jwt.kid_not_allowed.remedy': 'Laden Sie die Seite in Jira neu.',
  'failure.jwt.signature_invalid.cause':
    'Die Signatur des Tokens passt zu keinem Schlüssel, den Tally akzeptiert. Den Schlüssel, den Jira dieser Site gegeben hat, hat Tally nie erhalten: den der letzten Installation oder Aktualisierung oder den der ersten.',
  'failure.jwt.signature_invalid.remedy':
    'Öffnen Sie in Jira „Apps verwalten“ und wählen Sie bei Tally „Aktualisieren“. Gibt es keine Aktualisierung, installieren Sie Tally neu.',
  'failure.jwt.signature.matches_superseded_secret.cause':
    'Das Token ist mit einem früheren Schlüssel dieser Site signiert, der nicht mehr akzeptiert wird.',
  'failure.jwt.signature.matches_superseded_secret.remedy':
    'Öffnen Sie in Jira „Apps verwalten“ und wählen Sie bei Tally „Aktualisieren“. Gibt es keine Aktualisierung, installieren Sie Tally neu.',
  'failure.jwt.expired.cause': 'Das Token ist abgelaufen.',
  'failure.jwt.expired(seconds).cause':
    'Das Token ist echt, aber nach der Uhr des Servers seit {seconds} Sekunden abgelaufen.',
  'failure.jwt.expired.remedy':
    'Laden Sie die Seite in Jira neu. Hilft das nicht, geht die Uhr des Tally-Servers falsch; wenden Sie sich an den Tally-Support.',
  'failure.jwt.not_yet_valid.cause':
    'Das Token gilt noch nicht. Die Uhren von Jira und Tally weichen voneinander ab.',
  'failure.jwt.not_yet_valid(seconds).cause':
    'Das Token ist echt, gilt nach der Uhr des Servers aber erst in {seconds} Sekunden.',
  'failure.jwt.not_yet_valid.remedy':
    'Versuchen Sie es gleich noch einmal. Hilft das nicht, geht die Uhr des Tally-Servers nach; wenden Sie sich an den Tally-Support.',
  'failure.jwt.expiry_missing.cause': 'Das Token hat kein Ablaufdatum.',
  'failure.jwt.expiry_missing.remedy': 'Laden Sie die Seite in Jira neu.',
  'failure.jwt.lifetime_too_long.cause': 'Das Token gilt länger als einen Tag, und das ist nicht erlaubt.',
  'failure.jwt.lifetime_too_long(hours).cause':
    'Das Token gilt noch {hours} Stunden; erlaubt ist höchstens ein Tag.',
  'failure.jwt.lifetime_too_long.remedy': 'Laden Sie die Seite in Jira neu.',
  'failure.jwt.qsh_missing.cause': 'Das Token gehört zu keiner bestimmten Anfrage.',
  'failure.jwt.qsh_missing.remedy': 'Laden Sie die Seite in Jira neu.',
  'failure.jwt.qsh_mismatch.cause': 'Das Token wurde für eine andere Anfrage ausgestellt.',
  'failure.jwt.qsh_mismatch.remedy':
    'Öffnen Sie Tally über das Menü in Jira. Hilft das nicht, verändert ein Proxy die Adresse; wenden Sie sich an den Tally-Support.',
  'failure.jwt.context_token_required.cause': 'Diese Anfrage braucht ein Kontexttoken.',
  'failure.jwt.context_token_required.remedy': 'Laden Sie die Seite in Jira neu.',
  'failure.jwt.context_token_not_allowed.cause': 'Ein Kontexttoken ist hier nicht erlaubt.',
  'failure.jwt.context_token_not_allowed.remedy': 'Laden Sie die Seite in Jira neu.',
  'failure.jwt.subject_missing.cause': 'Das Token nennt keine Person.',
  'failure.jwt.subject_missing.remedy': 'Melden Sie sich bei Jira an und laden Sie die Seite neu.',
  'failure.install.app_key_mismatch.cause': 'Der Callback nennt eine andere App.',
  'failure.install.app_key_mismatch.remedy':
    'Prüfen Sie, ob die richtige App installiert wird, und wiederholen Sie die Installation.',
  'failure.install.audience_mismatch.cause':
    'Der Callback ist für eine andere Adresse ausgestellt als die, unter der Tally läuft.',
  'failure.install.audience_mismatch.remedy':
    'Wiederholen Sie die Installation, sobald der Tally-Support die Adresse berichtigt hat.',
  'failure.install.base_url_not_allowed.cause': 'Die Adresse der Site gehört zu keiner zugelassenen Domain.',
  'failure.install.base_url_not_allowed.remedy': 'Wenden Sie sich an den Tally-Support.',
  'failure.install.body_malformed.cause': 'Der Inhalt des Callbacks ist nicht lesbar.',
  'failure.install.body_malformed(reason).cause': 'Der Inhalt des Callbacks ist nicht lesbar: {reason}.',
  'failure.install.body_malformed.remedy': 'Wiederholen Sie die Installation.',
  'failure.install.event_type_mismatch.cause': 'Der Callback nennt ein anderes Ereignis als seine Adresse.',
  'failure.install.event_type_mismatch.remedy': 'Wiederholen Sie die Installation.',
  'failure.install.issuer_mismatch.cause': 'Der Callback ist von einer anderen Site signiert, als er nennt.',
  'failure.install.issuer_mismatch.remedy':
    'Wiederholen Sie die Installation. Tritt das wieder auf, wenden Sie sich an den Tally-Support.',
  'failure.install.key_id_malformed.cause':
    'Der Callback nennt seinen Schlüssel in einer Form, die nicht möglich ist.',
  'failure.install.key_id_malformed.remedy': 'Wiederholen Sie die Installation.',
  'failure.install.key_unknown.cause':
    'Der Callback ist mit einem Schlüssel signiert, den Atlassian nicht veröffentlicht hat.',
  'failure.install.key_unknown.remedy': 'Wiederholen Sie die Installation in einigen Minuten.',
  'failure.install.keys_unavailable.cause':
    'Die Schlüssel von Atlassian zur Prüfung des Callbacks waren nicht erreichbar.',
  'failure.install.keys_unavailable.remedy':
    'Wiederholen Sie die Installation in einigen Minuten. Jira versucht eine fehlgeschlagene Aktualisierung auch selbst erneut.',
  'failure.install.replayed_with_another_body.cause': 'Der Callback wurde mit anderem Inhalt wiederholt.',
  'failure.install.replayed_with_another_body.remedy':
    'Es wurde nichts geändert. Wenn niemand etwas getestet hat, melden Sie es dem Tally-Support.',
  'failure.install.secret_missing.cause': 'Der Callback enthält keinen gemeinsamen Schlüssel.',
  'failure.install.secret_missing.remedy': 'Wiederholen Sie die Installation.',
  'failure.install.secret_too_long.cause': 'Der gemeinsame Schlüssel im Callback ist zu lang.',
  'failure.install.secret_too_long.remedy': 'Wiederholen Sie die Installation.',
  'failure.install.secret_too_short.cause':
    'Der gemeinsame Schlüssel im Callback ist zu kurz und könnte erraten werden.',
  'failure.install.secret_too_short.remedy': 'Wiederholen Sie die Installation.',
  'failure.install.synthetic_not_configured.cause':
    'Der Callback ist für eine künstliche Site, wie „tally probe“ sie verwendet. Tally bedient hier keine.',
  'failure.install.synthetic_not_configured.remedy':
    'Der Tally-Support trägt den öffentlichen Schlüssel der Probe in TALLY_PROBE_PUBLIC_KEY_FILE ein.',
  'failure.install.synthetic_key_mismatch.cause':
    'Der Callback ist für eine künstliche Site und mit einem anderen Schlüssel als dem der Probe signiert.',
  'failure.install.synthetic_key_mismatch.remedy':
    'Der Tally-Support vergleicht den privaten Schlüssel von „tally probe“ mit dem öffentlichen in TALLY_PROBE_PUBLIC_KEY_FILE: Sie müssen ein Paar sein.',
  'failure.install.synthetic_key_not_allowed.cause':
    'Der Callback ist mit dem Schlüssel der Probe signiert, aber für eine Site, die nicht künstlich ist.',
  'failure.install.synthetic_key_not_allowed.remedy':
    'Das geschieht nicht versehentlich. Melden Sie es dem Tally-Support, damit er den Schlüssel der Probe ersetzt.',
  'failure.install.synthetic_base_url_mismatch.cause':
    'Der Callback ist für eine künstliche Site und nennt nicht die Adresse, die für sie vorgesehen ist.',
  'failure.install.synthetic_base_url_mismatch.remedy':
    'Verwenden Sie das „tally probe“ dieser Version. Es wurde nichts geändert.',
  'failure.install.tenant_unknown.cause': 'Der Callback nennt eine Site, die Tally nicht kennt.',
  'failure.install.tenant_unknown.remedy': 'Installieren Sie Tally auf dieser Site neu.',

  'finding.D1.symptom':
    'Seit einem bestimmten Zeitpunkt öffnet sich auf dieser Site keine Seite von Tally mehr.',
  'finding.D1.cause':
    'Jira hat einen neuen gemeinsamen Schlüssel erhalten, aber der Callback, der ihn überbringt, hat Tally nicht erreicht.',
  'finding.D1.remedy':
    'Öffnen Sie „Apps verwalten“ und wählen Sie bei Tally „Aktualisieren“. Gibt es keine Aktualisierung, installieren Sie Tally neu. Jira sendet den Schlüssel dann erneut.',
  'finding.D2.symptom': 'Die Seiten dieser Site öffnen sich nicht, obwohl es keine neue Version gibt.',
  'finding.D2.cause':
    'Ein Schlüsselwechsel, eine Umbenennung oder eine Neuinstallation wurde nicht abgeschlossen. Deshalb verwenden Jira und Tally verschiedene Schlüssel.',
  'finding.D2.remedy':
    'Öffnen Sie „Apps verwalten“ und wählen Sie bei Tally „Aktualisieren“, oder wiederholen Sie die fehlgeschlagene Installation. Ist beides nicht möglich, installieren Sie Tally neu.',
  'finding.D4.symptom':
    'Die Seiten öffnen sich, aber Tally kann bei Jira weder Namen noch Berechtigungen abfragen.',
  'finding.D4.cause':
    'Jira nimmt Anfragen von Tally nicht an (401). Jira hat einen neueren Schlüssel, dessen Callback fehlt.',
  'finding.D4.remedy':
    'Öffnen Sie „Apps verwalten“ und wählen Sie bei Tally „Aktualisieren“. Gibt es keine Aktualisierung, installieren Sie Tally neu. Beide Seiten haben dann denselben Schlüssel.',
  'finding.D5.symptom':
    'Die Installation schlägt mit 401 fehl, und das Installationsprotokoll nennt eine andere App.',
  'finding.D5.cause':
    'Der Callback ist für die Adresse im veröffentlichten Deskriptor ausgestellt, Tally ist aber auf eine andere eingestellt.',
  'finding.D5.remedy': 'Wiederholen Sie die Installation, sobald der Tally-Support das Problem behoben hat.',
  'finding.D7.symptom':
    'Jede Seite oder jeder Callback wird abgelehnt, weil das Token zu einer anderen Anfrage gehört.',
  'finding.D7.cause': 'Ein Proxy vor Tally ändert den Pfad der Adresse.',
  'finding.D7.remedy': 'Der Tally-Support muss das beheben.',
  'finding.D8.symptom':
    'Manche Adressen werden abgelehnt, weil das Token zu einer anderen Anfrage gehört, andere nicht.',
  'finding.D8.cause':
    'Auf dem Weg zu Tally wird ein Teil der Adresse verändert, etwa ein Pluszeichen, eine Klammer oder ein Umlaut.',
  'finding.D8.remedy':
    'Öffnen Sie Tally über die Navigation in Jira statt über den Link und nennen Sie den Link dem Tally-Support.',
  'finding.D9.symptom':
    'Eine Seite öffnet sich, aber ihre Anfragen werden abgelehnt, oder eine Seite wird trotz gültigem Token abgelehnt.',
  'finding.D9.cause': 'Zwei Arten von Token werden verwechselt: das Token einer Seite und das Kontexttoken.',
  'finding.D9.remedy':
    'Laden Sie die Seite in Jira neu. Ruft ein eigenes Programm Tally auf, muss es vor jedem Aufruf ein Kontexttoken anfordern.',
  'finding.D10.symptom': 'Was zunächst funktionierte, wird nach einigen Minuten als abgelaufen abgelehnt.',
  'finding.D10.cause': 'Die Seite verwendet immer wieder ein altes Token.',
  'finding.D10.remedy':
    'Laden Sie die Seite in Jira neu. Ein Programm, das Tally aufruft, muss vor jedem Aufruf ein Token anfordern.',
  'finding.D11.symptom': 'Seiten oder Callbacks werden als abgelaufen oder noch nicht gültig abgelehnt.',
  'finding.D11.cause':
    'Die Uhren von Tally und Atlassian weichen um mehr als die erlaubten 30 Sekunden voneinander ab.',
  'finding.D11.remedy': 'Der Tally-Support muss die Uhr stellen.',
  'finding.D12.symptom':
    'Das Installationsprotokoll enthält abgelehnte Callbacks ohne Token, mit dem falschen Token oder mit einem unbekannten Schlüssel.',
  'finding.D12.cause':
    'Sie stammen nicht von Jira, sondern von einem Sicherheitsscanner, einem alten Entwicklungswerkzeug oder einem Angriffsversuch.',
  'finding.D12.remedy': 'Sie müssen nichts tun: Die Callbacks wurden abgelehnt, und nichts wurde geändert.',
  'finding.D13.symptom': 'Die Installation schlägt fehl, weil der Schlüssel zur Prüfung nicht verfügbar ist.',
  'finding.D13.cause':
    'Der Server, der die Installationsschlüssel von Atlassian veröffentlicht, ist nicht erreichbar.',
  'finding.D13.remedy':
    'Wiederholen Sie die Installation in einigen Minuten. Jira versucht eine fehlgeschlagene Aktualisierung auch selbst erneut.',
  'finding.D15.symptom':
    'Jira meldet bei der Installation, dass der Server der App mit einem Fehler geantwortet hat.',
  'finding.D15.cause':
    'Tally konnte den Callback nicht annehmen: Er ließ sich nicht speichern, oder sein Inhalt war unbrauchbar.',
  'finding.D15.remedy':
    'Wiederholen Sie die Installation oder Aktualisierung unter „Apps verwalten“. Bis dahin verwendet Tally den bisherigen Schlüssel.',
  'finding.D16.symptom':
    'Nach einem Adresswechsel der Site bleiben die Seiten von Tally leer, oder Links führen zur alten Adresse.',
  'finding.D16.cause': 'Der Callback mit der neuen Adresse kam nicht an oder wurde abgelehnt.',
  'finding.D16.remedy':
    'Öffnen Sie „Apps verwalten“ und wählen Sie bei Tally „Aktualisieren“. Gibt es keine Aktualisierung, installieren Sie Tally neu. Jira teilt Tally dann die neue Adresse mit.',
  'finding.D18.symptom':
    'Das Installationsprotokoll enthält ein „disabled“ ohne Token oder mit einem nicht mehr akzeptierten Token.',
  'finding.D18.cause':
    'Jira sendet „disabled“ zusammen mit „uninstalled“ in beliebiger Reihenfolge, auch ohne Token, wenn der Schlüssel schon gelöscht ist.',
  'finding.D18.remedy': 'Sie müssen nichts tun.',
  'finding.D19.symptom': 'Die Site gilt als installiert, wurde aber seit Wochen nicht benutzt.',
  'finding.D19.cause': 'Tally wurde deinstalliert, aber der Callback darüber kam nicht an.',
  'finding.D19.remedy': 'Sie müssen nichts tun, wenn Tally auf Ihrer Site installiert ist.',
  'finding.D24.symptom':
    'Tally kann Namen und Berechtigungen nicht abfragen: Jira antwortet mit 403 oder 400.',
  'finding.D24.cause':
    'Jira lässt diese Anfrage der App nicht zu: Eine Berechtigung wartet auf Genehmigung, oder der App wurde eine entzogen.',
  'finding.D24.remedy':
    'Prüfen Sie unter „Apps verwalten“, ob Tally auf eine Genehmigung wartet, und in den globalen Berechtigungen von Jira, ob Apps ausgeschlossen sind.',
  'finding.D26.symptom':
    'Zu Stoßzeiten antwortet Jira mit 429, und Berechtigungen oder Namen sind vorübergehend nicht verfügbar.',
  'finding.D26.cause': 'Die Anfragen der Site überschreiten das Limit von Jira.',
  'finding.D26.remedy':
    'Warten Sie einen Moment. Lesen ist weiter möglich; Änderungen funktionieren wieder, sobald Jira antwortet.',
  'finding.D27.symptom': 'Die Site zeigt seit Wochen eine alte Version.',
  'finding.D27.cause':
    'Die neue Version benötigt mehr Berechtigungen und wartet auf die Genehmigung eines Administrators.',
  'finding.D27.remedy':
    'Öffnen Sie „Apps verwalten“, sehen Sie sich die neuen Berechtigungen von Tally an und wählen Sie „Aktualisieren“. Die alte Version funktioniert weiter.',
  'finding.D29.symptom': 'Wenige Installationen gelingen, ohne dass sich Kunden beschweren.',
  'finding.D29.cause':
    'Jira wiederholt eine fehlgeschlagene Aktualisierung einer ungenutzten Site immer wieder.',
  'finding.D29.remedy':
    'Sie müssen nichts tun, außer Sie möchten Tally nutzen: Wiederholen Sie dann die Installation.',
  'finding.D30.symptom': 'Es gab einen Versuch, den Schlüssel einer Site durch einen fremden zu ersetzen.',
  'finding.D30.cause':
    'Ein Callback wurde mit anderem Inhalt wiederholt, mit einem fremden Schlüssel signiert oder für eine andere Site ausgestellt.',
  'finding.D30.remedy':
    'Es wurde nichts geändert, und nichts muss repariert werden. Wenn niemand etwas getestet hat, melden Sie es dem Tally-Support.',
  'finding.D31.symptom':
    'Die Seiten und Anfragen der Site werden mit 503 und tenant.secrets_unavailable beantwortet, obwohl an der Site nichts falsch ist.',
  'finding.D31.cause':
    'Tally kann die gespeicherten Schlüssel der Site nicht öffnen: Der Speicher der Datenschlüssel antwortet nicht, er ist mit einem anderen Hauptschlüssel geöffnet, oder ein gespeicherter Schlüssel ist beschädigt.',
  'finding.D31.remedy':
    'Warten Sie einige Minuten und laden Sie die Seite in Jira neu. Gelingt es auch dann nicht, wenden Sie sich an den Tally-Support. Ihre Assets bleiben erhalten.',
  'finding.D32.symptom':
    'Personen können keine Assets ändern oder haben keinen Namen, obwohl sich Seiten öffnen.',
  'finding.D32.cause':
    'Jira beantwortet Tallys Fragen nach Berechtigungen und Namen nicht, oder mit eigenen Fehlern.',
  'finding.D32.remedy':
    'Warten Sie, bis Jira wieder antwortet, und sehen Sie auf der Statusseite von Atlassian nach. Tally fragt von selbst wieder nach. Lassen Sie die App, wie sie ist: Sie zu aktualisieren oder neu zu installieren, ändert hier nichts.',
  'finding.D33.symptom':
    'Seiten öffnen sich und Assets können gelesen werden, aber jede Änderung wird abgelehnt, auch Installationen.',
  'finding.D33.cause':
    'Tally kann sein Ereignisprotokoll nicht schreiben: Der Datenträger ist voll oder schreibgeschützt, oder der Server des Protokolls antwortet nicht.',
  'finding.D33.remedy':
    'Warten Sie. An Ihrer Site ist nichts falsch, und was gespeichert wurde, bleibt erhalten. Der Tally-Support ist benachrichtigt und behebt es; wiederholen Sie danach die abgelehnte Änderung.',
  'finding.D34.symptom':
    'Installationen einer Site werden mit 503 und keys.lost beantwortet, ebenso ihre Änderungen.',
  'finding.D34.cause':
    'Der Schlüssel der Site ist nicht im Schlüsselspeicher: Die Schlüssel gingen verloren, oder der Schlüsselspeicher gehört zu einem anderen Protokoll.',
  'finding.D34.remedy':
    'Lassen Sie die App, wie sie ist: Keine Aktualisierung und keine neue Installation bringt den Schlüssel zurück. Der Tally-Support muss ihn wiederherstellen.',

  'timeline.tenant.installed': '{baseUrl} hat Tally mit dem Schlüssel {fingerprint} installiert.',
  'timeline.tenant.reinstalled':
    '{baseUrl} hat Tally mit dem Schlüssel {fingerprint} neu installiert. Frühere Schlüssel werden nicht mehr akzeptiert.',
  'timeline.tenant.shared_secret_rotated':
    'Der Schlüssel {fingerprint} hat {previous} ersetzt, der noch bis {previousUntil} akzeptiert wird.',
  'timeline.tenant.installation_confirmed':
    'Die Site hat ihre Installation bestätigt. Der Schlüssel {fingerprint} war bereits bekannt.',
  'timeline.tenant.candidate_secret_received':
    'Eine ältere Installation hat den Schlüssel {fingerprint} überbracht. Er wird mit der ersten Anfrage, die mit ihm signiert ist, zum aktuellen.',
  'timeline.tenant.candidate_secret_promoted':
    'Eine Anfrage war mit dem Kandidaten {fingerprint} signiert. Er hat {previous} ersetzt, der noch bis {previousUntil} akzeptiert wird.',
  'timeline.tenant.candidate_secret_discarded':
    'Eine neuere Installation hat den Kandidaten {fingerprint} überflüssig gemacht.',
  'timeline.tenant.base_url_changed': 'Die Adresse der Site hat sich geändert: von {from} zu {to}.',
  'timeline.tenant.base_url_changed.display': 'Die Site wird jetzt unter der Adresse {displayUrl} angezeigt.',
  'timeline.tenant.base_url_changed.base': 'Die Site wird jetzt unter der Adresse {to} angezeigt.',
  'timeline.tenant.enabled': 'Tally wurde aktiviert.',
  'timeline.tenant.disabled': 'Tally wurde deaktiviert.',
  'timeline.tenant.uninstalled':
    'Die Site hat Tally deinstalliert. Ihre Daten bleiben erhalten, ihre Schlüssel werden nicht mehr akzeptiert.',

  'row.asset.tag_taken(first_row,tag)':
    'Die Inventarnummer {tag} gehört bereits zu einem anderen Asset. Auch Zeile {first_row} dieser Datei hat sie.',
  'row.import.date_kept_as_written':
    'Das Datum wurde nicht erkannt und so übernommen, wie es geschrieben ist.',
  'row.import.letters_guessed':
    'Die Datei sagt nicht, in welcher Kodierung sie gespeichert ist. Die Kodierung ist deshalb geraten.',
  'row.import.letters_unreadable': 'Die Zeile hat Zeichen, die in der Kodierung der Datei nicht lesbar sind.',
  'row.import.price_unreadable':
    'Der Preis ist kein Betrag. Er wird so übernommen, wie er geschrieben ist; kein Vergleich findet ihn.',
  'row.import.price_ambiguous':
    'Der Preis kann zwei Beträge bedeuten, weil unklar ist, ob Komma oder Punkt das Dezimalzeichen ist. Er wird so übernommen, wie er geschrieben ist.',
  'row.import.column_repeated(column)':
    'Die Spalte {column} heißt genauso. Diese hier wird deshalb ein eigenes Feld.',
  'row.import.column_could_be(column,field)':
    'Diese Spalte könnte auch das Feld „{field}“ sein; das ist jetzt Spalte {column}.',
  'row.import.column_reserved(key)':
    'Ein Feld dieses Namens verwaltet Tally selbst. Die Spalte wird deshalb das Attribut „{key}“.',
  'row.import.column_of_days': 'Die Tage dieser Spalte bleiben Text, so wie sie geschrieben sind.',
  'row.import.location_from_site': 'Der Standort stammt aus der Spalte der Site.',
  'row.import.name_from_model': 'Die Bezeichnung stammt aus dem Modell.',
  'row.import.name_from_serial': 'Die Bezeichnung stammt aus der Seriennummer.',
  'row.import.name_from_tag': 'Die Bezeichnung stammt aus der Inventarnummer.',
  'row.import.name_from_type': 'Die Bezeichnung stammt aus dem Typ.',
  'row.import.tag_allotted': 'Die nächste freie Inventarnummer wurde vergeben.',
  'row.import.row_empty': 'Die Zeile ist leer.',
  'row.import.row_ragged': 'Die Zeile hat mehr Werte als die Kopfzeile.',
  'row.import.quote_unclosed': 'Ein Anführungszeichen wird nicht geschlossen.',
  'row.asset.tag_taken': 'Die Inventarnummer gehört bereits zu einem anderen Asset.',
  'row.asset.tag_retired': 'Die Inventarnummer gehört zu einem ausgemusterten Asset.',
  'row.asset.withdrawn': 'Die Erfassung dieses Assets wurde zurückgenommen.',
  'row.asset.tag_invalid': 'Die Inventarnummer enthält unzulässige Zeichen.',
  'row.asset.name_empty': 'Die Bezeichnung fehlt.',
  'row.asset.attribute_invalid': 'Ein Attribut hat einen Wert, der nicht möglich ist.',
  'row.asset.too_many_attributes': 'Ein Asset kann höchstens 64 Attribute haben.',
  'row.schema.too_many_attributes': 'Ein Register kann höchstens 500 eigene Attribute haben.',
  'value.reason.body_base_url': 'er hat keine baseUrl',
  'value.reason.body_client_key': 'er hat keinen brauchbaren clientKey',
  'value.reason.body_incomplete': 'er bricht ab',
  'value.reason.body_not_callback': 'er ist nicht das JSON-Objekt eines Callbacks',
  'value.reason.body_too_long': 'er ist länger als 64 KiB',
  'value.reason.token_characters': 'es enthält Zeichen, die in keinem Token stehen',
  'value.reason.token_claims': 'seine Angaben sind nicht lesbar',
  'value.reason.token_extension': 'es verlangt eine Erweiterung, die Tally nicht kennt',
  'value.reason.token_header': 'sein Kopf ist nicht lesbar',
  'value.reason.token_issued_at': 'es sagt nicht, wann es ausgestellt wurde',
  'value.reason.token_issuer': 'es nennt keinen Aussteller',
  'value.reason.token_not_text': 'es ist kein Text',
  'value.reason.token_parts': 'es hat nicht drei Teile',
  'value.reason.token_signature': 'seine Signatur ist nicht base64url',
  'value.reason.token_time': 'eine seiner Zeiten ist keine Zeit',
  'value.reason.token_too_long': 'es ist länger als 8 KiB',
  'value.why.control_characters': 'der Wert enthält Steuerzeichen',
  'value.why.direction_characters': 'der Wert enthält Zeichen, die die Schreibrichtung umkehren',
  'value.why.key_invalid': 'der Name eines Attributs hat 1 bis 100 Zeichen in einer Zeile',
  'value.why.named_twice': 'zwei der Namen gehören zu einem Attribut',
  'value.why.name_too_long': 'der Wert hat mehr als 255 Zeichen',
  'value.why.not_a_day': 'der Wert ist kein Tag in der Form JJJJ-MM-TT',
  'value.why.value_too_long': 'der Wert hat mehr als 2.000 Zeichen',
};

export default texts;
