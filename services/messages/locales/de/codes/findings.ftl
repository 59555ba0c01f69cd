### The diagnosis in German, by the ids of its entries. The English texts are in its catalogue. The
### UI has the same symptoms, causes and remedies in services/web/src/messages/de/server.ts.

finding-D1 =
    .symptom =
        Seit einem bestimmten Zeitpunkt öffnet sich auf dieser Site keine Seite von Tally
        mehr.
    .cause =
        Jira hat einen neuen gemeinsamen Schlüssel erhalten, aber der Callback, der ihn
        überbringt, hat Tally nicht erreicht.
    .remedy =
        Öffnen Sie „Apps verwalten“ und wählen Sie bei Tally „Aktualisieren“. Gibt es keine
        Aktualisierung, installieren Sie Tally neu. Jira sendet den Schlüssel dann erneut.
    .operator =
        Suchen Sie, was zwischen Jira und Tally steht und an dessen Stelle auf
        /connect/lifecycle/installed antwortet (ein Proxy, eine Wartungsseite, eine alte
        Installation), und lassen Sie den Callback durch. Ein verlorener Schlüssel lässt
        sich nicht wiederherstellen: Der Administrator jeder Site aktualisiert oder
        installiert die App neu, oder Atlassian wechselt den Schlüssel noch einmal.
        Verfolgen Sie die Sites auf /ops, bis jede repariert ist.
finding-D2 =
    .symptom = Die Seiten dieser Site öffnen sich nicht, obwohl es keine neue Version gibt.
    .cause =
        Ein Schlüsselwechsel, eine Umbenennung oder eine Neuinstallation wurde nicht
        abgeschlossen. Deshalb verwenden Jira und Tally verschiedene Schlüssel.
    .remedy =
        Öffnen Sie „Apps verwalten“ und wählen Sie bei Tally „Aktualisieren“, oder
        wiederholen Sie die fehlgeschlagene Installation. Ist beides nicht möglich,
        installieren Sie Tally neu.
    .operator =
        Sehen Sie sich den abgelehnten Callback im Installationsprotokoll an und beheben Sie
        seine Ursache; Jira wiederholt gescheiterte Aktualisierungen von selbst. Sind die
        Anfragen mit einem ersetzten Schlüssel signiert, ging die Antwort von Tally
        verloren: Eine Wiederholung oder eine Aktualisierung gibt beiden Seiten denselben
        Schlüssel.
finding-D4 =
    .symptom =
        Die Seiten öffnen sich, aber Tally kann bei Jira weder Namen noch Berechtigungen
        abfragen.
    .cause =
        Jira nimmt Anfragen von Tally nicht an (401). Jira hat einen neueren Schlüssel,
        dessen Callback fehlt.
    .remedy =
        Öffnen Sie „Apps verwalten“ und wählen Sie bei Tally „Aktualisieren“. Gibt es keine
        Aktualisierung, installieren Sie Tally neu. Beide Seiten haben dann denselben
        Schlüssel.
    .operator =
        Suchen Sie den Callback wie bei D1 und D2: Bald scheitern auch die Seiten. Jeder
        Aufruf wurde mit jedem akzeptierten Schlüssel versucht, und es ist kein Cache zu
        leeren. Werden neu geöffnete Seiten bestätigt, vergleichen Sie die Uhr des Servers
        mit der wirklichen Zeit und TALLY_APP_KEY mit dem Schlüssel des veröffentlichten
        Deskriptors: Jira prüft beides.
finding-D5 =
    .symptom =
        Die Installation schlägt mit 401 fehl, und das Installationsprotokoll nennt eine
        andere App.
    .cause =
        Der Callback ist für die Adresse im veröffentlichten Deskriptor ausgestellt, Tally
        ist aber auf eine andere eingestellt.
    .remedy = Wiederholen Sie die Installation, sobald der Tally-Support das Problem behoben hat.
    .operator =
        Setzen Sie TALLY_BASE_URL auf die baseUrl des Deskriptors, den Atlassian hat, mit
        seinem Pfad und ohne Schrägstrich am Ende. Die Logzeile "install callback for
        another base URL" nennt, was kam und was erwartet wurde. Bitten Sie dann den
        Administrator um eine Wiederholung.
