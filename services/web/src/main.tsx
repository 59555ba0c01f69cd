import './flags';
import '@atlaskit/css-reset';
import './app/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { setLocale } from './components/format';
import { findBridge } from './host/bridge';
import { startTheming } from './host/color-mode';
import { connectTransport, noTransport } from './host/connect';

const bridge = findBridge();
const root = document.getElementById('root');
const page = document.querySelector('meta[name="tally-page"]')?.getAttribute('content') ?? 'assets';

async function start(container: HTMLElement) {
  bridge?.user?.getLocale?.(setLocale);
  await startTheming(bridge);
  const transport = bridge ? connectTransport(bridge) : noTransport;
  createRoot(container).render(<App page={page} transport={transport} />);
}

if (root) void start(root);
