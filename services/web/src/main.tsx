import './flags';
import '@atlaskit/css-reset';
import './app/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { findBridge } from './host/bridge';
import { startTheming } from './host/color-mode';
import { connectTransport, noTransport } from './host/connect';

const bridge = findBridge();
const root = document.getElementById('root');
const page = document.querySelector('meta[name="tally-page"]')?.getAttribute('content') ?? 'assets';

if (root) {
  startTheming(bridge);
  createRoot(root).render(<App page={page} transport={bridge ? connectTransport(bridge) : noTransport} />);
}
