import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCourse } from './read-course.ts';
import { subripToWebvtt } from './subrip.ts';
import { makeFolder, TINY, textOf } from './test-input.ts';

test('SubRip cues become WebVTT cues', () => {
  expect(
    subripToWebvtt(
      '\ufeff1\r\n00:00:01,500 --> 00:00:03,000 X1:10 Y1:20\r\n<i>Hoi</i> & <font color="red">dag</font>\r\n{\\an8}boven\r\n\r\n2\r\n1:02:03,4 --> 1:02:04,45\r\n5 < 6 --> 7\r\n\r\nno cue\r\n',
    ),
  ).toBe(
    'WEBVTT\n\n00:00:01.500 --> 00:00:03.000\n<i>Hoi</i> &amp; dag\nboven\n\n01:02:03.400 --> 01:02:04.450\n5 &lt; 6 → 7\n',
  );
});

test('SubRip captions beside a film are its captions', async () => {
  const folder = await makeFolder({ 'film.webm': TINY.webm, 'film.nl.srt': '1\n00:00:01,000 --> 00:00:02,000\nHoi\n' });
  const course = await readCourse(join(folder.path, 'film.webm'), { language: 'en' });
  expect(await textOf(course, 'film.webm.html')).toContain('<track kind="captions" src="film.nl.vtt" srclang="nl"');
  expect(await textOf(course, 'film.nl.vtt')).toBe('WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHoi\n');
  expect(course.report).toEqual([]);
  await folder.remove();
});
