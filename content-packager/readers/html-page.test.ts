import { describe, expect, test } from 'vitest';
import { createReport } from './course.ts';
import { cleanHtmlPage } from './html-page.ts';
import { createGeneratedFiles, type PageContext } from './page-context.ts';
import { ReaderError } from './reader-error.ts';
import { cleanSvg } from './svg.ts';
import { xhtmlToHtml } from './xhtml.ts';

const known = new Map([
  ['a/other.html', { linkHref: 'a/other.html', embedHref: 'a/other.html', type: 'text/html', title: 'A file' }],
  ['a/pic.png', { linkHref: 'a/pic.png', embedHref: 'a/pic.png', type: 'image/png', title: 'A file' }],
  ['film.webm', { linkHref: 'film.webm.html', embedHref: 'film.webm', type: 'video/webm', title: 'A file' }],
  ['style.css', { linkHref: 'style.css', embedHref: 'style.css', type: 'text/css', title: 'A file' }],
]);

function contextFor(): PageContext {
  return {
    path: 'a/page.html',
    href: 'a/page.html',
    report: createReport(),
    language: 'nl',
    direction: 'ltr',
    fallbackTitle: 'Page',
    defaultStyleHref: 'leeslicht/page.css',
    generated: createGeneratedFiles('leeslicht/made'),
    target: (path) => known.get(path),
    captionsOf: (path) => (path === 'film.webm' ? [{ href: 'film.vtt', language: 'nl', label: 'Nederlands' }] : []),
  };
}

function clean(body: string): { html: string; codes: string[]; context: PageContext } {
  const context = contextFor();
  const { html } = cleanHtmlPage(body, context);
  return { html, codes: context.report.entries().map((entry) => entry.code), context };
}

test('a page is a whole document with charset, language, direction, viewport and title', () => {
  expect(clean('<h1>Hallo</h1>').html).toBe(
    '<!doctype html><html lang="nl" dir="ltr"><head><meta charset="utf-8" /><meta name="viewport" content="width=device-width, initial-scale=1" /><title>Hallo</title><link rel="stylesheet" href="../leeslicht/page.css" /></head><body><h1>Hallo</h1></body></html>',
  );
});

describe('nothing that acts or reaches out gets through', () => {
  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)><script>alert(1)</script><animate attributeName=href to=javascript:alert(1)></animate></svg>',
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<svg><use href="https://evil.example/x.svg#a"></use><image href="https://evil.example/x.png"></image></svg>',
    '<svg><foreignObject><iframe src="https://evil.example"></iframe></foreignObject></svg>',
    '<math><maction actiontype="statusline" href="javascript:alert(1)"><mi>x</mi></maction></math>',
    '<math><annotation-xml encoding="text/html"><script>alert(1)</script></annotation-xml></math>',
    '<iframe src="https://evil.example"></iframe><object data="https://evil.example"></object><embed src="https://evil.example">',
    '<form action="https://evil.example"><input name=a><button formaction="javascript:alert(1)">x</button></form>',
    '<a href="javascript:alert(1)">x</a><a href="java&#10;script:alert(1)">x</a><a href="&#106;avascript:alert(1)">x</a>',
    '<a href="vbscript:x">x</a><a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<img src="https://evil.example/pixel.png"><img srcset="https://evil.example/pixel.png 2x" src="pic.png">',
    '<video src="https://evil.example/x.mp4" poster="https://evil.example/p.png" autoplay></video><audio src="//evil.example/a.mp3"></audio>',
    '<video><source src="https://evil.example/x.mp4"><track src="https://evil.example/x.vtt"></video>',
    '<link rel="preconnect" href="https://evil.example"><link rel="stylesheet" href="https://evil.example/x.css"><link rel="prefetch" href="https://evil.example">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example"><base href="https://evil.example/">',
    '<p style="background:url(https://evil.example/x)">x</p><style>p{background:url(https://evil.example/x)}</style>',
    '<table background="https://evil.example/x"><tr><td background="https://evil.example/x">x</td></tr></table>',
    '<svg><rect fill="url(https://evil.example/x#a)" style="fill:url(https://evil.example/y)"></rect></svg>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">x</p></noscript>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<template><script>alert(1)</script></template><portal src="https://evil.example"></portal>',
    '<body onload=alert(1) background="https://evil.example/x"><p>x</p></body>',
  ])('%s', (hostile) => {
    const { html, context } = clean(hostile);
    const again = new Set<string>();
    for (const match of html.matchAll(/<([a-z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>/gi)) {
      again.add((match[1] ?? '').toLowerCase());
      for (const [, name = '', value = ''] of (match[2] ?? '').matchAll(/\s([\w:-]+)(?:="([^"]*)")?/g)) {
        expect(name).not.toMatch(/^on|^style$|srcset|background|formaction|autoplay|http-equiv/i);
        if (name !== 'title') expect(value).not.toMatch(/javascript:|vbscript:|evil\.example/i);
      }
    }
    for (const tag of [
      'script',
      'iframe',
      'object',
      'embed',
      'form',
      'input',
      'button',
      'base',
      'style',
      'template',
      'animate',
      'portal',
    ])
      expect(again.has(tag), tag).toBe(false);
    for (const file of context.generated.files()) expect(file.type).not.toBe('text/html');
  });

  test('cleaning a clean page again changes nothing', () => {
    const first = clean(
      '<h1>A</h1><p class="x">B <em>c</em> &lt;d&gt;</p><math><mi>x</mi></math><svg viewBox="0 0 1 1"><path d="M0 0"></path></svg>',
    ).html;
    expect(
      clean(first.replace('../leeslicht/page.css', '../style.css')).html.replace(
        '../style.css',
        '../leeslicht/page.css',
      ),
    ).toBe(first);
  });
});