finding-D7 =
    .symptom =
        Jede Seite oder jeder Callback wird abgelehnt, weil das Token zu einer anderen
        Anfrage gehört.
    .cause = Ein Proxy vor Tally ändert den Pfad der Adresse.
    .remedy = Der Tally-Support muss das beheben.
    .operator =
        Sorgen Sie dafür, dass der Proxy Pfad und Abfrage unverändert weitergibt, mit dem
        Pfad von TALLY_BASE_URL genau einmal davor; setzen Sie TALLY_BASE_URL auf die
        baseUrl des veröffentlichten Deskriptors.
finding-D8 =
    .symptom =
        Manche Adressen werden abgelehnt, weil das Token zu einer anderen Anfrage gehört,
        andere nicht.
    .cause =
        Auf dem Weg zu Tally wird ein Teil der Adresse verändert, etwa ein Pluszeichen, eine
        Klammer oder ein Umlaut.
    .remedy =
        Öffnen Sie Tally über die Navigation in Jira statt über den Link und nennen Sie den
        Link dem Tally-Support.
    .operator =
        Sorgen Sie dafür, dass der Proxy die Abfrage Byte für Byte weitergibt und keinen
        Parameter hinzufügt. Vergleichen Sie die Adresse mit der kanonischen Form in
        services/atlassian/src/qsh.rs.
finding-D9 =
    .symptom =
        Eine Seite öffnet sich, aber ihre Anfragen werden abgelehnt, oder eine Seite wird
        trotz gültigem Token abgelehnt.
    .cause = Zwei Arten von Token werden verwechselt: das Token einer Seite und das Kontexttoken.
    .remedy =
        Laden Sie die Seite in Jira neu. Ruft ein eigenes Programm Tally auf, muss es vor
        jedem Aufruf ein Kontexttoken anfordern.
    .operator =
        Aufrufer der API verwenden AP.context.getToken; Seiten und Callbacks nehmen nur
        Token an, die für genau diese Anfrage ausgestellt sind. Tun es die Seiten von Tally
        selbst, ist es ein Fehler: siehe services/web/src/host.
finding-D10 =
    .symptom = Was zunächst funktionierte, wird nach einigen Minuten als abgelaufen abgelehnt.
    .cause = Die Seite verwendet immer wieder ein altes Token.
    .remedy =
        Laden Sie die Seite in Jira neu. Ein Programm, das Tally aufruft, muss vor jedem
        Aufruf ein Token anfordern.
    .operator =
        Ein Programm behält Token: Es muss AP.context.getToken vor jeder Anfrage aufrufen.
        Ist es die Seite von Tally selbst, ist es ein Fehler.
finding-D11 =
    .symptom = Seiten oder Callbacks werden als abgelaufen oder noch nicht gültig abgelehnt.
    .cause =
        Die Uhren von Tally und Atlassian weichen um mehr als die erlaubten 30 Sekunden
        voneinander ab.
    .remedy = Der Tally-Support muss die Uhr stellen.
    .operator =
        Vergleichen Sie die Uhr des Servers mit einer anderen (dem Date-Header irgendeiner
        Antwort) und reparieren Sie die Zeitsynchronisation (NTP). Jira wiederholt
        Callbacks, die inzwischen abgelehnt wurden; sonst wählt der Administrator
        „Aktualisieren“.
finding-D12 =
    .symptom =
        Das Installationsprotokoll enthält abgelehnte Callbacks ohne Token, mit dem falschen
        Token oder mit einem unbekannten Schlüssel.
    .cause =
        Sie stammen nicht von Jira, sondern von einem Sicherheitsscanner, einem alten
        Entwicklungswerkzeug oder einem Angriffsversuch.
    .remedy = Sie müssen nichts tun: Die Callbacks wurden abgelehnt, und nichts wurde geändert.
    .operator =
        Sie müssen nichts tun. Der Scanner von Atlassian tut das absichtlich und erwartet
        die Ablehnung. Hört es nicht auf, nennt das Log die Adressen.
