/** Who looks at which app, for the bridge's modules. */
export interface Session {
  /** Account id of the person at the screen. */
  accountId: string;
  /** Key of the app whose pages are framed. */
  appKey: string;
  /** An address within the site that keeps the person and the theme. */
  hrefOf(path: string, values?: Record<string, string>): string;
  /** Makes a signed frame of a page in `place`. */
  openFrame(place: HTMLElement, module: string, options: FrameOptions): Promise<HTMLIFrameElement>;
}

/** How a frame is to be made. */
export interface FrameOptions {
  /** Values for the page's own parameters. */
  values?: Record<string, string>;
  /** Whether the frame lies in a dialog. */
  isDialog?: boolean;
  /** What the dialog's opener hands over. */
  customData?: unknown;
}
