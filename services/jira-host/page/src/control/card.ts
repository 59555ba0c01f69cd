import { ask, fill, h } from '../dom';
import { colourMode, onColourMode } from '../theme';
import { CallbackLog } from './callbacks';
import { type ActResult, isAccepted, type Site, type State } from './state';

/** Acts by subject; an act that is not listed is shown under the last heading. */
const GROUPS: [string, string[]][] = [
  ['Installation', ['install', 'upgrade', 'disable', 'enable', 'uninstall', 'reinstall']],
  ['Secret', ['rotate', 'refresh', 'break-secret', 'repair-secret', 'swallow-callbacks', 'deliver-callbacks']],
  ['Site', ['rename', 'import', 'rest-down', 'rest-forbid', 'rest-up']],
];
const STATES = { not_installed: 'Not installed', installed: 'Installed', disabled: 'Disabled', uninstalled: 'Uninstalled' };
const ROLES: [string, string][] = [
  ['admin', 'Admin'],
  ['agent', 'Agent'],
  ['viewer', 'Viewer'],
];

/** A site: made once, then changed in place, so that focus and open entries are kept. */
export class SiteCard {
  readonly element: HTMLElement;
  private readonly heading = h('h2');
  private readonly badges = h('p', { class: 'badges' });
  private readonly facts = h('dl', { class: 'facts' });
  private readonly open = h('p', { class: 'open' });
  private readonly outcome = h('p', { class: 'outcome', role: 'status' }, "The app's answer appears here.");
  private readonly buttons = new Map<string, HTMLButtonElement>();
  private readonly log = new CallbackLog();
  private readonly newName = h('input', { placeholder: 'new name', 'aria-label': 'New name', size: '10' });
  private readonly withoutCallback = checkbox();
  private readonly keepNewSecret = checkbox();
  private readonly unsigned = checkbox();
  private drawn = '';

  constructor(
    private site: Site,
    acts: State['acts'],
    private readonly refresh: () => Promise<void>,
  ) {
    const known = GROUPS.flatMap(([, names]) => names);
    const rest = acts.map((act) => act.name).filter((name) => !known.includes(name));
    this.element = h(
      'article',
      { class: 'card' },
      h('div', { class: 'card-head' }, this.heading, this.badges),
      this.open,
      this.facts,
      this.outcome,
      ...GROUPS.map(([title, names], index) => {
        const listed = index === GROUPS.length - 1 ? [...names, ...rest] : names;
        return this.group(title, acts.filter((act) => listed.includes(act.name)));
      }),
      this.options(),
      h('h3', {}, 'Callbacks'),
      this.log.element,
    );
    this.show(site);
    onColourMode(() => fill(this.open, ...linksOf(this.site)));
  }

  show(site: Site): void {
    this.site = site;
    this.log.show(site.lastCallbacks);
    const key = JSON.stringify({ ...site, lastCallbacks: null, users: null });
    if (key === this.drawn) return;
    this.drawn = key;
    this.element.dataset['site'] = site.name;
    fill(this.heading, site.name);
    fill(this.badges, ...badgesOf(site));
    fill(this.open, ...linksOf(site));
    fill(this.facts, ...factsOf(site));
    for (const [name, button] of this.buttons) button.disabled = !site.can.includes(name);
    this.newName.disabled = !site.can.includes('rename');
  }

  private group(title: string, acts: State['acts']): HTMLElement {
    const rows = acts.map((act) => {
      const button = h('button', { type: 'button', click: () => void this.perform(act.name) }, titleOf(act.name));
      button.dataset['act'] = act.name;
      this.buttons.set(act.name, button);
      const named = act.name === 'rename' ? this.newName : null;
      return h('li', {}, h('span', { class: 'act' }, button, named), h('span', { class: 'soft' }, ...withCode(act.meaning)));
    });
    return h('section', { class: 'acts' }, h('h3', {}, title), h('ul', {}, ...rows));
  }

