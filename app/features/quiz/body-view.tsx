import { type ComponentChildren, h, type VNode } from 'preact';
import { type BodyNode, type ElementNode, isShown } from '#core/quiz/body.ts';
import { printedValue } from '#core/quiz/print.ts';
import type { Variables } from '#core/quiz/processing.ts';

/** What turns the nodes of a question into elements of the page. */
export interface BodyContext {
  /** The address at which the service worker serves a file of the module. */
  readonly urlOf: (href: string) => string;
  /**
   * Outcomes of the last check, of an adaptive question from its start, and the values that were drawn: what hangs on
   * them shows only when they are there.
   */
  readonly outcomes: Variables | undefined;
  readonly renderInteraction?: ((response: string) => ComponentChildren) | undefined;
  readonly renderGap?: ((id: string) => ComponentChildren) | undefined;
  readonly renderHottext?: ((id: string, text: ComponentChildren) => ComponentChildren) | undefined;
}

const BLOCK_IN_LINE = new Set(['p', 'div', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);

/** Shows nodes. `isInline`: inside a label or button, where blocks may not stand. */
export function renderBody(nodes: readonly BodyNode[], context: BodyContext, isInline = false): ComponentChildren {
  return nodes.map((node) => renderNode(node, context, isInline));
}

function renderNode(node: BodyNode, context: BodyContext, isInline: boolean): ComponentChildren {
  if (typeof node === 'string') return node;
  switch (node.kind) {
    case 'element':
      return renderElement(node, context, isInline);
    case 'interaction':
      return context.renderInteraction?.(node.response);
    case 'gap':
      return context.renderGap?.(node.id);
    case 'hottext':
      return (
        context.renderHottext?.(node.id, renderBody(node.children, context, true)) ??
        renderBody(node.children, context, true)
      );
    case 'variable':
      return printedValue(context.outcomes?.get(node.id) ?? null, node);
    case 'feedback':
      return isShown(node, context.outcomes) ? renderBody(node.children, context, isInline) : null;
  }
}

function renderElement(node: ElementNode, context: BodyContext, isInline: boolean): VNode {
  // core/quiz has checked name and attributes against its closed lists: nothing here can run or fetch from elsewhere.
  const attributes = Object.fromEntries(
    [...node.attributes].map(([name, value]): [string, string | boolean] => {
      if (name === 'src' || name === 'poster') return [name, context.urlOf(value)];
      return name === 'controls' || name === 'reversed' ? [name, true] : [name, value];
    }),
  );
  // The page has one h1 and the quiz one h2.
  const level = /^h[1-3]$/.test(node.name) ? 'h4' : node.name;
  return h(
    isInline && BLOCK_IN_LINE.has(node.name) ? 'span' : level,
    attributes,
    renderBody(node.children, context, isInline),
  );
}
