/** What a style sheet may point to, as decided by the reader that knows the other files. */
export type StyleAddress = (address: string) => string | undefined;

interface Token {
  readonly kind: 'space' | 'string' | 'url' | 'function' | 'at' | 'word' | 'other';
  readonly text: string;
  /** Decoded value: of a string or url its content, of a function or at-word its lower-case name. */
  readonly value: string;
}

// Functions whose string arguments are addresses.
const ADDRESS_FUNCTIONS = new Set([
  'url',
  'src',
  'image',
  'image-set',
  '-webkit-image-set',
  'cross-fade',
  '-webkit-cross-fade',
]);
const FORBIDDEN_WORDS = new Set(['behavior', '-moz-binding']);

/**
 * Copies a style sheet so that it can only fetch what `resolve` allows: every `url()`, every string inside
 * an image function and every `@import` goes through it; what it refuses is taken out and told to `removed`.
 * Comments, `@charset`, `expression()`, `behavior` and `-moz-binding` are always taken out. Works on CSS tokens, so escapes such
 * as `\75rl(` hide nothing. `<` never comes out, so the text is safe inside a style element as well.
 */
export function sanitizeCss(css: string, resolve: StyleAddress, removed: (what: string) => void): string {
  const tokens = tokenize(css.replaceAll('\0', '\ufffd'));
  let out = '';
  const functions: string[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    switch (token.kind) {
      case 'url': {
        out += addressText(token.value, resolve, removed);
        break;
      }
      case 'function': {
        // `image-set(var(--x))` would take its address from a custom property, past the check on strings.
        const indirect =
          ['var', 'attr', 'env'].includes(token.value) && functions.some((name) => ADDRESS_FUNCTIONS.has(name));
        const forbidden = indirect || token.value === 'expression';
        if (forbidden) removed(`${token.value}()`);
        functions.push(token.value);
        out += forbidden
          ? `none-${token.value}(`
          : `${ADDRESS_FUNCTIONS.has(token.value) ? token.value : token.text.slice(0, -1)}(`;
        break;
      }
      case 'string': {
        const inside = functions.some((name) => ADDRESS_FUNCTIONS.has(name));
        out += inside ? addressString(token.value, resolve, removed) : quote(token.value);
        break;
      }
      case 'at': {
        if (token.value === 'charset' || token.value === 'import') {
          const end = endOfStatement(tokens, index);
          if (token.value === 'import') out += importText(tokens.slice(index + 1, end), resolve, removed);
          index = end;
        } else out += token.value === 'namespace' || /^[-a-z]+$/.test(token.value) ? `@${token.value}` : '';
        break;
      }
      case 'word': {
        if (FORBIDDEN_WORDS.has(token.value)) {
          removed(token.value);
          out += `none-${token.value.replace(/^-+/, '')}`;
        } else out += token.text;
        break;
      }
      case 'other': {
        if (token.text === '(') functions.push('');
        if (token.text === ')') functions.pop();
        if (token.text === '{' || token.text === '}' || token.text === ';') functions.length = 0;
        out += token.text === '<' ? '' : token.text;
        break;
      }
      case 'space':
        out += token.text.includes('\n') ? '\n' : ' ';
    }
  }
  return out.trim();
}

function addressText(address: string, resolve: StyleAddress, removed: (what: string) => void): string {
  const allowed = resolve(address);
  if (allowed === undefined) removed(`url(${address})`);
  return `url(${quote(allowed ?? 'data:,')})`;
}

function addressString(address: string, resolve: StyleAddress, removed: (what: string) => void): string {
  // `type("image/avif")` inside image-set() comes through here as well; a media type resolves to no file and goes.
  const allowed = resolve(address);
  if (allowed === undefined) removed(`"${address}"`);
  return quote(allowed ?? 'data:,');
}

function importText(rest: readonly Token[], resolve: StyleAddress, removed: (what: string) => void): string {
  const target = rest.find((token) => token.kind === 'url' || token.kind === 'string');
  const allowed = target === undefined ? undefined : resolve(target.value);
  if (target === undefined || allowed === undefined) {
    removed(`@import ${target?.value ?? ''}`);
    return '';
  }
  const after = rest.slice(rest.indexOf(target) + 1);
  const media = after.every((token) => token.kind === 'word' || token.kind === 'space' || /^[(),:]$/.test(token.text));
  const condition = media
    ? after
        .map((token) => token.text)
        .join('')
        .replace(/^\)/, '')
        .trim()
    : '';
  return `@import url(${quote(allowed)})${condition === '' ? '' : ` ${condition}`};`;
}

