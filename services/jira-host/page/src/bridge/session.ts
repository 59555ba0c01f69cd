/** The person and the app of this page, for the bridge's modules. */
export interface Session {
  /** Account id of the person at the screen. */
  accountId: string;
  /** Key of the app whose pages are framed. */
  appKey: string;
  /** An address within the site that keeps the person and the theme. */
  hrefOf(path: string, values?: Record<string, string>): string;
  /** Makes a signed frame of a page in `parent`. */
  openFrame(parent: HTMLElement, module: string, options: FrameOptions): Promise<HTMLIFrameElement>;
}

/** Options of a frame. */
export interface FrameOptions {
  /** Values for the page's own parameters. */
  values?: Record<string, string>;
  /** Whether the frame lies in a dialog. */
  isDialog?: boolean;
  /** Data from the page that opens the dialog. */
  customData?: unknown;
}
