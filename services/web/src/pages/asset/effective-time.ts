import { dayOf, parseDay } from '../../day';

/**
 * The start of the chosen day, but not before the asset was registered that day, since there is
 * nothing to correct before that.
 */
export function effectiveTime(day: string, registeredAt: string): string {
  const start = parseDay(day) ?? new Date();
  const registered = new Date(registeredAt);
  return (dayOf(registered) === day && registered > start ? registered : start).toISOString();
}
