import { anchorSpan, type TextSpan } from '#core/annotation/anchor.ts';
import type { Selector } from '#core/annotation/selector.ts';
import { TextMap } from './text-map.ts';

/** Text on the screen that can be marked and searched: a page in its frame, or the text layer of one page of a PDF. */
export class TextSurface {
  readonly root: Element;
  /** The page of a PDF; undefined for a page of its own. */
  readonly page: number | undefined;
  #map: TextMap | undefined;

  constructor(root: Element, page?: number) {
    this.root = root;
    this.page = page;
  }

  /** Its text. Read when it is first asked for: turning a page does not wait for it. */
  get map(): TextMap {
    this.#map ??= new TextMap(this.root);
    return this.#map;
  }

  get document(): Document {
    return this.root.ownerDocument;
  }

  /** Where the described passage stands now. */
  find(selectors: readonly Selector[]): { readonly span: TextSpan; readonly range: Range } | undefined {
    const span = anchorSpan(this.map.text, selectors);
    const range = span && this.map.rangeOf(span);
    return range && span ? { span, range } : undefined;
  }
}