  private options(): HTMLElement {
    return h(
      'details',
      { class: 'options' },
      h('summary', {}, 'Options for all acts'),
      label(this.withoutCallback, 'Do not send the callback: the change takes effect and the app is not notified.'),
      label(this.keepNewSecret, 'After a refused callback, sign with the new secret instead of the old one.'),
      label(this.unsigned, 'On uninstall, send disabled late and without a token.'),
    );
  }

  private async perform(act: string): Promise<void> {
    this.say(`${act}...`, '');
    const options = {
      deliver: !this.withoutCallback.checked,
      keepOldOnFailure: !this.keepNewSecret.checked,
      unsignedDisabled: this.unsigned.checked,
      ...(act === 'rename' ? { to: this.newName.value.trim() } : {}),
    };
    try {
      const result = await ask<ActResult>(`/control/sites/${encodeURIComponent(this.site.name)}/${act}`, options);
      this.show(result.site);
      this.say(...describeResult(act, result, options.deliver));
      this.newName.value = '';
    } catch (error) {
      this.say(`${act}: ${error instanceof Error ? error.message : String(error)}`, 'bad');
    }
    await this.refresh();
  }

  private say(text: string, kind: string): void {
    this.outcome.className = `outcome ${kind}`;
    fill(this.outcome, text);
  }
}

function describeResult(act: string, result: ActResult, delivered: boolean): [string, string] {
  const { url, status, swallowed, body } = result.callback;
  const answer = body ? ` ${body.slice(0, 160)}` : '';
  if (!url) return [`${act}: done. No callback was sent.`, 'good'];
  if (!delivered) return [`${act}: done without a callback.`, 'good'];
  if (status === null) return [`${act}: the app did not answer.${answer}`, 'bad'];
  if (swallowed) return [`${act}: a proxy answered ${status}. The app received nothing.`, 'warn'];
  return isAccepted(status)
    ? [`${act}: the app answered ${status}.`, 'good']
    : [`${act}: the app refused with ${status}.${answer}`, 'bad'];
}

function badgesOf(site: Site): HTMLElement[] {
  const kind = { installed: 'good', disabled: 'warn', uninstalled: 'calm', not_installed: 'calm' }[site.state];
  const badges = [h('span', { class: `badge ${kind}` }, STATES[site.state])];
  if (site.secretKnownToApp === false) badges.push(h('span', { class: 'badge bad' }, 'The app does not know the secret'));
  if (site.handshakeFailed) badges.push(h('span', { class: 'badge bad' }, 'Last installed failed'));
  if (site.callbacksSwallowed) badges.push(h('span', { class: 'badge warn' }, 'A proxy swallows installed'));
  if (site.restDown) badges.push(h('span', { class: 'badge warn' }, 'REST is down'));
  if (site.restForbids) badges.push(h('span', { class: 'badge warn' }, 'REST forbids everything'));
  return badges;
}

function linksOf(site: Site): (HTMLElement | string)[] {
  return [
    'Open as ',
    ...ROLES.flatMap(([role, title]) => [
      h('a', { href: `${site.baseUrl}${site.appPage ?? '/'}?user=${role}&theme=${colourMode()}`, target: `${site.name}-${role}` }, title),
      ' ',
    ]),
  ];
}

function factsOf(site: Site): HTMLElement[] {
  const facts: [string, string][] = [
    ['Address', site.baseUrl],
    ['Client key', site.clientKey],
    ['App version', site.version > 0 ? `${site.appKey ?? ''} ${site.version}` : '-'],
    ['Secret', site.secretFingerprint ?? '-'],
  ];
  return facts.flatMap(([name, value]) => [h('dt', {}, name), h('dd', { class: 'mono' }, value)]);
}

function titleOf(act: string): string {
  const words = act.replace('-', ' ').replace(/^rest\b/, 'REST');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Shows the parts of a text between backticks as code. */
function withCode(text: string): (HTMLElement | string)[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? h('code', {}, part) : part));
}

function checkbox(): HTMLInputElement {
  return h('input', { type: 'checkbox' });
}

function label(box: HTMLInputElement, text: string): HTMLElement {
  return h('label', {}, box, h('span', {}, text));
}
