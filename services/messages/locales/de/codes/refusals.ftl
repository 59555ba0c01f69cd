### Refusals and failures in German, by their codes. The English texts are in the tables of the
### rooms that refuse. The UI has the same texts in services/web/src/messages/de/server.ts.

refusal-not_found =
    .cause = Diese Adresse gibt es nicht.
    .remedy = Prüfen Sie den Link oder laden Sie die Seite neu.
refusal-permission-denied =
    .cause = Ihre Berechtigungen in Jira erlauben das nicht.
    .remedy =
        Bitten Sie Ihren Jira-Administrator um die Berechtigung oder darum, es für Sie zu
        erledigen.
refusal-permission-check_unavailable =
    .cause = Tally konnte bei Jira nicht prüfen, ob Sie das dürfen. Deshalb wurde nichts geändert.
    .remedy = Versuchen Sie es gleich noch einmal.
refusal-jira-unavailable =
    .cause = Jira antwortet nicht.
    .remedy = Versuchen Sie es gleich noch einmal.
refusal-log-unavailable =
    .cause = Tally kann zurzeit nichts speichern.
    .remedy = Versuchen Sie es gleich noch einmal.
refusal-log-full =
    .cause = Der Speicherplatz für das Ereignisprotokoll von Tally ist voll. Deshalb konnte die Änderung nicht gespeichert werden.
    .remedy = Lesen ist weiter möglich. Der Betreiber von Tally schafft Platz; senden Sie die Änderung danach noch einmal.
refusal-log-shorter =
    .cause = Im Ereignisprotokoll von Tally fehlen Änderungen, die es vorher hatte. Deshalb wird darin nichts mehr gespeichert.
    .remedy = Ein neuer Versuch hilft nicht. Der Betreiber von Tally stellt das Protokoll wieder her oder nimmt es so an, wie es ist.
refusal-keys-unavailable =
    .cause = Der Schlüsselspeicher von Tally antwortet nicht. Deshalb konnte der neue Schlüssel der Site nicht gespeichert werden.
    .remedy = Versuchen Sie es gleich noch einmal.
refusal-keys-lost =
    .cause = Der Schlüsselspeicher von Tally hat keinen Schlüssel dieser Site. Deshalb kann Tally nichts lesen oder speichern, was zur Site gehört.
    .remedy = Ein neuer Versuch hilft nicht. Der Betreiber von Tally stellt die Schlüssel aus ihrer Sicherung wieder her oder löscht den Mandanten; danach kann die Site Tally neu installieren.
refusal-view-unavailable =
    .cause = Tally kann den Bestand zurzeit nicht lesen.
    .remedy = Versuchen Sie es gleich noch einmal.
refusal-view-lagging =
    .cause = Die Änderung ist gespeichert, wird aber noch nicht angezeigt.
    .remedy = Laden Sie die Seite gleich neu. Senden Sie die Änderung nicht noch einmal.
refusal-request-cursor_invalid =
    .cause = Die Liste hat sich geändert, seit sie geladen wurde.
    .remedy = Laden Sie die Seite neu.
refusal-request-idempotency_key_reused =
    .cause = Dieselbe Anfrage wurde bereits mit anderem Inhalt gesendet.
    .remedy = Laden Sie die Seite neu und versuchen Sie es erneut.
refusal-request-idempotency_key_in_use =
    .cause = Diese Anfrage wird gerade ausgeführt.
    .remedy = Versuchen Sie es gleich noch einmal.
refusal-request-malformed =
    .cause = Ein Teil der Anfrage ist nicht gültig.
    .remedy = Prüfen Sie Ihre Eingaben und versuchen Sie es erneut.
refusal-request-method_not_allowed =
    .cause = Diese Adresse lässt diese Anfrage nicht zu.
    .remedy = Laden Sie die Seite neu.
refusal-request-precondition_failed =
    .cause = Das Asset wurde geändert, seit Sie es geladen haben.
    .remedy = Laden Sie es neu, sehen Sie sich die Änderung an und wiederholen Sie Ihre.
refusal-request-precondition_required =
    .cause = Die Anfrage nennt nicht, welche Fassung geändert werden soll.
    .remedy = Laden Sie die Seite neu und versuchen Sie es erneut.
