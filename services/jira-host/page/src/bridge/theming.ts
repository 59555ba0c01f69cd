import host from 'simple-xdm/host';
import { type ColourMode, colourMode, onColourMode } from '../theme';
import { replyIn } from './wire';

/** Ids of the frames that asked for themes. */
const followers = new Set<string>();

function themeOf(mode: ColourMode): object {
  return { colorMode: mode, light: 'light', dark: 'dark', spacing: 'spacing', typography: 'typography-modernized' };
}

onColourMode((mode) => {
  for (const id of followers) host.broadcast('theme_changed', { id }, { newTheme: themeOf(mode), featureFlags: {} });
});

/** `AP.theming`: sends a frame the theme once, and again on each change. */
export const themingModule = {
  initializeTheming(...rest: unknown[]): void {
    const id = replyIn(rest)._context.extension_id;
    followers.add(id);
    host.broadcast('theme_initialized', { id }, { initialTheme: themeOf(colourMode()), featureFlags: {} });
  },
  _finishedInitTheming(_reply: unknown): void {
    // A frame reports that its sheets are loaded; nothing waits for it here.
  },
};
