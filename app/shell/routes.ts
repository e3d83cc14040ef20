import { type ReadonlySignal, signal } from '@preact/signals';

/** Where the learner is. */
export type Route =
  | { readonly kind: 'shelf' }
  | { readonly kind: 'module'; readonly path: string; readonly href?: string }
  | { readonly kind: 'search'; readonly query?: string }
  | { readonly kind: 'work' }
  | { readonly kind: 'docking' }
  | { readonly kind: 'feedback'; readonly id?: string }
  | { readonly kind: 'messages' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'status' }
  | { readonly kind: 'report' }
  | { readonly kind: 'unknown' };

const decode = (part: string): string | undefined => {
  try {
    return decodeURIComponent(part);
  } catch {
    // A mistyped address with a broken escape: shown as an unknown page.
    return undefined;
  }
};

/** Reads a location hash. Never throws. */
export function parseRoute(hash: string): Route {
  const parts = hash.replace(/^#?\/?/, '').split('/');
  const first = decode(parts[1] ?? '');
  const second = decode(parts[2] ?? '');
  switch (parts[0]) {
    case '':
      return { kind: 'shelf' };
    case 'module':
      if (!first) return { kind: 'unknown' };
      return second ? { kind: 'module', path: first, href: second } : { kind: 'module', path: first };
    case 'feedback':
      return first ? { kind: 'feedback', id: first } : { kind: 'feedback' };
    case 'search':
      return first ? { kind: 'search', query: first } : { kind: 'search' };
    case 'work':
    case 'docking':
    case 'messages':
    case 'settings':
    case 'status':
    case 'report':
      return { kind: parts[0] };
    default:
      return { kind: 'unknown' };
  }
}

/** The hash of a place, to put in a link. */
export function hrefOf(route: Exclude<Route, { kind: 'unknown' }>): string {
  switch (route.kind) {
    case 'shelf':
      return '#/';
    case 'module': {
      const base = `#/module/${encodeURIComponent(route.path)}`;
      return route.href === undefined ? base : `${base}/${encodeURIComponent(route.href)}`;
    }
    case 'feedback':
      return route.id === undefined ? '#/feedback' : `#/feedback/${encodeURIComponent(route.id)}`;
    case 'search':
      return route.query ? `#/search/${encodeURIComponent(route.query)}` : '#/search';
    default:
      return `#/${route.kind}`;
  }
}

const current = signal<Route>({ kind: 'shelf' });

/** The place of the moment, as a signal. */
export const route: ReadonlySignal<Route> = current;

/** Goes somewhere; `replace` leaves no step in the history. */
export function go(to: Exclude<Route, { kind: 'unknown' }>, replace = false): void {
  if (replace) {
    history.replaceState(null, '', hrefOf(to));
    current.value = parseRoute(location.hash);
  } else {
    location.hash = hrefOf(to);
  }
}

/** Starts following the address bar. Call once. */
export function followLocation(): void {
  const read = () => {
    current.value = parseRoute(location.hash);
  };
  addEventListener('hashchange', read);
  addEventListener('popstate', read);
  read();
}
