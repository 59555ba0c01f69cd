import type { TextsOf } from '../catalogue';

const texts: TextsOf<'evidence'> = {
  'evidence.times': '{count, plural, one {einmal am {last}} other {#-mal zwischen {first} und {last}}}',
  'evidence.requests_unverified':
    'Anfragen, die kein Schlüssel dieser Site bestätigt, kamen {times}. Seit der ersten wurde keine bestätigt.',
  'evidence.last_secret':
    'Jira hat zuletzt am {at} einen Schlüssel gesendet. Danach kam kein Callback mehr, weder ein angenommener noch ein abgelehnter.',
  'evidence.last_uninstalled':
    'Der letzte Callback, der Tally erreicht hat, meldet die Deinstallation der App. Danach kam kein Callback mehr, weder ein angenommener noch ein abgelehnter.',
  'evidence.never_installed': 'Token der Site kamen {times}, aber ihre Installation hat Tally nie erreicht.',
  'evidence.replaced_secret_in_use':
    'Anfragen, die mit einem ersetzten Schlüssel signiert sind, kamen {times}: Jira hat den neueren nicht übernommen.',
  'evidence.install_refused': 'Der Callback „installed“ von Jira wurde am {at} mit {code} abgelehnt.',
  'evidence.unverified_since': 'Seitdem kamen Anfragen, die kein Schlüssel bestätigt, {times}.',
  'evidence.previous_secret_in_use':
    'Der aktuelle Schlüssel kam am {since}. Die Site signiert noch mit dem vorherigen, der bis {until} akzeptiert wird.',
  'evidence.calls_refused': 'Jira hat Anfragen von Tally {times} mit {status} beantwortet.',
  'evidence.calls_to_wait':
    'Jira hat Anfragen von Tally {times} mit {status} beantwortet und verlangt, {seconds} Sekunden zu warten.',
  'evidence.requests_verify': 'Anfragen von Jira werden bestätigt, zuletzt am {at}.',
  'evidence.secrets_unopened':
    'Die Schlüssel der Site ließen sich für Anfragen nicht öffnen, die {times} kamen. Seitdem wurde keine bestätigt.',
  'evidence.install_for_another_address':
    'Der Callback „installed“ vom {at} wurde für eine andere Basisadresse ausgestellt.',
  'evidence.callbacks_not_from_jira':
    'Callbacks, die nicht von Jira stammen können: {count} in einer Woche, der letzte am {at} mit {code}.',
  'evidence.callbacks_with_another_secret':
    'Callbacks, die den Schlüssel ersetzt hätten, wurden abgelehnt: {count} in einer Woche, der letzte am {at} mit {code}.',
  'evidence.install_key_unknown':
    'Der Callback „installed“ vom {at} ist mit einem Schlüssel signiert, den der Schlüsselserver nicht kennt.',
  'evidence.install_keys_unavailable':
    'Der Callback „installed“ vom {at} konnte nicht geprüft werden, weil der Schlüsselserver keinen Schlüssel lieferte.',
  'evidence.no_install_since':
    'Der Callback „installed“ vom {at} wurde mit {code} abgelehnt, und seitdem wurde keiner angenommen.',
  'evidence.installs_repeated':
    '„installed“ wurde {count}-mal zwischen {first} und {last} abgelehnt, zuletzt mit {code}, und die Site wurde währenddessen nicht benutzt.',
  'evidence.tokens_mismatched': 'Echte Token passten {times} nicht zu ihrer Anfrage.',
  'evidence.install_mismatched': 'Der Callback „installed“ vom {at} passte nicht zu seinem eigenen Token.',
  'evidence.tokens_mismatched_everywhere':
    'Echte Token passten {times} nicht zu ihrer Anfrage, und seitdem öffnete sich keine Seite.',
  'evidence.tokens_mismatched_somewhere':
    'Echte Token passten {times} nicht zu ihrer Anfrage, während sich andere Seiten öffneten.',
  'evidence.request_token_at_api':
    'Die API erhielt {times} ein Token, das für eine andere Anfrage ausgestellt ist.',
  'evidence.context_token_at_page': 'Eine Seite oder ein Callback erhielt {times} ein Kontexttoken.',
  'evidence.expired_at_api':
    'Die API erhielt {times} abgelaufene Token, das letzte {seconds} Sekunden nach seinem Ablauf.',
  'evidence.tokens_early': 'Token aus der Zukunft kamen {times}, das letzte {seconds} Sekunden zu früh.',
  'evidence.install_out_of_time':
    'Der Callback „installed“ vom {at} war abgelaufen oder noch nicht gültig, als er ankam.',
  'evidence.pages_expired':
    'Token von Seiten, die gerade geöffnet wurden, waren {times} abgelaufen, das letzte seit {seconds} Sekunden. Seitdem öffnete sich keine Seite.',
  'evidence.disabled_around_uninstall': 'Er kam am {at}, etwa zur Zeit der Deinstallation.',
  'evidence.disabled_alone': 'Er kam am {at}.',
  'evidence.framed_elsewhere':
    'Am {at} zeigte Jira eine Seite unter {origin}; Tally kennt die Site unter {known}.',
  'evidence.calls_redirected': '{site} hat Anfragen von Tally {times} umgeleitet.',
  'evidence.calls_not_found': '{site} hat Anfragen von Tally {times} mit 404 beantwortet.',
  'evidence.calls_unanswered': '{site} hat Anfragen von Tally {times} nicht beantwortet.',
  'evidence.calls_failed': '{site} hat Anfragen von Tally {times} mit eigenen Fehlern beantwortet.',
  'evidence.log_fails': 'Seit {at} kann Tally sein Ereignisprotokoll nicht schreiben.',
  'evidence.uninstall_refused':
    'Der Callback „uninstalled“ vom {at} wurde abgelehnt, und seitdem wurde keine Anfrage der Site bestätigt.',
  'evidence.silent_since': 'Seit {at} wurde keine Anfrage der Site bestätigt.',
  'evidence.handshake_before_version':
    'Version {version} vom {staged} hat geändert, was Tally Jira anbietet, und der letzte Handshake der Site ist vom {handshake}.',
};

export default texts;