finding-D13 =
    .symptom = Die Installation schlägt fehl, weil der Schlüssel zur Prüfung nicht verfügbar ist.
    .cause =
        Der Server, der die Installationsschlüssel von Atlassian veröffentlicht, ist nicht
        erreichbar.
    .remedy =
        Wiederholen Sie die Installation in einigen Minuten. Jira versucht eine
        fehlgeschlagene Aktualisierung auch selbst erneut.
    .operator =
        Fragen Sie von der Maschine von Tally aus TALLY_INSTALL_KEYS_URL nach einer
        unbekannten ID: Der richtige Server antwortet mit 404. Erlauben Sie die ausgehende
        Verbindung, oder berichtigen Sie die Adresse. Die Seite eines Proxys an seiner
        Stelle gilt nicht als Schlüssel. Jira wiederholt von selbst.
finding-D15 =
    .symptom =
        Jira meldet bei der Installation, dass der Server der App mit einem Fehler
        geantwortet hat.
    .cause =
        Tally konnte den Callback nicht annehmen: Er ließ sich nicht speichern, oder sein
        Inhalt war unbrauchbar.
    .remedy =
        Wiederholen Sie die Installation oder Aktualisierung unter „Apps verwalten“. Bis
        dahin verwendet Tally den bisherigen Schlüssel.
    .operator =
        Der Code im Installationsprotokoll sagt, was es war. log.unavailable: Reparieren Sie
        Festplatte oder Engine des Protokolls (/readyz); Jira wiederholt von selbst.
        install.base_url_not_allowed: Nehmen Sie den Host in TALLY_ALLOWED_HOSTS auf, wenn
        die Site bedient werden soll.
finding-D16 =
    .symptom =
        Nach einem Adresswechsel der Site bleiben die Seiten von Tally leer, oder Links
        führen zur alten Adresse.
    .cause = Der Callback mit der neuen Adresse kam nicht an oder wurde abgelehnt.
    .remedy =
        Öffnen Sie „Apps verwalten“ und wählen Sie bei Tally „Aktualisieren“. Gibt es keine
        Aktualisierung, installieren Sie Tally neu. Jira teilt Tally dann die neue Adresse
        mit.
    .operator =
        Suchen Sie ein abgelehntes `installed` im Installationsprotokoll (eine neue Domain
        muss vielleicht in TALLY_ALLOWED_HOSTS aufgenommen werden). Die Adresse wird nur aus
        einem bestätigten Callback übernommen, nie aus der Abfrage einer Seite.
finding-D17 =
    .symptom = Nach einem Site-Import fehlen die Assets eines Kunden.
    .cause =
        Eine importierte Site hat einen neuen Client Key und ist deshalb ein anderer
        Mandant. Die Assets des alten Mandanten sind dort noch vorhanden.
    .operator =
        Es ist nichts verloren. Mandanten werden nie allein wegen ihrer Adresse verbunden,
        denn eine Adresse kann an einen anderen Kunden übergehen: Lassen Sie den Kunden
        belegen, dass beide ihm gehören, und verbinden Sie sie von Hand und nachvollziehbar.
finding-D18 =
    .symptom =
        Das Installationsprotokoll enthält ein „disabled“ ohne Token oder mit einem nicht
        mehr akzeptierten Token.
    .cause =
        Jira sendet „disabled“ zusammen mit „uninstalled“ in beliebiger Reihenfolge, auch
        ohne Token, wenn der Schlüssel schon gelöscht ist.
    .remedy = Sie müssen nichts tun.
    .operator = Sie müssen nichts tun: Es wird mit 204 beantwortet und ändert nichts.
finding-D19 =
    .symptom = Die Site gilt als installiert, wurde aber seit Wochen nicht benutzt.
    .cause = Tally wurde deinstalliert, aber der Callback darüber kam nicht an.
    .remedy = Sie müssen nichts tun, wenn Tally auf Ihrer Site installiert ist.
    .operator =
        Lassen Sie den Bestand, wie er ist, und zählen Sie die Site nicht mit. Antwortet ihr
        Jira auf einen einfachen Aufruf wochenlang mit 401 oder 404, gibt es die Site nicht
        mehr.
