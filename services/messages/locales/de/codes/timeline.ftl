### What happened to an installation in German, by the stored names of the events. The English texts
### are in the view. The UI has the same texts in services/web/src/messages/de/server.ts.

timeline-tenant-installed =
    .summary = { $baseUrl } hat Tally mit dem Schlüssel { $fingerprint } installiert.
timeline-tenant-reinstalled =
    .summary =
        { $baseUrl } hat Tally mit dem Schlüssel { $fingerprint } neu installiert. Frühere
        Schlüssel werden nicht mehr akzeptiert.
timeline-tenant-shared_secret_rotated =
    .summary =
        Der Schlüssel { $fingerprint } hat { $previous } ersetzt, der noch bis
        { $previousUntil } akzeptiert wird.
timeline-tenant-installation_confirmed =
    .summary =
        Die Site hat ihre Installation bestätigt. Der Schlüssel { $fingerprint } war bereits
        bekannt.
timeline-tenant-candidate_secret_received =
    .summary =
        Eine ältere Installation hat den Schlüssel { $fingerprint } überbracht. Er wird mit
        der ersten Anfrage, die mit ihm signiert ist, zum aktuellen.
timeline-tenant-candidate_secret_promoted =
    .summary =
        Eine Anfrage war mit dem Kandidaten { $fingerprint } signiert. Er hat { $previous }
        ersetzt, der noch bis { $previousUntil } akzeptiert wird.
timeline-tenant-candidate_secret_discarded =
    .summary = Eine neuere Installation hat den Kandidaten { $fingerprint } überflüssig gemacht.
timeline-tenant-base_url_changed =
    .summary = Die Adresse der Site hat sich geändert: von { $from } zu { $to }.
timeline-tenant-enabled =
    .summary = Tally wurde aktiviert.
timeline-tenant-disabled =
    .summary = Tally wurde deaktiviert.
timeline-tenant-uninstalled =
    .summary =
        Die Site hat Tally deinstalliert. Ihre Daten bleiben erhalten, ihre Schlüssel werden
        nicht mehr akzeptiert.
