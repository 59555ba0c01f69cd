/** The control page: each site as a card with its state, its acts and its callbacks. */
import { SiteCard } from './control/card';
import type { State } from './control/state';
import { ask, fill, h, root } from './dom';
import { startTheme } from './theme';
import { themeButton } from './themeButton';

/** How often the page fetches the state, in milliseconds. */
const REFRESH_EVERY = 2000;

/** A first tour through the acts; the parts between asterisks are names of buttons. */
const STEPS = [
  'Press *install* on a site.',
  'Open the app as Agent in another tab and leave it open.',
  'Press *rotate* here, then continue to work there. The app must keep working.',
  'Press *break secret* and reload there: the app now shows what to do after a lost secret. *Repair secret* ends it.',
  'Press *swallow callbacks*, then *rotate*: a proxy answers in place of the app, which never receives the new ' +
    'secret. *Deliver callbacks* and *reinstall* end it.',
];

const cards = new Map<string, SiteCard>();
const grid = h('div', { class: 'grid' });
const app = h('p', { class: 'app', role: 'status' }, 'Checking whether the app answers...');
const problem = h('p', { class: 'outcome bad', role: 'alert', hidden: true });

startTheme();
draw();
void refresh();
void checkApp();
setInterval(() => void (document.hidden || refresh()), REFRESH_EVERY);

function draw(): void {
  fill(
    root(),
    h('a', { class: 'skip', href: '#sites' }, 'Skip to the sites'),
    h(
      'header',
      { class: 'top' },
      h('img', { src: '/static/mark.svg', alt: '', width: '32', height: '32' }),
      h('div', {}, h('h1', {}, 'Simulated Jira'), app),
      themeButton(),
    ),
    h(
      'main',
      { id: 'sites', tabindex: '-1' },
      h(
        'section',
        { class: 'lead' },
        h(
          'p',
          {},
          'This is not Jira. It simulates one: it installs the app on made-up sites, signs requests, ',
          'and sends on demand the callbacks that Jira sends in its own time.',
        ),
        h('ol', {}, ...STEPS.map((step) => h('li', {}, ...withEmphasis(step)))),
      ),
      problem,
      grid,
      addSite(),
    ),
  );
}

function withEmphasis(text: string): (HTMLElement | string)[] {
  return text.split('*').map((part, index) => (index % 2 === 1 ? h('b', {}, part) : part));
}

function addSite(): HTMLElement {
  const name = h('input', { id: 'new-site', required: true, pattern: '[a-z0-9](-?[a-z0-9])*', maxlength: '40' });
  const status = h('span', { role: 'status', class: 'soft' });
  const add = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await ask('/control/sites', { name: name.value });
      fill(status, `${name.value} was added.`);
      name.value = '';
    } catch (error) {
      fill(status, error instanceof Error ? error.message : String(error));
    }
    await refresh();
  };
  return h(
    'form',
    { class: 'add', submit: (event) => void add(event) },
    h('label', { for: 'new-site' }, 'Another site'),
    name,
    h('button', { type: 'submit' }, 'Add site'),
    status,
  );
}

async function refresh(): Promise<void> {
  try {
    const state = await ask<State>('/control/state');
    problem.hidden = true;
    for (const site of state.sites) {
      const known = cards.get(site.id);
      if (known) known.show(site);
      else {
        const card = new SiteCard(site, state.acts, refresh);
        cards.set(site.id, card);
        grid.append(card.element);
      }
    }
  } catch (error) {
    problem.hidden = false;
    fill(problem, `The host does not answer: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function checkApp(): Promise<void> {
  interface AppCheck {
    reachable: boolean;
    name?: string;
    key?: string;
    message?: string;
  }
  try {
    const found = await ask<AppCheck>('/control/app');
    app.classList.toggle('bad', !found.reachable);
    fill(app, found.reachable ? `The app answers: ${found.name ?? ''} (${found.key ?? ''})` : (found.message ?? ''));
  } catch {
    fill(app, 'The host does not answer.');
  }
}
