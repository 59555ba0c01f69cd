/** The data that a page of a site is drawn from. */
export interface PageFacts {
  site: { name: string; baseUrl: string; state: 'not_installed' | 'installed' | 'disabled' | 'uninstalled' };
  /** Address of the control page. */
  control: string;
  user: Person;
  users: Person[];
  /** The app, when it is installed and enabled. */
  app: { key: string; name: string; generalPages: Link[]; adminPages: Link[] } | null;
}

export interface Person {
  accountId: string;
  displayName: string;
  role: string;
  initials: string;
}

export interface Link {
  key: string;
  name: string;
}

export interface Issue {
  key: string;
  fields: { summary: string; status: { name: string }; reporter: { displayName: string } | null };
}