test('outside links become text and are reported', () => {
  const { html, codes } = clean('<p>See <a href="https://example.org/x">the site</a>.</p>');
  expect(html).toContain('<p>See <span class="ll-external">the site</span>.</p>');
  expect(codes).toEqual(['EXTERNAL_LINK']);
});

test('links inside the module lead to the final names', () => {
  expect(clean('<a href="./other.html#x">o</a><a href="../film.webm">f</a>').html).toContain(
    '<a href="other.html#x">o</a><a href="../film.webm.html">f</a>',
  );
});

test('a film gets controls and its captions', () => {
  expect(clean('<video src="../film.webm" autoplay></video>').html).toContain(
    '<video src="../film.webm" controls preload="metadata"><track kind="captions" src="../film.vtt" srclang="nl" label="Nederlands" default /></video>',
  );
});

test('mathematics and pictures drawn in the page stay', () => {
  const { html, codes } = clean(
    '<math display="block"><mfrac><mi>a</mi><mn>2</mn></mfrac></math><svg viewBox="0 0 9 9"><linearGradient id="g"></linearGradient><circle r="4" fill="url(#g)"></circle></svg>',
  );
  expect(html).toContain('<math display="block"><mfrac><mi>a</mi><mn>2</mn></mfrac></math>');
  expect(html).toContain(
    '<svg viewBox="0 0 9 9"><linearGradient id="g"></linearGradient><circle r="4" fill="url(#g)"></circle></svg>',
  );
  expect(codes).toEqual([]);
});

test('style attributes move to a style sheet, so that no inline style is needed', () => {
  const { html, context } = clean('<p style="color:red">a</p><p class="k" style="color:red">b</p>');
  expect(html).toContain('<p class="ll-s1">a</p><p class="k ll-s1">b</p>');
  expect(context.generated.files().map((file) => file.type)).toEqual(['text/css']);
});

test('a picture in the address becomes a file', () => {
  const { html, context } = clean(
    '<img alt="dot" src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==">',
  );
  expect(html).toMatch(/<img alt="dot" src="\.\.\/leeslicht\/made\/[0-9a-f]{16}\.png" \/>/);
  expect(context.generated.files()).toHaveLength(1);
});

test('a page nested ten thousand deep is refused, not a crash', () => {
  for (const html of ['<div>'.repeat(10_000), '<b><div>'.repeat(500), '<svg>'.repeat(10_000)]) {
    expect(() => clean(html)).toThrow(ReaderError);
  }
});

test('XHTML keeps its meaning: empty elements, CDATA, prefixes', () => {
  const html = xhtmlToHtml(
    '<?xml version="1.0"?><!DOCTYPE html><html xmlns:m="http://www.w3.org/1998/Math/MathML"><head><title/><script src="x"/></head><body><a id="x"/><p>1 &lt; 2<![CDATA[ <b> ]]></p><m:math><m:mi>x</m:mi></m:math><br/></body></html>',
    'x',
  );
  const page = clean(html).html;
  expect(page).toContain('<a id="x"></a><p>1 &#x3C; 2 &#x3C;b> </p><math><mi>x</mi></math><br />');
});

test('entity declarations are refused', () => {
  const bomb = '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><html><body>&b;</body></html>';
  expect(() => xhtmlToHtml(bomb, 'x')).toThrow(expect.objectContaining({ code: 'XML_ENTITIES' }));
});

test('an SVG file comes out as XML without anything that acts', () => {
  const svg = cleanSvg(
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="alert(1)"><style>.a{fill:url(https://evil.example/x)}.b{fill:url(#g)}</style><script>alert(1)</script><a href="javascript:alert(1)"><rect class="a" width="9"/></a><image href="https://evil.example/x.png"/><set attributeName="href" to="javascript:alert(1)"/></svg>',
    contextFor(),
  );
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 9 9"><style>/);
  expect(svg).not.toMatch(/evil|alert|script|<set|<image/);
  expect(svg).toContain('url("#g")');
});