finding-D24 =
    .symptom = Tally kann Namen und Berechtigungen nicht abfragen: Jira antwortet mit 403 oder 400.
    .cause =
        Jira lässt diese Anfrage der App nicht zu: Eine Berechtigung wartet auf Genehmigung,
        oder der App wurde eine entzogen.
    .remedy =
        Prüfen Sie unter „Apps verwalten“, ob Tally auf eine Genehmigung wartet, und in den
        globalen Berechtigungen von Jira, ob Apps ausgeschlossen sind.
    .operator =
        403: Vergleichen Sie die Berechtigungen der Version, die die Site hat, mit denen des
        Deskriptors, und fragen Sie den Administrator nach den globalen Berechtigungen. 400:
        Jira hat den Aufruf geändert; führen Sie ihn von Hand aus, lesen Sie den Inhalt der
        Antwort und ändern Sie services/atlassian/src/outgoing.
finding-D26 =
    .symptom =
        Zu Stoßzeiten antwortet Jira mit 429, und Berechtigungen oder Namen sind
        vorübergehend nicht verfügbar.
    .cause = Die Anfragen der Site überschreiten das Limit von Jira.
    .remedy =
        Warten Sie einen Moment. Lesen ist weiter möglich; Änderungen funktionieren wieder,
        sobald Jira antwortet.
    .operator =
        Antworten zu Rollen werden eine Minute lang behalten, Namen zehn. Überschreitet eine
        Site ihr Limit lange, suchen Sie, was so oft aufruft, und sehen Sie sich
        RateLimit-Reason in einer Antwort an.
finding-D27 =
    .symptom = Die Site zeigt seit Wochen eine alte Version.
    .cause =
        Die neue Version benötigt mehr Berechtigungen und wartet auf die Genehmigung eines
        Administrators.
    .remedy =
        Öffnen Sie „Apps verwalten“, sehen Sie sich die neuen Berechtigungen von Tally an
        und wählen Sie „Aktualisieren“. Die alte Version funktioniert weiter.
    .operator =
        Lassen Sie jede Adresse des alten Deskriptors in Betrieb, und informieren Sie die
        Administratoren. `tally descriptor diff` sagt, was eine Genehmigung braucht.
finding-D28 =
    .symptom =
        Jira erzeugt eine neue Version der App, die nicht geplant war, und eine Welle von
        Installationen folgt.
    .cause =
        Der ausgelieferte Deskriptor weicht vom veröffentlichten ab: durch die Einstellungen
        von Tally oder durch einen Proxy davor.
    .operator =
        Vergleichen Sie den ausgelieferten Deskriptor mit dem des Releases: `tally
        descriptor diff`. Setzen Sie TALLY_APP_KEY und TALLY_BASE_URL auf das zurück, was
        veröffentlicht wurde. Die Welle selbst schadet nicht: Jede Installation wird
        angenommen.
finding-D29 =
    .symptom = Wenige Installationen gelingen, ohne dass sich Kunden beschweren.
    .cause =
        Jira wiederholt eine fehlgeschlagene Aktualisierung einer ungenutzten Site immer
        wieder.
    .remedy =
        Sie müssen nichts tun, außer Sie möchten Tally nutzen: Wiederholen Sie dann die
        Installation.
    .operator =
        Lassen Sie solche Sites aus der Erfolgsquote: Gruppieren Sie die Ablehnungen nach
        Client Key. Ist der Callback echt und fehlt ihm nur ein Feld, auf das Tally
        verzichten könnte, ist das ein Fehler von Tally: Melden Sie ihn.
finding-D30 =
    .symptom = Es gab einen Versuch, den Schlüssel einer Site durch einen fremden zu ersetzen.
    .cause =
        Ein Callback wurde mit anderem Inhalt wiederholt, mit einem fremden Schlüssel
        signiert oder für eine andere Site ausgestellt.
    .remedy =
        Es wurde nichts geändert, und nichts muss repariert werden. Wenn niemand etwas
        getestet hat, melden Sie es dem Tally-Support.
    .operator =
        Der geltende Schlüssel ist derselbe wie zuvor: Vergleichen Sie seine Zeit mit der
        der Callbacks. Suchen Sie den Absender im Log anhand der Nummer der Anfrage. Kann
        ein Schlüssel bekannt geworden sein, lassen Sie ihn wechseln und setzen Sie
        TALLY_PREVIOUS_SECRET_GRACE_SECONDS so lange auf 0.
