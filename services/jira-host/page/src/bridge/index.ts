/**
 * The host's half of the bridge, over the vendor's own simple-xdm.
 *
 * To add a method: declare it in its module with its real parameters and the reply last (the bridge
 * counts declared parameters); wrap it in `promised` when frames await it. To add a module: a file here
 * and a line below.
 */
import host from 'simple-xdm/host';
import { contextModule } from './context';
import { dialogModule } from './dialog';
import { envModule } from './env';
import { eventsModule } from './events';
import { flagModule } from './flag';
import { historyModule } from './history';
import { navigatorModule } from './navigator';
import type { Session } from './session';
import { themingModule } from './theming';
import { userModule } from './user';
import { promised } from './wire';

/** Registers all modules for the frames that will be made. */
export function defineModules(session: Session): void {
  host.defineModule('context', contextModule(session));
  host.defineModule('user', userModule(session));
  host.defineModule('env', envModule);
  host.defineModule('navigator', navigatorModule(session));
  host.defineModule('history', historyModule);
  host.defineModule('flag', flagModule);
  host.defineModule('dialog', dialogModule(session));
  host.defineModule('events', eventsModule);
  host.defineModule('theming', themingModule);
  host.defineModule('_analytics', {
    trackDeprecatedMethodUsed: (_name: unknown, _reply: unknown) => undefined,
    trackIframePerformanceMetrics: (_metrics: unknown, _reply: unknown) => undefined,
    trackWebVitals: (_metrics: unknown, _reply: unknown) => undefined,
  });
  host.defineGlobals({
    request: promised(async (_options: unknown) => {
      throw new Error('the simulated Jira answers its REST interface to the app only, not to AP.request');
    }),
    getLocation: envModule.getLocation,
  });
}
