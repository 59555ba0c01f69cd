import { ask, fill, h } from '../dom';
import type { Issue, PageFacts } from './facts';
import { hrefOf, pathOfPage } from './links';

/** Keys of the issues every site has. */
const ISSUES = ['IT-1', 'IT-2', 'IT-3', 'IT-4', 'IT-5'];

/** A page of one heading and one sentence. */
export function showMessage(title: string, ...text: (string | Node)[]): HTMLElement {
  return h('section', { class: 'page message', role: 'alert' }, h('h1', {}, title), h('p', {}, ...text));
}

/** Says why the app cannot be opened here, with a link to the control page. */
export function describeAbsence(facts: PageFacts): (string | Node)[] {
  const state = facts.site.state.replace('_', ' ');
  return [`The app is ${state} on this site. The `, h('a', { href: facts.control }, 'control page'), ' can change this.'];
}

/** The home page: links to the app's pages, and a few issues. */
export function homePage(facts: PageFacts, main: HTMLElement): void {
  document.title = `Home - ${facts.site.name}`;
  const issues = h('ul', { class: 'issues' });
  fill(
    main,
    h(
      'section',
      { class: 'page' },
      h('h1', {}, `Hello, ${facts.user.displayName}`),
      h('h2', {}, 'Apps'),
      apps(facts),
      h('h2', {}, 'IT Service Desk'),
      issues,
    ),
  );
  void listIssues(issues);
}

function apps(facts: PageFacts): HTMLElement {
  const app = facts.app;
  if (!app) return h('p', { class: 'hint' }, ...describeAbsence(facts));
  const cards = [...app.generalPages, ...app.adminPages].map((page) => {
    const address = hrefOf(pathOfPage(app.key, page.key));
    return h('a', { class: 'app-card', href: address }, h('strong', {}, page.name), h('span', {}, app.name));
  });
  return h('div', { class: 'app-cards' }, ...cards);
}

async function listIssues(list: HTMLElement): Promise<void> {
  const issues = await Promise.all(ISSUES.map((key) => ask<Issue>(`/-/issue/${key}`)));
  const rows = issues.map((issue) =>
    h(
      'li',
      {},
      h('a', { href: hrefOf(`/browse/${issue.key}`) }, issue.key),
      h('span', {}, issue.fields.summary),
      h('span', { class: 'status' }, issue.fields.status.name),
    ),
  );
  fill(list, ...rows);
}

/** One made-up issue. */
export async function issuePage(main: HTMLElement, key: string): Promise<void> {
  const issue = await ask<Issue>(`/-/issue/${encodeURIComponent(key)}`);
  document.title = `${issue.key} ${issue.fields.summary}`;
  fill(
    main,
    h(
      'section',
      { class: 'page' },
      h('p', { class: 'crumbs' }, h('a', { href: hrefOf('/') }, 'IT Service Desk'), ` / ${issue.key}`),
      h('h1', {}, issue.fields.summary),
      h('p', {}, h('span', { class: 'status' }, issue.fields.status.name)),
      h('p', { class: 'hint' }, `Reported by ${issue.fields.reporter?.displayName ?? 'an unknown person'}`),
    ),
  );
}
