import { parseManifest } from '#core/module/manifest.ts';
import { openDeviceDatabase } from '../../app/platform/device/device-database.ts';

/** A module on this device, with where its files are served. */
export interface ModuleOnDevice {
  readonly path: string;
  readonly title: string;
  readonly files: readonly { readonly href: string; readonly type: string; readonly url: string }[];
}

/** The modules on this device. */
export async function modulesHere(): Promise<readonly ModuleOnDevice[]> {
  const database = await openDeviceDatabase();
  const modules: ModuleOnDevice[] = [];
  for (const { path, title, key, manifestSha256 } of await database.getAll('active')) {
    const stored = await database.get('manifests', manifestSha256);
    if (!stored) continue;
    const files = parseManifest(stored.manifest).files.map(({ href, type }) => {
      const url = `/m/${key}/${href.split('/').map(encodeURIComponent).join('/')}`;
      return { href, type, url };
    });
    modules.push({ path, title, files });
  }
  database.close();
  return modules;
}
