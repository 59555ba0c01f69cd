import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { DayField } from '../src/components/DayField';

const user = userEvent.setup({ delay: null });

function open() {
  const onChange = vi.fn();
  function Page() {
    const [day, setDay] = useState('');
    const change = (next: string) => {
      onChange(next);
      setDay(next);
    };
    return <DayField label="Due back" value={day} onChange={change} hint="Optional." />;
  }
  render(<Page />);
  return onChange;
}

const type = async (text: string) => user.type(screen.getByRole('combobox', { name: /Due back/ }), text);

describe('a field for a day', () => {
  it('takes a typed day that has one meaning, and shows it in words', async () => {
    const onChange = open();
    await type('2026-04-03{Enter}');
    await waitFor(() => expect(onChange).toHaveBeenCalledWith('2026-04-03'));
    expect(screen.getByText('Friday, April 3, 2026')).toBeTruthy();
    expect(screen.getByText('Optional.')).toBeTruthy();
  });

  it.each(['3/4/2026', 'next week', '3.4.26'])(
    'takes no day where %s is typed, and says why',
    async (typed) => {
      const onChange = open();
      await type(`${typed}{Enter}`);
      const said = await screen.findByRole('alert');
      expect(said.textContent).toMatch(typed === '3/4/2026' ? /two days/ : /not a day/);
      expect(onChange).not.toHaveBeenCalled();
    },
  );
});
