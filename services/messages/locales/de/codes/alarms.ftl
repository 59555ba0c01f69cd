### The alarms in German, by their names. The English texts are in the table of alarms.

alarm-TenantsFailing =
    .title = Tally öffnet sich auf einigen Sites nicht
    .summary =
        Kein Schlüssel, den Tally hat, bestätigt die Anfragen dieser Mandanten, und keine
        ihrer Anfragen wird mehr bestätigt.
    .remedy =
        Halten Sie das Ausrollen an. Prüfen Sie, ob die Callbacks `installed` Tally
        erreichen und Tally selbst sie mit 204 beantwortet. Bitten Sie dann die
        Administratoren der Mandanten, „Aktualisieren“ zu wählen.
alarm-TenantsTurnedAway =
    .title = Tally öffnet sich auf einigen Sites nicht
    .summary =
        Richtig signierte Anfragen dieser Mandanten werden wegen ihrer Zeit oder ihrer
        Adresse abgelehnt.
    .remedy =
        Vergleichen Sie die Uhr dieser Maschine mit der wirklichen Zeit. Vergleichen Sie
        TALLY_BASE_URL mit dem veröffentlichten Deskriptor und mit den Adressen, die der
        Proxy weitergibt.
alarm-LogUnavailable =
    .title = Änderungen können nicht gespeichert werden
    .summary =
        Ereignisse lassen sich nicht in das Protokoll schreiben oder daraus lesen: Nichts
        kann geändert werden, und Installationen werden mit 503 beantwortet.
    .remedy =
        Suchen Sie eine volle oder fehlerhafte Festplatte unter TALLY_DATA_DIR. Jira
        wiederholt Installationen, die mit 503 beantwortet wurden.
alarm-SecretsUnopened =
    .summary =
        Gespeicherte Schlüssel von Mandanten lassen sich nicht öffnen. Schlüssel, die schon
        offen waren, werden weiter verwendet; Mandanten, deren Schlüssel es nicht waren,
        erhalten 503.
    .remedy =
        Lesen Sie die Ursache in der Logzeile `a stored secret does not open` oder `the key
        store does not answer`. Stellen Sie den Speicher der Datenschlüssel oder den nötigen
        Hauptschlüssel wieder her.
alarm-ViewsStopped =
    .title = Neue Änderungen werden nicht angezeigt
    .summary =
        Eine Sicht ist auf ein Ereignis gestoßen, das sie nicht anwenden konnte, und zeigt
        nichts Neueres.
    .remedy =
        `tally views status` nennt die Sicht und das Ereignis. Starten Sie Tally neu, um die
        Sicht neu aufzubauen. Bleibt sie wieder stehen, gehen Sie zum vorigen Release
        zurück.
alarm-PagesSeenFailing =
    .title = Tally startet auf einigen Sites nicht
    .summary =
        Browser melden, dass Personen auf diesen Sites einen Fehler statt Tally sehen, und
        kein Aufruf von dort gelingt.
    .remedy =
        Öffnen Sie Tally auf einer Testsite mit der Konsole des Browsers. Sehen Sie sich
        `tally_client_errors_total` und die Logzeilen `a user saw a failure` an.
alarm-InstallsUnstored =
    .summary =
        Eine Installation wurde bestätigt, ließ sich aber nicht speichern. Jira verwendet
        möglicherweise einen Schlüssel, den Tally nicht hat.
    .remedy =
        Reparieren Sie das Protokoll (siehe LogUnavailable). Wiederholt Jira die
        Installation nicht innerhalb einer Stunde, bitten Sie den Administrator,
        „Aktualisieren“ zu wählen.
alarm-InstallsRefused =
    .summary =
        Installationen mehrerer Sites wurden aus einem Grund abgelehnt, den nur der
        Betreiber von Tally beheben kann.
    .remedy =
        Das Installationsprotokoll nennt den Code. Meist weicht TALLY_BASE_URL vom
        veröffentlichten Deskriptor ab, oder die Uhr geht falsch.
alarm-KeyServerFailing =
    .summary =
        Der Server von Atlassian antwortet nicht mit Installationsschlüsseln. Installationen
        mit einem Schlüssel, den Tally noch nicht kennt, werden mit 503 beantwortet.
    .remedy =
        Rufen Sie TALLY_INSTALL_KEYS_URL von dieser Maschine aus ab. Ist der Server selbst
        ausgefallen, warten Sie: Jira wiederholt die Installationen.
alarm-PreviousSecretExpiring =
    .summary =
        Ein Mandant signiert noch mit einem ersetzten Schlüssel, den Tally in höchstens
        sechs Stunden nicht mehr akzeptiert.
    .remedy =
        Bitten Sie den Administrator, jetzt „Aktualisieren“ zu wählen, damit beide Seiten
        denselben Schlüssel haben, bevor die Frist endet.
alarm-NotificationsFailing =
    .summary = Nachrichten des eingebauten Benachrichtigers warten seit mehr als zehn Minuten.
    .remedy =
        Das Log nennt den Kanal, der fehlschlägt, und die Antwort seines Servers. Prüfen Sie
        die Einstellungen TALLY_NOTIFY_*.