refusal-request-rate_limited =
    .cause = Es kamen zu viele Anfragen in kurzer Zeit.
    .remedy = Warten Sie einen Moment und versuchen Sie es erneut.
refusal-request-took_too_long =
    .cause = Die Antwort zu finden dauerte zu lange und wurde abgebrochen.
    .remedy = Fragen Sie nach weniger: mit einer genauen Bedingung für Typ, Status, Inhaber oder Standort, mit längeren Suchwörtern oder ohne vergangenen Tag. Hilft das nicht, versuchen Sie es später.
refusal-request-busy =
    .cause = Diese Site fragt gerade mehr auf einmal, als ihr Anteil an Tally erlaubt, oder alle Sites zusammen senden mehr, als Platz hat.
    .remedy = Warten Sie einen Moment und versuchen Sie es erneut.
refusal-request-too_large =
    .cause = Die Anfrage ist zu groß.
    .remedy = Senden Sie weniger auf einmal.
refusal-tenant-erased =
    .cause =
        Was Tally für diese Installation gespeichert hatte, wurde endgültig gelöscht. Deshalb
        kann für sie nichts mehr gespeichert werden.
    .remedy =
        Bitten Sie Ihren Jira-Administrator, Tally wieder zu installieren. Der Bestand ist
        dann leer. Wird das mit diesem Code abgelehnt, ist die Löschung nicht abgeschlossen:
        Wenden Sie sich an den Tally-Support.
refusal-tenant-uninstalled =
    .cause = Tally ist auf dieser Site nicht mehr installiert.
    .remedy =
        Bitten Sie Ihren Jira-Administrator, Tally wieder zu installieren. Die Daten sind
        noch vorhanden.
refusal-tenant-secrets_unavailable =
    .cause =
        Tally kann die Schlüssel dieser Site zurzeit nicht öffnen. An der Anfrage und an der
        Site ist nichts falsch.
    .remedy =
        Versuchen Sie es in einigen Minuten erneut. Hilft das nicht, nennen Sie den Code dem
        Tally-Support.
refusal-jwt-missing =
    .cause =
        Die Anfrage enthält kein Token von Jira. Diese Adresse antwortet nur, wenn Jira sie
        öffnet.
    .remedy = Öffnen Sie Tally über das Menü in Jira.
refusal-jwt-two_tokens =
    .cause = Die Anfrage enthält zwei verschiedene Token.
    .remedy = Laden Sie die Seite in Jira neu.
refusal-jwt-malformed =
    .cause = Das Token der Anfrage ist nicht lesbar.
    .remedy = Laden Sie die Seite in Jira neu.
refusal-jwt-algorithm_not_allowed =
    .cause = Das Token ist mit einem Verfahren signiert, das Tally nicht zulässt.
    .remedy = Laden Sie die Seite in Jira neu.
refusal-jwt-kid_not_allowed =
    .cause = Das Token nennt einen Schlüssel, wo keiner erlaubt ist.
    .remedy = Laden Sie die Seite in Jira neu.
refusal-jwt-signature_invalid =
    .cause =
        Die Signatur des Tokens passt zu keinem Schlüssel, den Tally akzeptiert. Den
        Schlüssel, den Jira dieser Site gegeben hat, hat Tally nie erhalten: den der letzten
        Installation oder Aktualisierung oder den der ersten.
    .remedy =
        Öffnen Sie in Jira „Apps verwalten“ und wählen Sie bei Tally „Aktualisieren“. Gibt
        es keine Aktualisierung, installieren Sie Tally neu.
refusal-jwt-signature-matches_superseded_secret =
    .cause =
        Das Token ist mit einem früheren Schlüssel dieser Site signiert, der nicht mehr
        akzeptiert wird.
    .remedy =
        Öffnen Sie in Jira „Apps verwalten“ und wählen Sie bei Tally „Aktualisieren“. Gibt
        es keine Aktualisierung, installieren Sie Tally neu.
refusal-jwt-expired =
    .cause = Das Token ist abgelaufen.
    .remedy =
        Laden Sie die Seite in Jira neu. Hilft das nicht, geht die Uhr des Tally-Servers
        falsch; wenden Sie sich an den Tally-Support.
