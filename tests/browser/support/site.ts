/** A simulated Jira site, through the host's control interface. */

export type Act =
  | 'install'
  | 'upgrade'
  | 'rotate'
  | 'refresh'
  | 'disable'
  | 'enable'
  | 'uninstall'
  | 'reinstall'
  | 'rename'
  | 'import'
  | 'break-secret'
  | 'repair-secret'
  | 'swallow-callbacks'
  | 'deliver-callbacks'
  | 'rest-down'
  | 'rest-forbid'
  | 'rest-up';

interface Outcome {
  callback: { url: string; status: number | null; body: string | null } | null;
  site: { name: string; baseUrl: string; clientKey: string; state: string };
}

export interface NewAsset {
  tag: string;
  attributes: Record<string, string>;
}

/** The module keys of the descriptor, as they stand in an address. */
const APP = 'tally-assets';

export class Site {
  private constructor(
    private readonly jira: string,
    readonly name: string,
    public baseUrl: string,
  ) {}

  /** A new site on which the app is installed. */
  static async installed(jira: string, name: string): Promise<Site> {
    await post(`${jira}/control/sites`, { name });
    const site = new Site(jira, name, '');
    return site.taken('install');
  }

  /** The site of that name, made when there is none, with the app freshly installed. */
  static async fresh(jira: string, name: string): Promise<Site> {
    const known = await sitesOf(jira);
    if (!known.some((site) => site.name === name)) return Site.installed(jira, name);
    const hadApp = known.some((site) => site.name === name && site.state !== 'not_installed');
    return new Site(jira, name, '').taken(hadApp ? 'reinstall' : 'install');
  }

  private async taken(act: 'install' | 'reinstall'): Promise<this> {
    const { callback } = await this.act(act);
    if (callback?.status !== 204) throw new Error(`${act} was answered ${callback?.status}: ${callback?.body}`);
    return this;
  }

  /** Does what the platform does, and says what came of it. */
  async act(act: Act, options: Record<string, unknown> = {}): Promise<Outcome> {
    const outcome = (await post(`${this.jira}/control/sites/${this.name}/${act}`, options)) as Outcome;
    this.baseUrl = outcome.site.baseUrl;
    return outcome;
  }

  /** Where a person finds a module of the app. */
  page(
    module: 'assets' | 'install-diagnosis',
    user: 'admin' | 'agent' | 'viewer',
    theme = 'light',
    locale = 'en_US',
  ): string {
    return `${this.baseUrl}/plugins/servlet/ac/${APP}/${module}?user=${user}&theme=${theme}&locale=${locale}`;
  }

  /** A context token of a person, as the bridge would hand it out. */
  async contextToken(role: 'admin' | 'agent' | 'viewer'): Promise<string> {
    const user = await this.accountOf(role);
    const order = { kind: 'context', user };
    const minted = (await post(`${this.jira}/control/sites/${this.name}/token`, order)) as { token: string };
    return minted.token;
  }

  /** Our id of this site, from the app at that address. */
  async tenant(app: string): Promise<string> {
    const headers = { authorization: `JWT ${await this.contextToken('admin')}` };
    const me = (await (await fetch(`${app}/api/v1/me`, { headers })).json()) as { site: { tenantId: string } };
    return me.site.tenantId;
  }

  /** Registers assets with the app at that address, one by one, as an agent. */
  async register(app: string, assets: NewAsset[]): Promise<void> {
    const authorization = `JWT ${await this.contextToken('agent')}`;
    for (const asset of assets) {
      const headers = { authorization, 'idempotency-key': `seed-${asset.tag}` };
      await post(`${app}/api/v1/assets`, asset, headers);
    }
  }

  private async accountOf(role: string): Promise<string> {
    const users = (await sitesOf(this.jira)).find((site) => site.name === this.name)?.users ?? [];
    const found = users.find((user) => user.role === role);
    if (!found) throw new Error(`${this.name} has no ${role}`);
    return found.accountId;
  }
}

interface KnownSite {
  name: string;
  state: string;
  users: { accountId: string; role: string }[];
}

async function sitesOf(jira: string): Promise<KnownSite[]> {
  const state = (await (await fetch(`${jira}/control/state`)).json()) as { sites: KnownSite[] };
  return state.sites;
}

export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} was answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}
