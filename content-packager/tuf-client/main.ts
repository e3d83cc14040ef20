import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { refreshRepository, type TrustedRepository } from '#core/repository/client.ts';
import { metadataParsers } from '#core/repository/parsers.ts';
import { RepositoryError } from '#core/repository/repository-error.ts';
import { readTrustedRoot } from '#core/repository/root-chain.ts';
import { readIfThere, writeDurably } from '../writer/programme/disk.ts';
import { readArguments, type TufCommand } from './arguments.ts';
import { fileNameOf, openFolderStore } from './folder-store.ts';
import { httpFetch } from './http-fetch.ts';
import { SPECIFICATION } from './schemes.ts';
import { TufClientError } from './tuf-client-error.ts';

const PARSERS = metadataParsers(SPECIFICATION);

/** Runs `tuf-client` with these arguments; answers the exit status, 0 or 1. */
export async function main(line: readonly string[]): Promise<number> {
  try {
    await run(readArguments(line));
    return 0;
  } catch (error) {
    const isExpected = error instanceof RepositoryError || error instanceof TufClientError;
    console.error(isExpected ? `tuf-client: ${error.message}${becauseOf(error)}` : error);
    return 1;
  }
}

async function run(command: TufCommand): Promise<void> {
  switch (command.kind) {
    case 'init':
      return init(command);
    case 'refresh':
      await refresh(command);
      return;
    case 'download': {
      const repository = await refresh(command);
      for (const name of command.targetNames) await downloadTarget(repository, name, command.targetDir);
    }
  }
}

async function init({ metadataDir, trustedRoot }: TufCommand & { kind: 'init' }): Promise<void> {
  const bytes = new Uint8Array(await readFile(trustedRoot));
  await readTrustedRoot(bytes, PARSERS);
  await openFolderStore(metadataDir).commit(new Map([['root', bytes]]));
}

async function refresh(command: TufCommand & { kind: 'refresh' | 'download' }): Promise<TrustedRepository> {
  const store = openFolderStore(command.metadataDir);
  // TUF 5.2: what is trusted at the start of a cycle is the root that the last one ended with.
  const trustedRoot = await store.read('root');
  if (!trustedRoot) throw new TufClientError({ code: 'NO_ROOT', detail: command.metadataDir });
  const targets = command.kind === 'download' ? command.targetBaseUrl : undefined;
  return refreshRepository({
    store,
    trustedRoot,
    fetch: httpFetch({ metadata: command.metadataUrl, targets }),
    now: Date.now(),
    parsers: PARSERS,
  });
}

/** Leaves the target in the folder; what is there already and still right is not fetched again. */
async function downloadTarget(repository: TrustedRepository, name: string, folder: string): Promise<void> {
  const path = join(folder, fileNameOf(name));
  const present = await readIfThere(path);
  if (present && (await repository.matchTarget(name, present))) return;
  await writeDurably(path, await repository.downloadTarget(name));
}

function becauseOf(error: Error): string {
  return error.cause instanceof Error ? ` (${error.cause.message})` : '';
}
