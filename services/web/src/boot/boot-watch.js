/*
 * Explains why nothing appears. Loaded before the host's script and outside the bundle, in the
 * oldest syntax, so that it runs even when everything else is blocked, missing or too new for the
 * browser. When the app has not marked the root element as started after five seconds, or its
 * script failed to load, the waiting line gives way to an explanation.
 */
(function () {
  var WAIT_MS = 5000;
  var TEXTS = {
    en: {
      title: 'Tally could not start',
      notYet: 'Tally has not started yet',
      bridge: "Jira's script for embedded apps did not load, so Tally cannot find out who you are.",
      bridgeRemedy:
        'Open Tally from the menu in Jira. If you did, allow scripts from atl-paas.net and atlassian.net in your browser, ad blocker or proxy, then try again.',
      bundle: 'A part of the page could not be loaded.',
      start: 'The page did not start within five seconds.',
      startRemedy:
        'Try again. If that does not help, use a current browser and check that nothing blocks scripts from this site.',
      keepsTrying: 'This page keeps trying, and opens as soon as everything has loaded.',
      remedy: 'What to do',
      code: 'Code: ',
      retry: 'Try again'
    },
    de: {
      title: 'Tally konnte nicht starten',
      notYet: 'Tally ist noch nicht gestartet',
      bridge:
        'Das Skript von Jira f\u00fcr eingebettete Apps wurde nicht geladen. Deshalb kann Tally nicht feststellen, wer Sie sind.',
      bridgeRemedy:
        '\u00d6ffnen Sie Tally \u00fcber das Men\u00fc in Jira. Falls Sie das getan haben, erlauben Sie im Browser, Werbeblocker oder Proxy Skripte von atl-paas.net und atlassian.net und versuchen Sie es erneut.',
      bundle: 'Ein Teil der Seite konnte nicht geladen werden.',
      start: 'Die Seite ist nicht innerhalb von f\u00fcnf Sekunden gestartet.',
      startRemedy:
        'Versuchen Sie es erneut. Hilft das nicht, verwenden Sie einen aktuellen Browser und pr\u00fcfen Sie, ob etwas die Skripte dieser Site blockiert.',
      keepsTrying: 'Diese Seite versucht es weiter und \u00f6ffnet sich, sobald alles geladen ist.',
      remedy: 'Was zu tun ist',
      code: 'Code: ',
      retry: 'Erneut versuchen'
    }
  };
  var failedScript = false;
  var shown = false;

  function isStarted() {
    return document.documentElement.getAttribute('data-tally') === 'started';
  }

  /**
   * The host names the reader's locale in the frame's address; without it the browser's language
   * counts.
   */
  function readLanguage() {
    var named = /[?&]loc=([a-zA-Z]+)/.exec(window.location.search);
    var language = (named ? named[1] : window.navigator.language || '').slice(0, 2).toLowerCase();
    return language === 'de' ? 'de' : 'en';
  }

  function makeElement(name, text, style) {
    var node = document.createElement(name);
    if (text) node.appendChild(document.createTextNode(text));
    if (style) node.setAttribute('style', style);
    return node;
  }

  function findReason(texts) {
    if (!window.AP) {
      return { code: 'host.bridge_missing', cause: texts.bridge, remedy: texts.bridgeRemedy };
    }
    return {
      code: failedScript ? 'ui.bundle_failed' : 'ui.not_started',
      cause: failedScript ? texts.bundle : texts.start,
      remedy: texts.startRemedy
    };
  }

  function retry() {
    // The frame's own address carries a token that may have expired, so the whole Jira page is
    // loaded again.
    if (window.AP && window.AP.navigator && window.AP.navigator.reload) window.AP.navigator.reload();
    else window.location.reload();
  }

  function readMeta(name) {
    var found = document.querySelector('meta[name="' + name + '"]');
    return found ? found.getAttribute('content') : null;
  }

  function sendReport(code) {
    try {
      var body = { code: code, page: readMeta('tally-page') };
      var ref = readMeta('tally-page-ref');
      if (ref) body.ref = ref;
      var request = new XMLHttpRequest();
      request.open('POST', '/api/v1/client-errors');
      request.setRequestHeader('Content-Type', 'application/json');
      request.send(JSON.stringify(body));
    } catch (_) {
      // A report that cannot be sent must not spoil the explanation.
    }
  }

  /**
   * The element to write into. While the host's script hangs, the document stops at it and may have
   * no body yet; the element made then is removed when the app starts after all.
   */
  function findRoot() {
    var root = document.getElementById('root');
    if (root) return root;
    if (!document.body) document.documentElement.appendChild(document.createElement('body'));
    root = document.createElement('div');
    root.id = 'tally-boot';
    document.body.appendChild(root);
    return root;
  }

  var HEADING = 'font-size:16px;font-weight:600;margin:0 0 4px;color:inherit;text-transform:none';
  var PARAGRAPH = 'margin:0 0 20px';

  function makeExplanation(language, reason) {
    var texts = TEXTS[language];
    var isDark = document.documentElement.getAttribute('data-color-mode') === 'dark';
    var main = makeElement(
      'main',
      '',
      'max-width:36rem;margin:4rem auto;padding:0 1.5rem;font:14px/20px -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,sans-serif;color:' +
        (isDark ? '#ced0d6' : '#292a2e')
    );
    main.lang = language;
    var cause = makeElement('p', reason.cause, PARAGRAPH);
    cause.setAttribute('role', 'alert');
    var button = makeElement(
      'button',
      texts.retry,
      'border:0;border-radius:3px;padding:6px 12px;font:inherit;font-weight:500;cursor:pointer;background:#1868db;color:#fff'
    );
    button.type = 'button';
    button.onclick = retry;
    main.appendChild(
      makeElement(
        'h1',
        failedScript ? texts.title : texts.notYet,
        'font-size:24px;line-height:28px;margin:0 0 12px;color:inherit'
      )
    );
    main.appendChild(cause);
    if (!failedScript) main.appendChild(makeElement('p', texts.keepsTrying, PARAGRAPH));
    main.appendChild(makeElement('h2', texts.remedy, HEADING));
    main.appendChild(makeElement('p', reason.remedy, PARAGRAPH));
    main.appendChild(
      makeElement('p', texts.code + reason.code, PARAGRAPH + ';font-family:ui-monospace,monospace')
    );
    main.appendChild(button);
    return main;
  }

  function explain() {
    if (shown || isStarted()) return;
    shown = true;
    var language = readLanguage();
    var reason = findReason(TEXTS[language]);
    var root = findRoot();
    root.innerHTML = '';
    root.appendChild(makeExplanation(language, reason));
    sendReport(reason.code);
  }

  window.addEventListener(
    'error',
    function (event) {
      var target = event.target;
      if (!target || target.tagName !== 'SCRIPT' || isStarted()) return;
      failedScript = true;
      if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', explain);
      else explain();
    },
    true
  );
  setTimeout(explain, WAIT_MS);
})();
