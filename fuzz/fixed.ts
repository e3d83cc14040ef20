/** Test key, published here: it protects nothing. The recipient of it is age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj. */
export const AGE_IDENTITY = 'AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX';

/** A manifest of one small file, for leaves to be held against. */
export const MANIFEST = JSON.stringify({
  '@context': 'https://readium.org/webpub-manifest/context.jsonld',
  metadata: {
    identifier: 'urn:leeslicht:module:maths/week-1',
    title: 'Week 1',
    language: 'nl',
    modified: '2026-11-24T05:00:00Z',
    'https://leeslicht.org/ns#version': '1.0.0',
  },
  'https://leeslicht.org/ns#leaves': {
    sha256: '66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925',
    length: 32,
  },
  readingOrder: [
    {
      href: 'one.html',
      type: 'text/html',
      properties: {
        'https://leeslicht.org/ns#length': 5,
        'https://leeslicht.org/ns#digest': '0'.repeat(64),
        'https://leeslicht.org/ns#kind': 'page',
      },
    },
  ],
});
