import './flags';
import '@atlaskit/css-reset';
import './app/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { followHostAddress } from './host/address';
import { findBridge } from './host/bridge';
import { startTheming } from './host/color-mode';
import { connectTransport, noTransport } from './host/connect';
import { readLocale } from './host/locale';
import { startLanguage } from './messages';

const bridge = findBridge();
const root = document.getElementById('root');
const page = document.querySelector('meta[name="tally-page"]')?.getAttribute('content') ?? 'assets';

async function start(container: HTMLElement) {
  await Promise.all([
    startTheming(bridge),
    followHostAddress(bridge),
    readLocale(bridge).then((locale) => startLanguage(locale)),
  ]);
  const transport = bridge ? connectTransport(bridge) : noTransport;
  createRoot(container).render(<App page={page} transport={transport} />);
}

if (root) void start(root);
