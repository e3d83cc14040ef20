import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page, test } from '@playwright/test';

/** A laptop whose browser keeps its profile on disk, and from which the battery can be taken. */
export interface Laptop {
  /** Starts the browser on the profile as it was left, and gives its one page. */
  start(): Promise<Page>;
  /** SIGKILL to the browser that `start` made, at once: nothing is asked of any page. */
  kill(): Promise<void>;
  /** Another laptop with the disk of this one, as it lies there now. Only while this one is off. */
  copy(): Laptop;
  /** Ends the browser and removes its profile. */
  remove(): Promise<void>;
}

/** Makes a laptop; `proxyServer` is the wire it hangs on. */
export function makeLaptop(proxyServer?: string): Laptop {
  return laptopOn(mkdtempSync(join(tmpdir(), 'leeslicht-laptop-')), proxyServer);
}

function laptopOn(profile: string, proxyServer: string | undefined): Laptop {
  let child: ChildProcess | undefined;
  let browser: Browser | undefined;

  async function kill(): Promise<void> {
    const running = child;
    child = undefined;
    if (running?.pid !== undefined && running.exitCode === null && running.signalCode === null) {
      const ended = new Promise((done) => running.once('exit', done));
      // The group that `detached` made: the browser with its renderers, and nobody else.
      process.kill(-running.pid, 'SIGKILL');
      await ended;
    }
    // The connection broke with the browser.
    await browser?.close().catch(() => undefined);
    browser = undefined;
  }

  return {
    async start() {
      const portFile = join(profile, 'DevToolsActivePort');
      rmSync(portFile, { force: true });
      for (const lock of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) {
        rmSync(join(profile, lock), { force: true });
      }
      const proxy = proxyServer ? [`--proxy-server=${proxyServer}`, '--proxy-bypass-list=<-loopback>'] : [];
      const { args = [], executablePath } = test.info().project.use.launchOptions ?? {};
      const flags = [...args, '--headless=new', '--remote-debugging-port=0', '--lang=en-GB'];
      const window = ['--window-size=1366,768', '--password-store=basic', '--no-default-browser-check'];
      const path = executablePath ?? chromium.executablePath();
      child = spawn(path, [...flags, ...window, ...proxy, `--user-data-dir=${profile}`, 'about:blank'], {
        detached: true,
        stdio: 'ignore',
      });
      const port = await readPort(portFile, child);
      browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
      const context = browser.contexts()[0];
      if (!context) throw new Error('the browser has no window');
      return context.pages()[0] ?? context.newPage();
    },
    kill,
    copy() {
      const disk = mkdtempSync(join(tmpdir(), 'leeslicht-laptop-'));
      cpSync(profile, disk, { recursive: true });
      return laptopOn(disk, proxyServer);
    },
    async remove() {
      await kill();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

async function readPort(file: string, child: ChildProcess): Promise<number> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`the browser ended with ${child.exitCode}`);
    const line = existsSync(file) ? readFileSync(file, 'utf8').split('\n')[0] : undefined;
    if (line) return Number(line);
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('the browser did not say where it listens');
}