finding-D31 =
    .symptom =
        Die Seiten und Anfragen der Site werden mit 503 und tenant.secrets_unavailable beantwortet,
        obwohl an der Site nichts falsch ist.
    .cause =
        Tally kann die gespeicherten Schlüssel der Site nicht öffnen: Der Speicher der
        Datenschlüssel antwortet nicht, er ist mit einem anderen Hauptschlüssel geöffnet, oder ein
        gespeicherter Schlüssel ist beschädigt.
    .remedy =
        Warten Sie einige Minuten und laden Sie die Seite in Jira neu. Gelingt es auch dann nicht,
        wenden Sie sich an den Tally-Support. Ihre Assets bleiben erhalten.
    .operator =
        Folgen Sie dem Kapitel SecretsUnopened in docs/runbook.md: Die Logzeilen `the key store does
        not answer` und `a stored secret does not open` nennen die Ursache. Nur wenn ein
        gespeicherter Schlüssel beschädigt ist, muss der Administrator der Site „Aktualisieren“
        wählen, was einen neuen bringt.

finding-D32 =
    .symptom = Personen können keine Assets ändern oder haben keinen Namen, obwohl sich Seiten öffnen.
    .cause = Jira beantwortet Tallys Fragen nach Berechtigungen und Namen nicht, oder mit eigenen Fehlern.
    .remedy = Warten Sie, bis Jira wieder antwortet, und sehen Sie auf der Statusseite von Atlassian nach. Tally fragt von selbst wieder nach. Lassen Sie die App, wie sie ist: Sie zu aktualisieren oder neu zu installieren, ändert hier nichts.
    .operator = Tally behält die bekannten Rollen eine Stunde lang und fragt wieder nach. Sind viele Sites betroffen, prüfen Sie die ausgehenden Verbindungen dieser Maschine (Proxy, Firewall, DNS); ist es eine, und länger, vergleichen Sie ihre Adresse mit der, unter der Jira sie zeigt.

finding-D33 =
    .symptom = Seiten öffnen sich und Assets können gelesen werden, aber jede Änderung wird abgelehnt, auch Installationen.
    .cause = Tally kann sein Ereignisprotokoll nicht schreiben: Der Datenträger ist voll oder schreibgeschützt, oder der Server des Protokolls antwortet nicht.
    .remedy = Warten Sie. An Ihrer Site ist nichts falsch, und was gespeichert wurde, bleibt erhalten. Der Tally-Support ist benachrichtigt und behebt es; wiederholen Sie danach die abgelehnte Änderung.
    .operator = Folgen Sie dem Kapitel LogUnavailable in docs/runbook.md: Schaffen Sie Platz auf dem Datenträger von TALLY_DATA_DIR, oder bringen Sie den Server des Protokolls zurück. Installationen, die inzwischen mit 503 beantwortet wurden, wiederholt Jira.

finding-D34 =
    .symptom = Installationen einer Site werden mit 503 und keys.lost beantwortet, ebenso ihre Änderungen.
    .cause = Der Schlüssel der Site ist nicht im Schlüsselspeicher: Die Schlüssel gingen verloren, oder der Schlüsselspeicher gehört zu einem anderen Protokoll.
    .remedy = Lassen Sie die App, wie sie ist: Keine Aktualisierung und keine neue Installation bringt den Schlüssel zurück. Der Tally-Support muss ihn wiederherstellen.
    .operator = Halten Sie Tally an und spielen Sie die Sicherung des Schlüsselspeichers ein, die zu diesem Protokoll gehört (docs/deploy.md, When a piece fails). `tally_lost_keys` und die Zeile beim Start nennen die Zahl der betroffenen Tenants. Ohne Sicherung lassen sich die Daten der Site nicht mehr öffnen: Mit `tally tenant erase --keys-are-lost` kann sie Tally wieder installieren, mit leerem Register.
