/** The control page: every site as a card with its state, its acts and its callbacks. */
import { SiteCard } from './control/card';
import type { State } from './control/state';
import { ask, fill, h, root } from './dom';
import { startTheme } from './theme';
import { themeButton } from './themeButton';

/** How often the page looks whether something has changed, in milliseconds. */
const LOOK_EVERY = 2000;

const cards = new Map<string, SiteCard>();
const grid = h('div', { class: 'grid' });
const app = h('p', { class: 'app', role: 'status' }, 'Looking for the app...');
const trouble = h('p', { class: 'outcome bad', role: 'alert', hidden: true });

startTheme();
draw();
void look();
void probe();
setInterval(() => void (document.hidden || look()), LOOK_EVERY);

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
        h('p', {}, 'This is not Jira. It installs the app on made-up sites, signs for it, and does on demand what the real one does when nobody is looking.'),
        h(
          'ol',
          {},
          h('li', {}, 'Press ', h('b', {}, 'install'), ' on a site.'),
          h('li', {}, 'Open the app as Agent in another tab and leave it open.'),
          h('li', {}, 'Press ', h('b', {}, 'rotate'), ' here, then go on working there: nothing happens, and that is the point.'),
          h('li', {}, 'Press ', h('b', {}, 'break secret'), ' and reload there: this is what a lost secret looks like. ', h('b', {}, 'mend secret'), ' repairs it.'),
          h('li', {}, 'Press ', h('b', {}, 'swallow callbacks'), ', then ', h('b', {}, 'rotate'), ': a proxy says yes in the name of the app. ', h('b', {}, 'deliver callbacks'), ' and ', h('b', {}, 'reinstall'), ' end it.'),
        ),
      ),
      trouble,
      grid,
      addSite(),
    ),
  );
}

function addSite(): HTMLElement {
  const name = h('input', { id: 'new-site', required: true, pattern: '[a-z0-9](-?[a-z0-9])*', maxlength: '40' });
  const said = h('span', { role: 'status', class: 'soft' });
  const add = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await ask('/control/sites', { name: name.value });
      fill(said, `${name.value} was added.`);
      name.value = '';
    } catch (error) {
      fill(said, error instanceof Error ? error.message : String(error));
    }
    await look();
  };
  return h(
    'form',
    { class: 'add', submit: (event) => void add(event) },
    h('label', { for: 'new-site' }, 'Another site'),
    name,
    h('button', { type: 'submit' }, 'Add site'),
    said,
  );
}

async function look(): Promise<void> {
  try {
    const state = await ask<State>('/control/state');
    trouble.hidden = true;
    for (const site of state.sites) {
      const known = cards.get(site.id);
      if (known) known.show(site);
      else {
        const card = new SiteCard(site, state.acts, look);
        cards.set(site.id, card);
        grid.append(card.element);
      }
    }
  } catch (error) {
    trouble.hidden = false;
    fill(trouble, `The host does not answer: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function probe(): Promise<void> {
  interface Probe {
    reachable: boolean;
    name?: string;
    key?: string;
    message?: string;
  }
  try {
    const found = await ask<Probe>('/control/app');
    app.classList.toggle('bad', !found.reachable);
    fill(app, found.reachable ? `The app answers: ${found.name ?? ''} (${found.key ?? ''})` : (found.message ?? ''));
  } catch {
    fill(app, 'The host does not answer.');
  }
}
