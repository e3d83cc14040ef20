/**
 * Takes what the converter behind this does not look into off the text of a Word document, and leaves the text: simple
 * fields such as the number of a figure (ECMA-376 part 1, 17.16.19), and readings over characters (17.3.3.25), which
 * then stand in brackets after them. One pass each.
 */
export function unwrapRuns(xml: string): string {
  const plain = xml.includes('<w:fldSimple') ? xml.replace(/<\/?w:fldSimple(?=[\s/>])[^>]*>/g, '') : xml;
  return plain.includes('<w:ruby>') ? unwrapRuby(plain) : plain;
}

function unwrapRuby(xml: string): string {
  let plain = '';
  let done = 0;
  for (let start = xml.indexOf('<w:ruby>'); start !== -1; start = xml.indexOf('<w:ruby>', done)) {
    const end = xml.indexOf('</w:ruby>', start);
    if (end === -1) break;
    const ruby = xml.slice(start, end);
    const base = between(ruby, '<w:rubyBase>', '</w:rubyBase>');
    const reading = between(ruby, '<w:rt>', '</w:rt>');
    // Base and reading are runs themselves, and a run holds no runs.
    plain += `${xml.slice(done, start)}</w:r>${base}${textRun(' (')}${reading}${textRun(')')}<w:r>`;
    done = end + '</w:ruby>'.length;
  }
  return plain + xml.slice(done);
}

function textRun(text: string): string {
  return `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
}

function between(xml: string, open: string, close: string): string {
  const start = xml.indexOf(open);
  const end = xml.indexOf(close, start);
  return start === -1 || end === -1 ? '' : xml.slice(start + open.length, end);
}
