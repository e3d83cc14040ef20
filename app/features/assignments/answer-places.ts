import { useEffect, useState } from 'preact/hooks';
import { answerPlace } from '#core/module/assignment.ts';

/** The places in a page where the app may put something of its own, by question; and one at the end of the page. */
export interface AnswerPlaces {
  readonly byQuestion: ReadonlyMap<string, ShadowRoot>;
  readonly end: ShadowRoot;
}

/**
 * What stands in those places. The page's own style sheets do not reach it; letters and colours come from the page, so
 * that they are the learner's choice.
 */
const STYLE = `
:host { margin-block: 0.75rem 1.5rem; font-style: normal; font-weight: 400; text-align: start; }
label, .name { display: block; margin: 0 0 0.35rem; font-weight: 700; }
textarea { display: block; box-sizing: border-box; width: 100%; min-height: 7rem; padding: 0.5rem 0.75rem; border: 1px solid color-mix(in srgb, currentColor 60%, transparent); border-radius: 0.375rem; background: color-mix(in srgb, currentColor 4%, transparent); color: inherit; font: inherit; letter-spacing: inherit; word-spacing: inherit; resize: vertical; }
:focus-visible { outline: 3px solid light-dark(#0a55c8, #ffd166); outline-offset: 2px; }
.below { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; margin: 0.35rem 0 0; font-size: 0.9em; }
.over { font-weight: 700; }
.given, .said { padding: 0.5rem 0.75rem; border-inline-start: 0.25rem solid color-mix(in srgb, currentColor 40%, transparent); }
.given p, .said p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.said { margin-top: 0.75rem; border-color: light-dark(#1d5a35, #a3dfb6); }
.end { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid color-mix(in srgb, currentColor 40%, transparent); }
.end h2 { margin: 0; font-size: 1.25em; }
.mark { font-weight: 700; }
`;

/**
 * Makes the places in the page's document (formats/module.md 5.4) and takes them away again. They are shadow roots: what
 * stands in them is no text of the page, so that places and hits in it stay what they were.
 */
export function useAnswerPlaces(document: Document, ids: readonly string[]): AnswerPlaces | undefined {
  const [places, setPlaces] = useState<AnswerPlaces>();
  useEffect(() => {
    const view = document.defaultView;
    if (!view) return undefined;
    const style = new view.CSSStyleSheet();
    style.replaceSync(STYLE);
    const hosts: HTMLElement[] = [];
    const placeIn = (parent: Element): ShadowRoot => {
      const host = document.createElement('div');
      // The one rule that a page could still hide the field with
      host.style.setProperty('display', 'block', 'important');
      parent.append(host);
      hosts.push(host);
      const root = host.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [style];
      return root;
    };
    const byQuestion = new Map(
      ids.map((id) => [id, placeIn(document.getElementById(answerPlace(id)) ?? document.body)] as const),
    );
    setPlaces({ byQuestion, end: placeIn(document.body) });
    return () => {
      setPlaces(undefined);
      for (const host of hosts) host.remove();
    };
  }, [document, ids]);
  return places;
}
