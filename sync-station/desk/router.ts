import { signal } from '@preact/signals';

/** The parts of the address after `#/`. */
export type Route = readonly string[];

function read(): Route {
  return location.hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decodeURIComponent(part));
}

/** Where the desk is now. */
export const route = signal<Route>(read());

addEventListener('hashchange', () => {
  route.value = read();
});

/** The address of a page. */
export function hrefOf(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}

/** Goes to a page. */
export function goTo(...parts: readonly string[]): void {
  location.hash = hrefOf(...parts);
}
