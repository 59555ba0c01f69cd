/*
 * Says why nothing appears. Loaded before the host's script and outside the bundle, in the oldest syntax, so that it
 * runs even when everything else is blocked, missing or too new for the browser. When the app has not marked the root
 * element as started after five seconds, or its script failed to load, the waiting line gives way to an explanation.
 */
(function () {
  var WAIT_MS = 5000;
  var failedScript = false;
  var shown = false;

  function started() {
    return document.documentElement.getAttribute('data-tally') === 'started';
  }

  function element(name, text, style) {
    var node = document.createElement(name);
    if (text) node.appendChild(document.createTextNode(text));
    if (style) node.setAttribute('style', style);
    return node;
  }

  function reason() {
    if (!window.AP) {
      return {
        code: 'host.bridge_missing',
        cause: "Jira's script for embedded apps did not load, so Tally cannot tell who you are.",
        you: 'Open Tally from the menu in Jira. If you did, allow scripts from atl-paas.net and atlassian.net in your browser, ad blocker or proxy, then try again.'
      };
    }
    return {
      code: failedScript ? 'ui.bundle_failed' : 'ui.not_started',
      cause: failedScript
        ? 'A part of the page could not be loaded.'
        : 'The page was loaded but did not start within five seconds.',
      you: 'Try again. If it stays like this, use a current browser and check that nothing blocks scripts of this site.'
    };
  }

  function retry() {
    // The frame's own address carries a token that may have expired, so the whole Jira page is loaded again.
    if (window.AP && window.AP.navigator && window.AP.navigator.reload) window.AP.navigator.reload();
    else window.location.reload();
  }

  function meta(name) {
    var found = document.querySelector('meta[name="' + name + '"]');
    return found ? found.getAttribute('content') : null;
  }

  function report(code) {
    try {
      var said = { code: code, page: meta('tally-page') };
      var ref = meta('tally-page-ref');
      if (ref) said.ref = ref;
      var request = new XMLHttpRequest();
      request.open('POST', '/api/v1/client-errors');
      request.setRequestHeader('Content-Type', 'application/json');
      request.send(JSON.stringify(said));
    } catch (_) {
      // A report that cannot be sent must not spoil the explanation.
    }
  }

  /**
   * Where to write. While the host's script hangs, the document stops at it and may have no body yet; the place made
   * then is taken away when the app starts after all.
   */
  function place() {
    var root = document.getElementById('root');
    if (root) return root;
    if (!document.body) document.documentElement.appendChild(document.createElement('body'));
    root = document.createElement('div');
    root.id = 'tally-boot';
    document.body.appendChild(root);
    return root;
  }

  function explain() {
    if (shown || started()) return;
    shown = true;
    var root = place();
    var why = reason();
    var dark = document.documentElement.getAttribute('data-color-mode') === 'dark';
    var main = element(
      'main',
      '',
      'max-width:36rem;margin:4rem auto;padding:0 1.5rem;font:14px/20px -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,sans-serif;color:' +
        (dark ? '#ced0d6' : '#292a2e')
    );
    main.appendChild(
      element('h1', 'Tally could not start', 'font-size:24px;line-height:28px;margin:0 0 12px;color:inherit')
    );
    var cause = element('p', why.cause, 'margin:0 0 20px');
    cause.setAttribute('role', 'alert');
    main.appendChild(cause);
    main.appendChild(
      element(
        'h2',
        'What you can do',
        'font-size:16px;font-weight:600;margin:0 0 4px;color:inherit;text-transform:none'
      )
    );
    main.appendChild(element('p', why.you, 'margin:0 0 20px'));
    main.appendChild(
      element(
        'h2',
        'What your Jira admin can do',
        'font-size:16px;font-weight:600;margin:0 0 4px;color:inherit;text-transform:none'
      )
    );
    main.appendChild(
      element(
        'p',
        'In Jira settings under Apps, Manage apps: check that Tally is enabled, then choose Update. If nothing helps, uninstall and install it again; your data is kept.',
        'margin:0 0 20px'
      )
    );
    main.appendChild(element('p', 'Code: ' + why.code, 'margin:0 0 20px;font-family:ui-monospace,monospace'));
    var button = element(
      'button',
      'Try again',
      'border:0;border-radius:3px;padding:6px 12px;font:inherit;font-weight:500;cursor:pointer;background:#1868db;color:#fff'
    );
    button.type = 'button';
    button.onclick = retry;
    main.appendChild(button);
    root.innerHTML = '';
    root.appendChild(main);
    report(why.code);
  }

  window.addEventListener(
    'error',
    function (event) {
      var target = event.target;
      if (!target || target.tagName !== 'SCRIPT' || started()) return;
      failedScript = true;
      if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', explain);
      else explain();
    },
    true
  );
  setTimeout(explain, WAIT_MS);
})();
