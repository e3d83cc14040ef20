import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';

/** One link of the top bar. */
export interface NavItem {
  readonly href: string;
  readonly label: string;
  readonly icon?: IconName;
  readonly current?: boolean;
  /** A small number or word after the label. */
  readonly badge?: ComponentChildren;
}

/** Props of {@link TopBar}. */
export interface TopBarProps {
  readonly brand: string;
  readonly brandHref: string;
  readonly navLabel: string;
  readonly items: readonly NavItem[];
  /** Chips and buttons at the end of the bar. */
  readonly end?: ComponentChildren;
}

/** The bar at the top: where am I, where can I go, how are things. */
export function TopBar({ brand, brandHref, navLabel, items, end }: TopBarProps): JSX.Element {
  return (
    <header class="ll-topbar">
      <div class="ll-topbar-inner">
        <a class="ll-brand" href={brandHref}>
          <Icon name="lamp" />
          {brand}
        </a>
        <nav class="ll-nav" aria-label={navLabel}>
          {items.map((item) => (
            <a key={item.href} class="ll-nav-link" href={item.href} aria-current={item.current ? 'page' : undefined}>
              {item.icon && <Icon name={item.icon} />}
              {item.label}
              {item.badge}
            </a>
          ))}
        </nav>
        {end && <div class="ll-topbar-end">{end}</div>}
      </div>
    </header>
  );
}

/** Props of {@link Page}. */
export interface PageProps {
  readonly topBar?: ComponentChildren;
  readonly skipLabel: string;
  readonly children: ComponentChildren;
  /** `narrow` for forms, `full` for a reader that fills the window. */
  readonly width?: 'normal' | 'narrow' | 'full';
}

/** The frame of every screen: skip link, top bar, and the one `main` (id `main`, takes the focus on a change). */
export function Page({ topBar, skipLabel, children, width = 'normal' }: PageProps): JSX.Element {
  return (
    <div class="ll-page">
      <button
        type="button"
        class="ll-button ll-skip"
        onClick={() => {
          document.getElementById('main')?.focus();
        }}
      >
        {skipLabel}
      </button>
      {topBar}
      <main id="main" tabIndex={-1} class={width === 'normal' ? 'll-main' : `ll-main ll-main-${width}`}>
        {children}
      </main>
    </div>
  );
}

/**
 * Gives the focus to the heading of each new screen and shows its top, so that a screen reader says where one came. The
 * first screen takes nothing. `where` changes with the screen.
 */
export function useFocusOnMove(where: unknown): void {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return undefined;
    }
    const frame = requestAnimationFrame(() => {
      const target = document.querySelector<HTMLElement>('main h1') ?? document.getElementById('main');
      target?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    });
    return () => cancelAnimationFrame(frame);
  }, [where]);
}
