/**
 * Links within a site carry the person, the theme and the language: several people can be open in
 * several tabs.
 */

const KEPT_PARAMETERS = ['user', 'theme', 'locale'];

/** A path of this site with the kept parameters and further values. */
export function hrefOf(path: string, values: Record<string, string> = {}): string {
  const here = new URLSearchParams(location.search);
  const parameters = new URLSearchParams(values);
  for (const name of KEPT_PARAMETERS) {
    const value = here.get(name);
    if (value !== null) parameters.set(name, value);
  }
  const query = parameters.toString();
  return query ? `${path}?${query}` : path;
}

/** The address of this page for another person. */
export function hrefAs(role: string): string {
  const address = new URL(location.href);
  address.searchParams.set('user', role);
  return address.pathname + address.search;
}

/** The path of an app's page. */
export function pathOfPage(appKey: string, module: string): string {
  return `/plugins/servlet/ac/${encodeURIComponent(appKey)}/${encodeURIComponent(module)}`;
}