refusal-jwt-not_yet_valid =
    .cause = Das Token gilt noch nicht. Die Uhren von Jira und Tally weichen voneinander ab.
    .remedy =
        Versuchen Sie es gleich noch einmal. Hilft das nicht, geht die Uhr des Tally-Servers
        nach; wenden Sie sich an den Tally-Support.
refusal-jwt-expiry_missing =
    .cause = Das Token hat kein Ablaufdatum.
    .remedy = Laden Sie die Seite in Jira neu.
refusal-jwt-lifetime_too_long =
    .cause = Das Token gilt länger als einen Tag, und das ist nicht erlaubt.
    .remedy = Laden Sie die Seite in Jira neu.
refusal-jwt-qsh_missing =
    .cause = Das Token gehört zu keiner bestimmten Anfrage.
    .remedy = Laden Sie die Seite in Jira neu.
refusal-jwt-qsh_mismatch =
    .cause = Das Token wurde für eine andere Anfrage ausgestellt.
    .remedy =
        Öffnen Sie Tally über das Menü in Jira. Hilft das nicht, verändert ein Proxy die
        Adresse; wenden Sie sich an den Tally-Support.
refusal-jwt-context_token_required =
    .cause = Diese Anfrage braucht ein Kontexttoken.
    .remedy = Laden Sie die Seite in Jira neu.
refusal-jwt-context_token_not_allowed =
    .cause = Ein Kontexttoken ist hier nicht erlaubt.
    .remedy = Laden Sie die Seite in Jira neu.
refusal-jwt-subject_missing =
    .cause = Das Token nennt keine Person.
    .remedy = Melden Sie sich bei Jira an und laden Sie die Seite neu.
refusal-install-app_key_mismatch =
    .cause = Der Callback nennt eine andere App.
    .remedy =
        Prüfen Sie, ob die richtige App installiert wird, und wiederholen Sie die
        Installation.
refusal-install-audience_mismatch =
    .cause = Der Callback ist für eine andere Adresse ausgestellt als die, unter der Tally läuft.
    .remedy = Wiederholen Sie die Installation, sobald der Tally-Support die Adresse berichtigt hat.
refusal-install-base_url_not_allowed =
    .cause = Die Adresse der Site gehört zu keiner zugelassenen Domain.
    .remedy = Wenden Sie sich an den Tally-Support.
refusal-install-body_malformed =
    .cause = Der Inhalt des Callbacks ist nicht lesbar.
    .remedy = Wiederholen Sie die Installation.
refusal-install-event_type_mismatch =
    .cause = Der Callback nennt ein anderes Ereignis als seine Adresse.
    .remedy = Wiederholen Sie die Installation.
refusal-install-issuer_mismatch =
    .cause = Der Callback ist von einer anderen Site signiert, als er nennt.
    .remedy =
        Wiederholen Sie die Installation. Tritt das wieder auf, wenden Sie sich an den
        Tally-Support.
refusal-install-key_id_malformed =
    .cause = Der Callback nennt seinen Schlüssel in einer Form, die nicht möglich ist.
    .remedy = Wiederholen Sie die Installation.
refusal-install-key_unknown =
    .cause = Der Callback ist mit einem Schlüssel signiert, den Atlassian nicht veröffentlicht hat.
    .remedy = Wiederholen Sie die Installation in einigen Minuten.
refusal-install-keys_unavailable =
    .cause = Die Schlüssel von Atlassian zur Prüfung des Callbacks waren nicht erreichbar.
    .remedy =
        Wiederholen Sie die Installation in einigen Minuten. Jira versucht eine
        fehlgeschlagene Aktualisierung auch selbst erneut.
refusal-install-replayed_with_another_body =
    .cause = Der Callback wurde mit anderem Inhalt wiederholt.
    .remedy =
        Es wurde nichts geändert. Wenn niemand etwas getestet hat, melden Sie es dem
        Tally-Support.
refusal-install-secret_missing =
    .cause = Der Callback enthält keinen gemeinsamen Schlüssel.
    .remedy = Wiederholen Sie die Installation.
refusal-install-secret_too_long =
    .cause = Der gemeinsame Schlüssel im Callback ist zu lang.
    .remedy = Wiederholen Sie die Installation.
