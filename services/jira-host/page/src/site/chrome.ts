import { h } from '../dom';
import { onColourMode } from '../theme';
import { themeButton } from '../themeButton';
import type { Link, PageFacts } from './facts';
import { hrefAs, hrefOf, pathOfPage } from './links';

/** The bar at the top: site, the app's pages, administration, theme, and the person. */
export function chrome(facts: PageFacts): HTMLElement[] {
  const skip = h('a', { class: 'skip', href: '#content' }, 'Skip to content');
  const bar = h(
    'header',
    { class: 'bar' },
    h(
      'a',
      { class: 'brand', 'data-kept': '/', href: hrefOf('/') },
      h('img', { src: '/static/mark.svg', alt: '', width: '24', height: '24' }),
      h('span', {}, facts.site.name),
      h('small', {}, 'simulated Jira'),
    ),
    navigation(facts),
    h('div', { class: 'bar-end' }, h('a', { class: 'quiet', href: facts.control }, 'Control'), themeButton(), people(facts)),
  );
  closeMenusOnEscape(bar);
  // The theme can be in the address; links made before a switch need the new one.
  onColourMode(() => {
    for (const link of bar.querySelectorAll<HTMLAnchorElement>('a[data-kept]')) {
      link.href = hrefOf(link.dataset['kept'] ?? '/');
    }
    for (const link of bar.querySelectorAll<HTMLAnchorElement>('a[data-role]')) {
      link.href = hrefAs(link.dataset['role'] ?? 'admin');
    }
  });
  return [skip, bar];
}

function navigation(facts: PageFacts): HTMLElement {
  const app = facts.app;
  if (!app) return h('nav', { 'aria-label': 'Site' });
  const admin = app.adminPages.map((page) => h('li', {}, pageLink(app.key, page)));
  return h(
    'nav',
    { 'aria-label': 'Site' },
    ...app.generalPages.map((page) => pageLink(app.key, page)),
    admin.length > 0 ? menu('Administration', 'Administration', h('ul', {}, ...admin)) : null,
  );
}

function pageLink(appKey: string, page: Link): HTMLElement {
  const path = pathOfPage(appKey, page.key);
  const here = location.pathname === path;
  return h('a', { 'data-kept': path, href: hrefOf(path), 'aria-current': here ? 'page' : undefined }, page.name);
}

function people(facts: PageFacts): HTMLElement {
  const links = facts.users.map((person) => {
    const here = person.accountId === facts.user.accountId;
    const attributes = { 'data-role': person.role, href: hrefAs(person.role), 'aria-current': here ? 'true' : undefined };
    return h('li', {}, h('a', attributes, person.displayName, h('small', {}, person.role)));
  });
  const who = h('span', { class: 'avatar', 'data-role-colour': facts.user.role, 'aria-hidden': 'true' }, facts.user.initials);
  const label = h('span', { class: 'who' }, facts.user.displayName);
  return menu([who, label], 'View as', h('p', {}, 'View this page as'), h('ul', {}, ...links));
}

function menu(label: string | Node[], title: string, ...content: HTMLElement[]): HTMLElement {
  const summary = h('summary', { title }, ...(typeof label === 'string' ? [label] : label));
  return h('details', { class: 'menu' }, summary, h('div', { class: 'menu-body' }, ...content));
}

function closeMenusOnEscape(bar: HTMLElement): void {
  const menus = (): HTMLDetailsElement[] => [...bar.querySelectorAll<HTMLDetailsElement>('details[open]')];
  bar.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const open of menus()) {
      open.open = false;
      open.querySelector('summary')?.focus();
    }
  });
  const closeOthers = (event: Event): void => {
    for (const open of menus()) if (!open.contains(event.target as Node)) open.open = false;
  };
  document.addEventListener('click', closeOthers);
  // A click into the app's frame is noticed here only as loss of focus.
  window.addEventListener('blur', () => menus().forEach((open) => (open.open = false)));
}