function endOfStatement(tokens: readonly Token[], from: number): number {
  for (let index = from + 1; index < tokens.length; index++) {
    const text = tokens[index]?.text;
    if (text === ';') return index;
    if (text === '{' || text === '}') return index - 1;
  }
  return tokens.length;
}

/** A CSS string that holds exactly `value` and no byte that ends a string, a style element or a line. */
function quote(value: string): string {
  return `"${value.replace(/["\\\n\r\f<>&\u2028\u2029]/g, (character) => `\\${(character.codePointAt(0) ?? 0).toString(16)} `)}"`;
}

function tokenize(css: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const word = /(?:[-_a-zA-Z0-9\u0080-\u{10ffff}]|\\(?:[0-9a-fA-F]{1,6}\s?|[^\n\r\f0-9a-fA-F]))+/uy;
  const space = /[ \t\n\r\f]+/y;
  while (at < css.length) {
    const character = css[at] ?? '';
    if (css.startsWith('/*', at)) {
      const end = css.indexOf('*/', at + 2);
      at = end === -1 ? css.length : end + 2;
      tokens.push({ kind: 'space', text: ' ', value: '' });
      continue;
    }
    if (css.startsWith('<!--', at) || css.startsWith('-->', at)) {
      at += css.startsWith('<!--', at) ? 4 : 3;
      continue;
    }
    space.lastIndex = at;
    const blank = space.exec(css);
    if (blank !== null) {
      tokens.push({ kind: 'space', text: blank[0], value: '' });
      at = space.lastIndex;
      continue;
    }
    if (character === '"' || character === "'") {
      const string = readString(css, at);
      tokens.push({ kind: 'string', text: '', value: string.value });
      at = string.end;
      continue;
    }
    const isAt = character === '@';
    word.lastIndex = isAt ? at + 1 : at;
    const found = word.exec(css);
    if (found === null) {
      tokens.push({ kind: 'other', text: character === '\\' ? '' : character, value: '' });
      at += 1;
      continue;
    }
    const name = decodeEscapes(found[0]);
    at = word.lastIndex;
    if (isAt) tokens.push({ kind: 'at', text: `@${found[0]}`, value: name.toLowerCase() });
    else if (css[at] === '(') {
      at += 1;
      const unquoted = name.toLowerCase() === 'url' ? readUnquotedUrl(css, at) : undefined;
      if (unquoted !== undefined) {
        tokens.push({ kind: 'url', text: '', value: unquoted.value });
        at = unquoted.end;
      } else tokens.push({ kind: 'function', text: `${found[0]}(`, value: name.toLowerCase() });
    } else tokens.push({ kind: 'word', text: found[0], value: name.toLowerCase() });
  }
  return tokens;
}

function readString(css: string, start: number): { value: string; end: number } {
  const mark = css[start];
  let at = start + 1;
  let raw = '';
  while (at < css.length) {
    const character = css[at] ?? '';
    if (character === mark) return { value: decodeEscapes(raw), end: at + 1 };
    if (character === '\n') break;
    if (character === '\\') {
      const next = css[at + 1] ?? '';
      raw += next === '\n' ? '' : character + next;
      at += 2;
    } else {
      raw += character;
      at += 1;
    }
  }
  return { value: decodeEscapes(raw), end: at };
}

function readUnquotedUrl(css: string, start: number): { value: string; end: number } | undefined {
  const first = /[^ \t\n\r\f]/g;
  first.lastIndex = start;
  const begin = first.exec(css)?.index ?? css.length;
  if (css[begin] === '"' || css[begin] === "'") {
    const string = readString(css, begin);
    const close = css.indexOf(')', string.end);
    // `url("a" something)`: only a plain quoted address is one token, the rest keeps its parts.
    if (close === -1 || css.slice(string.end, close).trim() !== '') return undefined;
    return { value: string.value, end: close + 1 };
  }
  let at = begin;
  while (at < css.length && css[at] !== ')') at += css[at] === '\\' ? 2 : 1;
  return { value: decodeEscapes(css.slice(begin, at)).trim(), end: Math.min(at + 1, css.length) };
}

function decodeEscapes(text: string): string {
  return text.replace(
    /\\(?:([0-9a-fA-F]{1,6})\s?|([\s\S]))/g,
    (_all, hex: string | undefined, literal: string | undefined) => {
      if (hex === undefined) return literal ?? '';
      const code = Number.parseInt(hex, 16);
      return code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)
        ? '\ufffd'
        : String.fromCodePoint(code);
    },
  );
}
