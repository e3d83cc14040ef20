import type { TextSpan } from '#core/annotation/anchor.ts';

/** Elements that do not part two words. */
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rb ruby s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);
const UNREAD = new Set(['script', 'style', 'template', 'noscript', 'rt', 'rp', 'title', 'desc', 'annotation']);

/** One run of text that stands in the map as it stands in its node. */
interface Piece {
  readonly node: Text;
  /** Where the run begins in the node. */
  readonly from: number;
  /** Where it begins in the map's text. */
  readonly at: number;
  readonly length: number;
}

/** The text of a page with the way back to its nodes (formats/annotations.md 1.1). */
export class TextMap {
  readonly text: string;
  readonly #pieces: readonly Piece[];
  readonly #byNode: ReadonlyMap<Node, readonly Piece[]>;

  constructor(root: Element) {
    const pieces: Piece[] = [];
    const byNode = new Map<Node, Piece[]>();
    const out: string[] = [];
    let length = 0;
    let endsInBlank = true;
    const put = (words: string): void => {
      out.push(words);
      length += words.length;
      endsInBlank = words === ' ';
    };
    const part = (): void => {
      if (!endsInBlank) put(' ');
    };
    const takeText = (node: Text): void => {
      const own: Piece[] = [];
      for (const match of node.data.matchAll(/\s+|\S+/g)) {
        const [run] = match;
        const isBlank = /^\s/.test(run);
        if (isBlank && endsInBlank) continue;
        const piece = { node, from: match.index, at: length, length: isBlank ? 1 : run.length };
        own.push(piece);
        pieces.push(piece);
        put(isBlank ? ' ' : run);
      }
      if (own.length > 0) byNode.set(node, own);
    };
    const walk = (parent: Node): void => {
      for (const child of parent.childNodes) {
        if (isText(child)) {
          takeText(child);
          continue;
        }
        if (child.nodeType !== Node.ELEMENT_NODE) continue;
        const name = child.nodeName.toLowerCase();
        if (UNREAD.has(name)) continue;
        const isBlock = !INLINE.has(name);
        if (isBlock) part();
        walk(child);
        if (isBlock) part();
      }
    };
    walk(root);
    this.text = out.join('');
    this.#pieces = pieces;
    this.#byNode = byNode;
  }

  /** A range over a passage; undefined when it holds no text. */
  rangeOf({ start, end }: TextSpan): Range | undefined {
    const first = this.#pieceAt(start);
    const last = this.#pieceAt(Math.max(start, end - 1));
    if (!first || !last) return undefined;
    const range = first.node.ownerDocument.createRange();
    range.setStart(first.node, first.from + Math.min(first.length, Math.max(0, start - first.at)));
    range.setEnd(last.node, last.from + Math.min(last.length, Math.max(0, end - last.at)));
    return range;
  }

  /** The passage that a range covers, without blanks at its ends. Undefined when it is outside of the map. */
  spanOf(range: Range): TextSpan | undefined {
    let start = this.offsetOf(range.startContainer, range.startOffset);
    let end = this.offsetOf(range.endContainer, range.endOffset);
    if (start === undefined || end === undefined) return undefined;
    while (start < end && this.text[start] === ' ') start += 1;
    while (end > start && this.text[end - 1] === ' ') end -= 1;
    return { start, end };
  }

  /** Where a point of the document stands in the text. */
  offsetOf(node: Node, offset: number): number | undefined {
    const pieces = this.#byNode.get(node);
    if (pieces) {
      const piece = pieces.findLast(({ from }) => from <= offset) ?? pieces[0];
      return piece && piece.at + Math.min(piece.length, Math.max(0, offset - piece.from));
    }
    // A point between elements: the first text that comes after it
    const document = node.ownerDocument;
    if (!document) return undefined;
    const point = document.createRange();
    point.setStart(node, offset);
    let low = 0;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const piece = this.#pieces[middle];
      if (piece && point.comparePoint(piece.node, piece.from) < 0) low = middle + 1;
      else high = middle;
    }
    return this.#pieces[low]?.at ?? this.text.length;
  }

  #pieceAt(offset: number): Piece | undefined {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#pieces[middle]?.at ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return this.#pieces[low];
  }
}

/** Whether a node is text, in this document or a frame's (whose classes are not this window's). */
function isText(node: Node): node is Text {
  return node.nodeType === Node.TEXT_NODE;
}
