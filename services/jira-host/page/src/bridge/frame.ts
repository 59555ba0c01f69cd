import host from 'simple-xdm/host';
import { h } from '../dom';
import type { FrameOptions } from './session';
import type { KnownExtension } from './wire';

/** What a framed page may do: nearly everything, but not navigate the window without a click. */
const SANDBOX =
  'allow-downloads allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-same-origin ' +
  'allow-scripts allow-storage-access-by-user-activation allow-top-navigation-by-user-activation';

/** A page of an app, signed and ready to be framed. */
export interface SignedPage {
  appKey: string;
  moduleKey: string;
  title: string;
  url: string;
}

/** Makes the frame of a page; `onBridge` is called when the script in it has answered the host. */
export function makeFrame(page: SignedPage, options: FrameOptions, onBridge: () => void): HTMLIFrameElement {
  const extension: KnownExtension = {
    addon_key: page.appKey,
    key: page.moduleKey,
    url: page.url,
    options: {
      globalOptions: {},
      autoresize: true,
      isDialog: options.isDialog ?? false,
      customData: options.customData,
    },
  };
  const created = host.create(extension, onBridge);
  extension.id = created.id;
  return h('iframe', {
    id: created.id,
    name: created.name,
    src: created.src,
    title: page.title,
    class: 'app-frame',
    sandbox: SANDBOX,
    referrerpolicy: 'no-referrer',
  });
}
