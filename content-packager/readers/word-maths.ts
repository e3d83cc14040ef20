import type { Element, ElementContent, Root } from 'hast';
import { childrenXml, parseXml, type XmlElement } from './xml.ts';

const OPEN = '\ue0f0';
const CLOSE = '\ue0f1';
const MARK = /\ue0f0(\d+)\ue0f1/;

/** A document part in which every formula is replaced by a mark, and the formulas as MathML. */
export interface MarkedFormulas {
  readonly xml: string;
  readonly formulas: readonly Element[];
}

/**
 * Takes the formulas (Office Math, ECMA-376 part 1, 22.1) out of a Word document and leaves a mark for each: the
 * converter behind this does not know them. One pass over the text.
 */
export function markFormulas(xml: string, file: string): MarkedFormulas {
  const formulas: Element[] = [];
  let marked = '';
  let done = 0;
  let isBlock = false;
  const tags = /<m:oMath(?=[\s>])[^>]*>|<\/?m:oMathPara>/g;
  for (let match = tags.exec(xml); match !== null; match = tags.exec(xml)) {
    if (match[0].endsWith('m:oMathPara>')) {
      isBlock = !match[0].startsWith('</');
      continue;
    }
    const end = xml.indexOf('</m:oMath>', match.index);
    if (end === -1) break;
    const after = end + '</m:oMath>'.length;
    formulas.push(formula(parseXml(xml.slice(match.index, after), file), isBlock));
    marked += `${xml.slice(done, match.index)}<w:r><w:t>${OPEN}${formulas.length - 1}${CLOSE}</w:t></w:r>`;
    done = after;
    tags.lastIndex = after;
  }
  // The frame of a formula on a line of its own would hide the mark.
  return { xml: (marked + xml.slice(done)).replace(/<\/?m:oMathPara>/g, ''), formulas };
}

/** Puts the formulas back where their marks stand. */
export function placeFormulas(node: Root | Element, formulas: readonly Element[]): void {
  const next: Root['children'] = [];
  for (const child of node.children) {
    if (child.type === 'element') placeFormulas(child, formulas);
    if (child.type !== 'text' || !MARK.test(child.value)) {
      next.push(child);
      continue;
    }
    for (const [index, part] of child.value.split(MARK).entries()) {
      const element = index % 2 === 1 ? formulas[Number(part)] : undefined;
      if (element !== undefined) next.push(element);
      else if (part !== '') next.push({ type: 'text', value: part });
    }
  }
  node.children = next;
}

function formula(source: XmlElement, isBlock: boolean): Element {
  return mathml('math', inside(source), isBlock ? { display: 'block' } : {});
}

/** The content of an element as MathML. */
function inside(parent: XmlElement | undefined): ElementContent[] {
  return parent === undefined ? [] : parent.children.flatMap(convert);
}

function row(parent: XmlElement | undefined): Element {
  const content = inside(parent);
  const [only] = content;
  return content.length === 1 && only?.type === 'element' ? only : mathml('mrow', content);
}

function convert(element: XmlElement): ElementContent[] {
  const part = (name: string): Element => row(childrenXml(element, name)[0]);
  switch (element.name) {
    case 'r':
      return run(element);
    case 'f':
      return fraction(element, part('num'), part('den'));
    case 'sSup':
      return [mathml('msup', [part('e'), part('sup')])];
    case 'sSub':
      return [mathml('msub', [part('e'), part('sub')])];
    case 'sSubSup':
      return [mathml('msubsup', [part('e'), part('sub'), part('sup')])];
    case 'sPre':
      return [mathml('mmultiscripts', [part('e'), mathml('mprescripts', []), part('sub'), part('sup')])];
    case 'rad':
      return setting(element, 'degHide') === '1' || inside(childrenXml(element, 'deg')[0]).length === 0
        ? [mathml('msqrt', [part('e')])]
        : [mathml('mroot', [part('e'), part('deg')])];
    case 'nary':
      return nary(element, part);
    case 'd':
      return delimiters(element);
    case 'func':
      return [part('fName'), operator('\u2061'), part('e')];
    case 'acc':
      return [mathml('mover', [part('e'), operator(setting(element, 'chr') ?? '\u0302')], { accent: 'true' })];
    case 'bar':
      return [mathml(setting(element, 'pos') === 'top' ? 'mover' : 'munder', [part('e'), operator('\u00af')])];
    case 'groupChr':
      return [
        mathml(setting(element, 'pos') === 'top' ? 'mover' : 'munder', [
          part('e'),
          operator(setting(element, 'chr') ?? '\u23df'),
        ]),
      ];
    case 'limLow':
      return [mathml('munder', [part('e'), part('lim')])];
    case 'limUpp':
      return [mathml('mover', [part('e'), part('lim')])];
    case 'eqArr':
      return [
        mathml(
          'mtable',
          childrenXml(element, 'e').map((line) => mathml('mtr', [mathml('mtd', [row(line)])])),
        ),
      ];
    case 'm':
      return [
        mathml(
          'mtable',
          childrenXml(element, 'mr').map((line) =>
            mathml(
              'mtr',
              childrenXml(line, 'e').map((cell) => mathml('mtd', [row(cell)])),
            ),
          ),
        ),
      ];
    case 'phant':
      return [mathml('mphantom', [part('e')])];
    default:
      // Properties say how, not what; everything else only holds its content together.
      return element.name.endsWith('Pr') ? [] : inside(element);
  }
}

