import { expect, test } from 'vitest';
import { withoutDoctype } from './xml-entities.ts';

test('takes a document type off and leaves its lines', () => {
  const source =
    '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN"\n "http://www.w3.org/a>b.dtd" [\n<!-- ]> -->\n]>\n<html/>';
  expect(withoutDoctype(source, 'x')).toBe('<?xml version="1.0"?>\n\n\n\n\n<html/>');
});

test('writes out entities that are a piece of text', () => {
  const source = `<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg"><!ENTITY nbsp '&#160;'><!ENTITY q 'a"b'>]>`;
  expect(withoutDoctype(`${source}<svg xmlns="&ns;" a="&q;">&nbsp;&amp;&other;</svg>`, 'x')).toBe(
    '<svg xmlns="http://www.w3.org/2000/svg" a="a&#34;b">&#160;&amp;&other;</svg>',
  );
});

test.each([
  ['entities in entities', '[<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]', '&b;'],
  ['an entity that names a file', '[<!ENTITY a SYSTEM "file:///etc/passwd">]', '&a;'],
  ['an entity that names an address', '[<!ENTITY a PUBLIC "x" "https://evil.example/a">]', '&a;'],
  ['a parameter entity', '[<!ENTITY % a "<!ENTITY b SYSTEM \'x\'>"> %a;]', ''],
  ['markup in an entity', '[<!ENTITY a "<script>1</script>">]', '&a;'],
  ['an entity of great length', `[<!ENTITY a "${'a'.repeat(1001)}">]`, ''],
  ['one entity a great many times', `[<!ENTITY a "${'a'.repeat(1000)}">]`, '&a;'.repeat(2000)],
  ['a great many entities', `[${Array.from({ length: 257 }, (_, index) => `<!ENTITY e${index} "a">`).join('')}]`, ''],
])('refuses %s', (_name, subset, body) => {
  expect(() => withoutDoctype(`<!DOCTYPE a ${subset}><a>${body}</a>`, 'x')).toThrow(
    expect.objectContaining({ code: 'XML_ENTITIES' }),
  );
});

test('refuses a second document type, and leaves a text about entities alone', () => {
  expect(() => withoutDoctype('<!DOCTYPE a><!DOCTYPE a [<!ENTITY b "c">]><a/>', 'x')).toThrow(
    expect.objectContaining({ code: 'XML_ENTITIES' }),
  );
  const lesson = '<p><![CDATA[<!ENTITY b "c">]]></p>';
  expect(withoutDoctype(`<!DOCTYPE html>${lesson}`, 'x')).toBe(lesson);
});
