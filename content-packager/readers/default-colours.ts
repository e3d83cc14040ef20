const BLACK = /^(black|#000(000)?|rgba?\(0,\s*0,\s*0(,\s*1)?\)|windowtext|#[12][0-9a-f][12][0-9a-f][12][0-9a-f])$/i;
const PAPER = /^(white|#fff(fff)?|rgba?\(255,\s*255,\s*255(,\s*1)?\)|transparent|none)$/i;
const COLOUR = /^\s*(color|background|background-color)\s*:\s*(.*?)\s*$/is;

/**
 * Editors of learning platforms write black text and white paper into every paragraph, which a dark page would make
 * unreadable. Colours that only repeat ink and paper go; a pair in which one is another colour stays.
 */
export function withoutDefaultColours(css: string): string {
  const declarations = css.split(';');
  const repeats = declarations.every((declaration) => {
    const [, name = '', value = ''] = COLOUR.exec(declaration) ?? [];
    return name === '' || (name.toLowerCase() === 'color' ? BLACK : PAPER).test(value);
  });
  return repeats ? declarations.filter((declaration) => !COLOUR.test(declaration)).join(';') : css;
}
