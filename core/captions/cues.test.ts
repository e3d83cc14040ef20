import { expect, test } from 'vitest';
import { cueAt, plainCue, readCues } from './cues.ts';

test('a cue is its words, without marks and with its signs as they are read', () => {
  expect(plainCue('<v Anna>Hello\n<i>there</i></v>')).toBe('Hello there');
  expect(plainCue('R&amp;D &lt;here&gt;&nbsp;now')).toBe('R&D <here> now');
});

test('cues are read with and without hours, names and settings; notes, styles and regions say nothing', () => {
  const file = [
    'WEBVTT - a film\r\nKind: captions',
    'STYLE\n::cue { color: red }',
    'NOTE not said --> nobody',
    'REGION\nid:fred',
    'second\n01:00:02.500 --> 01:00:04.000 align:start\nlate\nwords',
    '00:01.250 --> 00:03.000\nearly words',
    '00:01.250 --> 00:09.000\nlonger, so first',
    '00:05.000 --> 00:06.000\n<i></i>',
    '0:0 --> 9\nbroken',
  ].join('\r\n\r\n');
  expect(readCues(file)).toEqual([
    { startSeconds: 1.25, text: 'longer, so first' },
    { startSeconds: 1.25, text: 'early words' },
    { startSeconds: 3602.5, text: 'late words' },
  ]);
  expect(readCues('no captions at all')).toEqual([]);
});

test('an offset in the words that are said leads to the cue that says them', () => {
  const cues = ['one two', 'three', 'four'].map((text, at) => ({ startSeconds: at * 10, text }));
  expect([0, 4, 8, 13, 14].map((offset) => cueAt(cues, 0, offset)?.startSeconds)).toEqual([0, 0, 10, 10, 20]);
  expect(cueAt(cues, 10, 6)?.text).toBe('four');
  expect(cueAt(cues, 20, 99)).toBeUndefined();
});
