// Makes the media of the demo courses. Needs ffmpeg, espeak-ng and Chromium; the results are committed,
// so nobody has to run this to use Leeslicht: node demo/media/make-media.mjs
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chart, desk, fourSteps, path, room, weekFrame, worksheet } from './drawings.mjs';
import { courses } from './texts.mjs';

const SCENE_SECONDS = 6;
const scratch = mkdtempSync(join(tmpdir(), 'leeslicht-media-'));
const run = (command, args) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'] });
const ffmpeg = (...args) => run('ffmpeg', ['-y', '-loglevel', 'error', ...args]);
const chromium = (...args) =>
  run(process.env.CHROMIUM ?? '/usr/bin/chromium', [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--hide-scrollbars',
    ...args,
  ]);

function screenshot(html, png, width, height) {
  const page = join(scratch, 'page.html');
  writeFileSync(page, html);
  chromium(`--window-size=${width},${height}`, `--screenshot=${png}`, `file://${page}`);
}

function speak(voice, text, wav) {
  run('espeak-ng', ['-v', voice, '-s', '135', '-g', '4', '-w', wav, text]);
}

const stamp = (seconds) => `00:00:${seconds.toFixed(3).padStart(6, '0')}`;

function makeVideo(course, media) {
  const parts = [];
  course.scenes.forEach((text, scene) => {
    const png = join(scratch, `${scene}.png`);
    const wav = join(scratch, `${scene}.wav`);
    const part = join(scratch, `${scene}.mkv`);
    screenshot(weekFrame(course, scene), png, 640, 360);
    speak(course.voice, text, wav);
    ffmpeg(
      '-loop',
      '1',
      '-framerate',
      '12',
      '-i',
      png,
      '-i',
      wav,
      '-af',
      'adelay=500|500,apad',
      '-t',
      String(SCENE_SECONDS),
      '-c:v',
      'ffv1',
      '-c:a',
      'pcm_s16le',
      '-ar',
      '48000',
      part,
    );
    parts.push(part);
  });
  const list = join(scratch, 'parts.txt');
  writeFileSync(list, parts.map((part) => `file '${part}'`).join('\n'));
  ffmpeg(
    '-f',
    'concat',
    '-safe',
    '0',
    '-i',
    list,
    '-c:v',
    'libvpx-vp9',
    '-crf',
    '34',
    '-b:v',
    '0',
    '-deadline',
    'good',
    '-cpu-used',
    '5',
    '-g',
    '72',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'libopus',
    '-b:a',
    '32k',
    '-ac',
    '1',
    join(media, `${course.names.video}.webm`),
  );
  const cues = course.scenes.map(
    (text, i) => `${i + 1}\n${stamp(i * SCENE_SECONDS + 0.4)} --> ${stamp((i + 1) * SCENE_SECONDS - 0.1)}\n${text}\n`,
  );
  writeFileSync(join(media, `${course.names.video}.${course.language}.vtt`), `WEBVTT\n\n${cues.join('\n')}`);
}

for (const course of courses) {
  const folder = fileURLToPath(new URL(`../courses/${course.folder}`, import.meta.url));
  const images = join(folder, 'images');
  const media = join(folder, 'media');
  mkdirSync(images, { recursive: true });
  mkdirSync(media, { recursive: true });
  const { names } = course;
  writeFileSync(join(images, `${names.desk}.svg`), desk(course.alt.desk));
  writeFileSync(join(images, `${names.room}.svg`), room(course.alt.room, course.room));
  writeFileSync(
    join(images, `${names.steps}.svg`),
    fourSteps(course.steps.join(', '), course.steps, course.stepsMiddle),
  );
  writeFileSync(join(images, `${names.path}.svg`), path(course.alt.path));
  screenshot(chart(course.chart), join(images, `${names.chart}.png`), 920, 530);
  const sheet = join(scratch, 'sheet.html');
  writeFileSync(sheet, worksheet(course));
  chromium('--no-pdf-header-footer', `--print-to-pdf=${join(folder, `${names.pdf}.pdf`)}`, `file://${sheet}`);
  const wav = join(scratch, 'sound.wav');
  speak(course.voice, course.sound, wav);
  ffmpeg('-i', wav, '-c:a', 'libopus', '-b:a', '40k', '-ac', '1', join(media, `${names.sound}.ogg`));
  makeVideo(course, media);
}
rmSync(scratch, { recursive: true });