function fraction(element: XmlElement, above: Element, below: Element): ElementContent[] {
  const type = setting(element, 'type');
  if (type === 'lin') return [above, operator('/'), below];
  return [mathml('mfrac', [above, below], type === 'noBar' ? { linethickness: '0' } : {})];
}

function nary(element: XmlElement, part: (name: string) => Element): ElementContent[] {
  const sign = operator(setting(element, 'chr') ?? '∫');
  const [hasSub, hasSup] = [setting(element, 'subHide') !== '1', setting(element, 'supHide') !== '1'];
  const isBeside = (setting(element, 'limLoc') ?? 'subSup') === 'subSup';
  const names = isBeside ? ['msub', 'msup', 'msubsup'] : ['munder', 'mover', 'munderover'];
  const bounds =
    hasSub && hasSup
      ? mathml(names[2] ?? '', [sign, part('sub'), part('sup')])
      : hasSub
        ? mathml(names[0] ?? '', [sign, part('sub')])
        : hasSup
          ? mathml(names[1] ?? '', [sign, part('sup')])
          : sign;
  return [bounds, part('e')];
}

function delimiters(element: XmlElement): ElementContent[] {
  const between = setting(element, 'sepChr') ?? '|';
  const parts = childrenXml(element, 'e').flatMap((part, index) => [
    ...(index === 0 ? [] : [operator(between)]),
    row(part),
  ]);
  const fence = (sign: string, form: string): ElementContent[] =>
    sign === '' ? [] : [mathml('mo', [{ type: 'text', value: sign }], { fence: 'true', form, stretchy: 'true' })];
  return [
    mathml('mrow', [
      ...fence(setting(element, 'begChr') ?? '(', 'prefix'),
      ...parts,
      ...fence(setting(element, 'endChr') ?? ')', 'postfix'),
    ]),
  ];
}

/** A run of signs: numbers, letters and operators, each as MathML wants them. */
function run(element: XmlElement): ElementContent[] {
  const text = childrenXml(element, 't')
    .map((part) => part.text)
    .join('');
  const properties = childrenXml(element, 'rPr')[0];
  if (properties !== undefined && childrenXml(properties, 'nor').length > 0)
    return text === '' ? [] : [mathml('mtext', [{ type: 'text', value: text }])];
  const style = setting(element, 'sty');
  const isPlain = style === 'p' || style === 'b';
  if (isPlain && /^\p{L}{2,}$/u.test(text)) return [mathml('mi', [{ type: 'text', value: text }])];
  return [...text.matchAll(/\d+(?:[.,]\d+)*|\p{L}\p{M}*|\s+|[\s\S]/gu)].flatMap(([sign]): ElementContent[] => {
    if (sign.trim() === '') return [];
    const value: ElementContent = { type: 'text', value: sign };
    if (/^\d/.test(sign)) return [mathml('mn', [value])];
    if (/^\p{L}/u.test(sign)) return [mathml('mi', [value], isPlain ? { mathvariant: 'normal' } : {})];
    return [mathml('mo', [value])];
  });
}

/** The value of a property, such as `m:chr` in `m:naryPr`. Present without a value means on. */
function setting(element: XmlElement, name: string): string | undefined {
  const properties = childrenXml(element, `${element.name}Pr`)[0];
  const found = properties === undefined ? undefined : childrenXml(properties, name)[0];
  return found === undefined ? undefined : (found.attributes.get('m:val') ?? '1').replace(/^(on|true)$/, '1');
}

function operator(sign: string): Element {
  return mathml('mo', [{ type: 'text', value: sign }]);
}

function mathml(tagName: string, children: readonly ElementContent[], properties: Element['properties'] = {}): Element {
  return { type: 'element', tagName, properties, children: [...children] };
}
