import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from './processes.ts';

/** Writes a small OpenStax book with what helps to read: a footnote, a word that is explained, a picture, a formula. */
export function writeAidsBook(folder: string): string {
  const names =
    'xmlns="http://cnx.rice.edu/cnxml" xmlns:m="http://www.w3.org/1998/Math/MathML" xmlns:md="http://cnx.rice.edu/mdml"';
  const files = {
    'collections/book.collection.xml': `<col:collection xmlns:col="http://cnx.rice.edu/collxml" xmlns:md="http://cnx.rice.edu/mdml"><col:metadata><md:title>Light and shadow</md:title><md:language>en</md:language><md:slug>light-and-shadow</md:slug></col:metadata><col:content><col:module document="m1"/></col:content></col:collection>`,
    'modules/m1/index.cnxml': `<document ${names}><title>How light travels</title><metadata><md:title>How light travels</md:title></metadata><content>
<para id="a">A photon has no mass. It travels in a straight line<footnote id="f">Unless something heavy bends the way.</footnote> until it meets a wall.</para>
<para id="b">How long that takes follows from <m:math alttext="t equals d over c"><m:mi>t</m:mi><m:mo>=</m:mo><m:mfrac><m:mi>d</m:mi><m:mi>c</m:mi></m:mfrac></m:math>.</para>
<figure id="g"><media alt="A chart of energy over the day"><image src="../../media/energy.png" mime-type="image/png"/></media><caption>Light costs energy.</caption></figure>
</content><glossary><definition id="d"><term>photon</term><meaning id="e">the smallest piece of light</meaning></definition></glossary></document>`,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  mkdirSync(join(folder, 'media'));
  copyFileSync(resolve(root, 'demo/courses/study-on-your-own-en/images/energy.png'), join(folder, 'media/energy.png'));
  return folder;
}

/**
 * Writes a PDF of ten pages, the last one lying on its side. The first has a link to page 7, a link to the web, a form
 * field and scripts that run when it is opened.
 */
export function writeLinkedPdf(path: string): string {
  const pages = 10;
  const objects: string[] = [];
  const add = (body: string): number => objects.push(body);
  const pageNumber = (page: number): number => 7 + (page - 1) * 2;
  const kids = Array.from({ length: pages }, (_, index) => `${pageNumber(index + 1)} 0 R`).join(' ');
  add(
    '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\("boo"\\)) >> /AcroForm << /Fields [6 0 R] >> >>',
  );
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`);
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  add(
    `<< /Type /Annot /Subtype /Link /Rect [72 640 300 670] /Border [0 0 1] /Dest [${pageNumber(7)} 0 R /XYZ 0 792 0] >>`,
  );
  add(
    '<< /Type /Annot /Subtype /Link /Rect [72 590 300 620] /Border [0 0 1] /A << /S /URI /URI (https://example.org/outside) >> >>',
  );
  add(
    '<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /Rect [72 500 300 530] /AA << /K << /S /JavaScript /JS (app.alert\\("key"\\)) >> >> >>',
  );
  for (let page = 1; page <= pages; page += 1) {
    const lines = [`Leaf number ${page}`, ...(page === 1 ? ['To leaf seven', 'To the web'] : [])];
    const text = lines.map((line, index) => `BT /F1 20 Tf 72 ${700 - index * 50} Td (${line}) Tj ET`).join('\n');
    const annotations = page === 1 ? '/Annots [4 0 R 5 0 R 6 0 R]' : '';
    const turned = page === pages ? '/Rotate 90' : '';
    add(
      `<< /Type /Page /Parent 2 0 R ${turned} /MediaBox [0 0 612 792] ${annotations} /Contents ${objects.length + 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    );
    add(`<< /Length ${text.length} >>\nstream\n${text}\nendstream`);
  }
  let out = '%PDF-1.7\n';
  const offsets = objects.map((body, index) => {
    const at = out.length;
    out += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return String(at).padStart(10, '0');
  });
  const xref = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${at} 00000 n \n`).join('')}`;
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`;
  writeFileSync(path, out, 'latin1');
  return path;
}
