import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { createRef } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { Known } from '../src/pages/assets/query/completions';
import { QueryBar, type QueryBarHandle } from '../src/pages/assets/query/QueryBar';
import { fakeServer, renderAs, theSchema } from './support';

const known: Known = {
  schema: theSchema(),
  values: {
    type: [
      { value: 'Laptop', label: 'Laptop' },
      { value: 'Docking station', label: 'Docking station' },
    ],
    location: [],
    status: [],
    holder: [],
  },
};

const user = userEvent.setup({ delay: null });

function open(value = '') {
  const onRun = vi.fn();
  const handle = createRef<QueryBarHandle>();
  const { container } = renderAs(
    <QueryBar ref={handle} value={value} known={known} onRun={onRun} problemId={undefined} />,
    fakeServer({}).transport,
  );
  return { onRun, handle, container };
}

const field = () => screen.getByRole<HTMLInputElement>('combobox', { name: 'Query' });
const suggestions = () => screen.queryAllByRole('option').map((option) => option.textContent);
const chosen = () => document.getElementById(field().getAttribute('aria-activedescendant') ?? '');

describe('the query bar', () => {
  it('runs what was typed by Enter and by the button, and not before', async () => {
    const { onRun } = open();
    await user.type(field(), ' type = Laptop ');
    expect(onRun).not.toHaveBeenCalled();
    await user.keyboard('{Enter}');
    expect(onRun.mock.calls).toEqual([['type = Laptop']]);
    await user.click(screen.getByRole('button', { name: 'Run' }));
    expect(onRun).toHaveBeenCalledTimes(2);
  });

  it('goes back to what was run by Escape, once the suggestions are away', async () => {
    open('type = Laptop');
    await user.type(field(), ' AND ');
    expect(suggestions()).not.toEqual([]);
    await user.keyboard('{Escape}');
    expect(suggestions()).toEqual([]);
    expect(field().value).toBe('type = Laptop AND ');
    await user.keyboard('{Escape}');
    expect(field().value).toBe('type = Laptop');
  });

  it('clears', async () => {
    const { onRun } = open('type = Laptop');
    await user.click(screen.getByRole('button', { name: 'Clear the query' }));
    expect(onRun).toHaveBeenCalledWith('');
    expect(document.activeElement).toBe(field());
  });

  it('keeps the space between words that are pasted on two lines', async () => {
    open();
    await user.click(field());
    await user.paste('type = Laptop\nAND serial is EMPTY');
    expect(field().value).toBe('type = Laptop AND serial is EMPTY');
  });

  it('writes a whole query by keyboard alone', async () => {
    const { onRun } = open();
    await user.type(field(), 'ty');
    expect(suggestions()).toEqual(['type']);
    expect(field().getAttribute('aria-expanded')).toBe('true');
    await user.keyboard('{ArrowDown}{Enter}');
    expect(field().value).toBe('type ');
    await user.keyboard('{ArrowDown}{Tab}');
    expect(field().value).toBe('type = ');
    await user.keyboard('{ArrowUp}');
    expect(chosen()?.textContent).toBe('"Docking station"');
    expect(chosen()?.getAttribute('aria-selected')).toBe('true');
    await user.keyboard('{Enter}');
    expect(field().value).toBe('type = "Docking station" ');
    expect(suggestions()).toEqual(['AND', 'OR', 'ORDER BY']);
    expect(onRun).not.toHaveBeenCalled();
    await user.keyboard('{Enter}');
    expect(onRun.mock.calls).toEqual([['type = "Docking station"']]);
    expect(suggestions()).toEqual([]);
  });

  it('completes in the middle of a query, and the caret stays there', async () => {
    open();
    await user.type(field(), 'ty = Laptop', { initialSelectionStart: 0 });
    field().setSelectionRange(2, 2);
    await user.keyboard('p{ArrowDown}{Enter}');
    expect(field().value).toBe('type = Laptop');
    expect(field().selectionStart).toBe(5);
  });

  it('leaves Tab alone as long as no suggestion is chosen', async () => {
    open();
    await user.type(field(), 'st');
    await user.tab();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Run' }));
    expect(field().value).toBe('st');
    expect(suggestions()).toEqual([]);
  });

  it('takes a suggestion by a click and keeps the focus', async () => {
    open();
    await user.type(field(), 'type = ');
    await user.click(screen.getByRole('option', { name: 'Laptop' }));
    expect(field().value).toBe('type = Laptop ');
    expect(document.activeElement).toBe(field());
  });

  it('puts an expected word in its place, and the next one at the caret', async () => {
    const { handle } = open('type Laptop');
    handle.current?.correct({ from: 5, to: 11 }, '=');
    expect(await screen.findByDisplayValue('type = Laptop')).toBe(field());
    expect(document.activeElement).toBe(field());
    await user.keyboard('{End} ');
    handle.current?.correct({ from: 5, to: 11 }, 'AND');
    expect(await screen.findByDisplayValue('type = Laptop AND')).toBe(field());
  });

  it('explains itself and runs an example', async () => {
    const { onRun } = open();
    await user.click(screen.getByRole('button', { name: 'Query help' }));
    const help = await screen.findByRole('dialog', { name: 'Query help' });
    for (const name of ['Fields', 'Operators', 'Functions']) {
      expect(within(help).getByRole('table', { name })).toBeTruthy();
    }
    await user.click(within(help).getByRole('button', { name: /^holder = currentUser\(\)/ }));
    expect(onRun.mock.calls).toEqual([['holder = currentUser() ORDER BY name']]);
    expect(field().value).toBe('holder = currentUser() ORDER BY name');
  });

  it('has no accessibility fault that can be seen without layout, with suggestions and with help', async () => {
    const { container } = open();
    const faults = async (node: Element) => {
      const { violations } = await axe.run(node, {
        // A part of a page has no landmarks of its own.
        rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
      });
      return violations.map(({ id }) => id);
    };
    await user.type(field(), 't');
    await user.keyboard('{ArrowDown}');
    expect(await faults(container)).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Query help' }));
    expect(await faults(await screen.findByRole('dialog', { name: 'Query help' }))).toEqual([]);
  });
});
