/** The evidence of findings, by the server's codes. */
export default {
  // When something happened, within the texts below.
  'evidence.times': '{count, plural, one {once at {last}} other {# times from {first} to {last}}}',
  'evidence.requests_unverified':
    'Requests that no secret of this site verifies came {times}, and none verified since the first.',
  'evidence.last_secret': 'Jira last sent a secret at {at}; no newer callback came, accepted or refused.',
  'evidence.last_uninstalled':
    'The last callback that reached Tally says that the site uninstalled the app; no newer callback came, accepted or refused.',
  'evidence.never_installed': 'Tokens of the site came {times}, and its installation never reached Tally.',
  'evidence.replaced_secret_in_use':
    'Requests signed with a replaced secret came {times}: Jira did not adopt the newer one.',
  'evidence.install_refused': "Jira's callback “installed” was refused at {at} with {code}.",
  'evidence.unverified_since': 'Since then, requests that no secret verifies came {times}.',
  'evidence.previous_secret_in_use':
    'The secret in force came at {since}, and the site still signs with the one before, which is accepted until {until}.',
  'evidence.calls_refused': "Jira answered Tally's calls with {status} {times}.",
  'evidence.calls_to_wait':
    "Jira answered Tally's calls with {status} {times}, and asked to wait {seconds} s.",
  'evidence.requests_verify': 'Requests from Jira verify, the last at {at}.',
  'evidence.secrets_unopened':
    'The secrets of the site did not open for requests that came {times}, and none verified since.',
  'evidence.install_for_another_address': 'The “installed” callback of {at} was made for another base URL.',
  'evidence.callbacks_not_from_jira':
    'Callbacks that cannot have come from Jira: {count} within a week, the last at {at} with {code}.',
  'evidence.callbacks_with_another_secret':
    'Callbacks that would have replaced the secret. They were refused: {count} within a week, the last at {at} with {code}.',
  'evidence.install_key_unknown':
    'The “installed” callback of {at} is signed with a key that the key server does not know.',
  'evidence.install_keys_unavailable':
    'The “installed” callback of {at} could not be verified, because the key server returned no key.',
  'evidence.no_install_since':
    'The “installed” callback of {at} was refused with {code}, and none was accepted since.',
  'evidence.installs_repeated':
    '“installed” was refused {count} times from {first} to {last}, last with {code}, and the site was not used meanwhile.',
  'evidence.tokens_mismatched': 'Genuine tokens did not match their request {times}.',
  'evidence.install_mismatched': 'The “installed” callback of {at} did not match its own token.',
  'evidence.tokens_mismatched_everywhere':
    'Genuine tokens did not match their request {times}, and no page opened since.',
  'evidence.tokens_mismatched_somewhere':
    'Genuine tokens did not match their request {times}, while other pages opened.',
  'evidence.request_token_at_api': 'The API received a token made for another request {times}.',
  'evidence.context_token_at_page': 'A page or a callback received a context token {times}.',
  'evidence.expired_at_api':
    'The API received expired tokens {times}, the last {seconds} s after its expiry.',
  'evidence.tokens_early': 'Tokens from the future came {times}, the last {seconds} s early.',
  'evidence.install_out_of_time':
    'The “installed” callback of {at} was expired or not valid yet when it came.',
  'evidence.pages_expired':
    'Tokens of pages that were being opened had expired {times}, the last by {seconds} s, and no page opened since.',
  'evidence.disabled_around_uninstall': 'It came at {at}, around the uninstall.',
  'evidence.disabled_alone': 'It came at {at}.',
  'evidence.framed_elsewhere': 'At {at} Jira showed a page at {origin}; Tally knows the site at {known}.',
  'evidence.calls_redirected': "{site} redirected Tally's calls {times}.",
  'evidence.calls_not_found': "{site} answered Tally's calls with 404 {times}.",
  'evidence.calls_unanswered': "{site} did not answer Tally's calls {times}.",
  'evidence.calls_failed': "{site} answered Tally's calls with errors of its own {times}.",
  'evidence.log_fails': 'Tally cannot write its event log since {at}.',
  'evidence.uninstall_refused':
    'Its “uninstalled” callback of {at} was refused, and no request of the site verified since.',
  'evidence.silent_since': 'No request of the site has verified since {at}.',
  'evidence.handshake_before_version':
    "Version {version} of {staged} changed what Tally offers Jira, and the site's last handshake is of {handshake}.",
} as const;