refusal-install-secret_too_short =
    .cause = Der gemeinsame Schlüssel im Callback ist zu kurz und könnte erraten werden.
    .remedy = Wiederholen Sie die Installation.
refusal-install-tenant_unknown =
    .cause = Der Callback nennt eine Site, die Tally nicht kennt.
    .remedy = Installieren Sie Tally auf dieser Site neu.
refusal-install-synthetic_not_configured =
    .cause =
        Der Callback ist für eine künstliche Site, wie „tally probe“ sie verwendet. Tally
        bedient hier keine.
    .remedy =
        Der Tally-Support trägt den öffentlichen Schlüssel der Probe in
        TALLY_PROBE_PUBLIC_KEY_FILE ein.
refusal-install-synthetic_key_mismatch =
    .cause =
        Der Callback ist für eine künstliche Site und mit einem anderen Schlüssel als dem
        der Probe signiert.
    .remedy =
        Der Tally-Support vergleicht den privaten Schlüssel von „tally probe“ mit dem
        öffentlichen in TALLY_PROBE_PUBLIC_KEY_FILE: Sie müssen ein Paar sein.
refusal-install-synthetic_key_not_allowed =
    .cause =
        Der Callback ist mit dem Schlüssel der Probe signiert, aber für eine Site, die nicht
        künstlich ist.
    .remedy =
        Das geschieht nicht versehentlich. Melden Sie es dem Tally-Support, damit er den
        Schlüssel der Probe ersetzt.
refusal-install-synthetic_base_url_mismatch =
    .cause =
        Der Callback ist für eine künstliche Site und nennt nicht die Adresse, die für sie
        vorgesehen ist.
    .remedy = Verwenden Sie das „tally probe“ dieser Version. Es wurde nichts geändert.
refusal-internal =
    .cause = Bei Tally ist ein Fehler aufgetreten.
    .remedy =
        Versuchen Sie es erneut. Tritt der Fehler wieder auf, geben Sie Ihrem
        Jira-Administrator die Kennung der Anfrage.
refusal-incident-not_found =
    .cause = Diese Störung gibt es nicht.
    .remedy = `tally incident list` nennt die vorhandenen.
refusal-incident-not_confirmed =
    .cause = Die Störung ist noch nicht bestätigt.
    .remedy = Bestätigen oder verwerfen Sie sie zuerst.
refusal-incident-confirmed_before =
    .cause = Die Störung wurde bereits mit anderem Text bestätigt.
    .remedy = Veröffentlichen Sie, was neu ist, als Meldung.
refusal-incident-public =
    .cause = Die Störung ist öffentlich und kann nicht verworfen werden.
    .remedy = Beenden Sie sie und schreiben Sie in der Meldung, was es war.
refusal-incident-over =
    .cause = Die Störung ist beendet.
    .remedy = Schlagen Sie eine weitere Störung vor, wenn es eine gibt.
refusal-incident-not_resolved =
    .cause = Die Störung ist noch nicht behoben.
    .remedy = Beenden Sie sie zuerst.
refusal-incident-text_unfit =
    .cause = Ein Text ist leer oder zu lang.
    .remedy = Schreiben Sie einen kürzeren Text.
refusal-incident-too_many_tenants =
    .cause = Ein Befehl nennt zu viele Mandanten.
    .remedy = Nennen Sie sie in mehreren Befehlen, oder geben Sie an, dass alle betroffen sind.
refusal-release-not_found =
    .cause = Ein Release mit diesem Namen wurde nicht angemeldet.
    .remedy = Melden Sie es zuerst an: tally release stage VERSION.
refusal-release-staged_before =
    .cause = Ein Release mit diesem Namen wurde bereits angemeldet.
    .remedy = Geben Sie dem neuen Build eine eigene Version.
refusal-release-bake_too_long =
    .cause = Die Bewährungszeit ist zu lang.
    .remedy = Wählen Sie eine kürzere Zeit.
refusal-release-descriptor_unfit =
    .cause = Die Prüfsumme des Deskriptors hat keine 64 hexadezimalen Ziffern.
    .remedy = Geben Sie den SHA-256 des ausgelieferten Deskriptors an, oder lassen Sie ihn weg.
