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
  | 'mend-secret';

interface Outcome {
  callback: { url: string; status: number | null; body: string | null } | null;
  site: { name: string; baseUrl: string; clientKey: string; state: string };
}

/** The module keys of the descriptor, in the words of whoever types an address. */
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
    const { callback } = await site.act('install');
    if (callback?.status !== 204) throw new Error(`install was answered ${callback?.status}: ${callback?.body}`);
    return site;
  }

  /** Does what the platform does, and says what came of it. */
  async act(act: Act, options: Record<string, unknown> = {}): Promise<Outcome> {
    const outcome = (await post(`${this.jira}/control/sites/${this.name}/${act}`, options)) as Outcome;
    this.baseUrl = outcome.site.baseUrl;
    return outcome;
  }

  /** Where a person finds a module of the app. */
  page(module: 'assets' | 'install-diagnosis', user: 'admin' | 'agent' | 'viewer', theme = 'light'): string {
    return `${this.baseUrl}/plugins/servlet/ac/${APP}/${module}?user=${user}&theme=${theme}`;
  }

  /** A context token of a person, as the bridge would hand it out. */
  async contextToken(role: 'admin' | 'agent' | 'viewer'): Promise<string> {
    const user = await this.accountOf(role);
    const order = { kind: 'context', user };
    const minted = (await post(`${this.jira}/control/sites/${this.name}/token`, order)) as { token: string };
    return minted.token;
  }

  private async accountOf(role: string): Promise<string> {
    interface State {
      sites: { name: string; users: { accountId: string; role: string }[] }[];
    }
    const state = (await (await fetch(`${this.jira}/control/state`)).json()) as State;
    const users = state.sites.find((site) => site.name === this.name)?.users ?? [];
    const found = users.find((user) => user.role === role);
    if (!found) throw new Error(`nobody is ${role} on ${this.name}`);
    return found.accountId;
  }
}

async function post(url: string, body: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} was answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}