refusal-release-over =
    .cause = Das Release ist bereits beendet.
    .remedy = Melden Sie eine andere Version an.
refusal-release-bake_too_short =
    .cause = Die Bewährungszeit ist noch nicht vorbei.
    .remedy = Lassen Sie die Prüfung weiterlaufen und versuchen Sie es danach erneut.
refusal-release-probe_failing =
    .cause = Die letzte Prüfung ist fehlgeschlagen.
    .remedy = Beheben Sie, was die Prüfung gefunden hat, oder brechen Sie das Release ab.
refusal-release-probe_missing =
    .cause = Die letzte erfolgreiche Prüfung ist zu lange her, oder es gab noch keine.
    .remedy =
        Führen Sie `tally probe` mit --release in kurzen Abständen aus: Nur Prüfungen, die
        aufeinander folgen, zählen als Bewährungszeit.
refusal-release-tenants_failing =
    .cause = Mandanten sind ausgefallen, während das Release sich bewähren sollte, und sind es noch.
    .remedy =
        Sehen Sie sich `tally diagnose` für jeden von ihnen an; brechen Sie das Release ab,
        wenn es die Ursache ist.
refusal-release-reason_unfit =
    .cause = Der Grund ist leer oder zu lang.
    .remedy = Geben Sie in wenigen Sätzen an, warum das Release abgebrochen wird.
refusal-ops-token_wrong =
    .cause = Das ist nicht das Token des Betreibers.
    .remedy =
        Verwenden Sie das Token des laufenden Servers: TALLY_OPS_TOKEN oder
        TALLY_OPS_TOKEN_FILE.
refusal-ops-token_missing =
    .cause = Dafür ist das Token des Betreibers nötig.
    .remedy =
        Melden Sie sich an, oder senden Sie das Token als Authorization: Bearer. Die
        Befehlszeile liest es aus TALLY_OPS_TOKEN oder TALLY_OPS_TOKEN_FILE.
refusal-ops-too_many_attempts =
    .cause = Von Ihrer Adresse kamen zu viele falsche Token.
    .remedy = Warten Sie eine Minute und verwenden Sie dann das richtige Token.
refusal-ops-host_unknown =
    .cause = Die Anfrage nennt einen Host, den dieser Listener nicht bedient.
    .remedy = Verwenden Sie localhost, 127.0.0.1, [::1] oder die Adresse in TALLY_OPS_LISTEN.
refusal-ops-cross_origin =
    .cause = Die Anfrage kommt nicht von den Seiten des Betreibers.
    .remedy =
        Öffnen Sie /ops an genau dieser Adresse und verwenden Sie dort das Formular.
        Programme verwenden /ops/api.
refusal-ops-tenant_unknown =
    .cause = Kein Mandant hat diese ID.
    .remedy =
        Die ausgefallenen Mandanten stehen auf /ops. Ein Administrator findet die ID seiner
        Site auf der Seite „Installationsdiagnose“.
refusal-ops-site_unknown =
    .cause = Über eine Site mit diesem Namen ist nichts bekannt.
    .remedy = Nennen Sie die Site mit ihrer Mandanten-ID, ihrem Client Key oder ihrer Adresse.

## Rows of imports that were refused.

refusal-import-row_empty =
    .cause = Die Zeile ist leer.
refusal-import-row_ragged =
    .cause = Die Zeile hat mehr Werte als die Kopfzeile.
refusal-import-quote_unclosed =
    .cause = Ein Anführungszeichen wird nicht geschlossen.
refusal-import-letters_unreadable =
    .cause = Die Zeile hat Zeichen, die in der Kodierung der Datei nicht lesbar sind.
refusal-asset-tag_taken =
    .cause = Diese Inventarnummer gehört bereits zu einem anderen Asset.
refusal-asset-tag_invalid =
    .cause = Eine Inventarnummer besteht aus 1 bis 64 Zeichen: Buchstaben, Ziffern und . _ / -
refusal-asset-name_empty =
    .cause = Die Bezeichnung ist leer.
refusal-asset-too_many_attributes =
    .cause = Ein Asset kann höchstens 64 Attribute haben.
refusal-schema-too_many_attributes =
    .cause = Ein Register kann höchstens 500 eigene Attribute haben.
