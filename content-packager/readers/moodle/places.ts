import { percentDecode, rootAddress } from '../href.ts';
import { type KnownType, typeOfMediaType, typeOfName } from '../media-type.ts';
import type { Backup, BackupActivity, BackupFile } from './backup.ts';

/** Where things of a backup have their place in the module, and how addresses lead there. */
export interface Places {
  /** The page of an activity, in the words of links between pages. */
  ofActivity(activity: BackupActivity): string;
  ofChapter(activity: BackupActivity, chapterId: string): string;
  ofSection(sectionId: string): string;
  ofFile(file: BackupFile): string;
  /** Files of one area, in the order of the backup. */
  filesOf(contextId: string, component: string, area: string, itemId?: string): readonly BackupFile[];
  /** Resolves `@@PLUGINFILE@@` for one text, and the links to other activities. */
  addressIn(contextId: string, component: string, area: string, itemId?: string): (address: string) => string;
}

/** Lays out the places of a backup. `isShown` says which activities a link may lead to. */
export function placesOf(backup: Backup, isShown: (activity: BackupActivity) => boolean): Places {
  const folderOf = new Map([...backup.activities.values()].map((activity) => [activity.contextId, nameOf(activity)]));
  const byArea = new Map<string, BackupFile[]>();
  for (const file of backup.files) {
    const key = areaKey(file.contextId, file.component, file.area, file.itemId);
    byArea.set(key, [...(byArea.get(key) ?? []), file]);
  }
  const places: Places = {
    ofActivity: nameOf,
    ofChapter: (activity, chapterId) => `${nameOf(activity)}/chapter_${chapterId}`,
    ofSection: (sectionId) => `section_${sectionId}`,
    ofFile(file) {
      const folder = folderOf.get(file.contextId) ?? file.component;
      const item = file.itemId === '0' || file.itemId === '' ? '' : `/${file.itemId}`;
      return `${folder}/${file.area}${item}${file.path}`;
    },
    filesOf: (contextId, component, area, itemId = '0') =>
      byArea.get(areaKey(contextId, component, area, itemId)) ?? [],
    addressIn: (contextId, component, area, itemId = '0') => {
      const files = new Map(
        places.filesOf(contextId, component, area, itemId).map((file) => [file.path, places.ofFile(file)]),
      );
      return (address) => {
        const plugin = /^@@PLUGINFILE@@([^?#]*)/.exec(address);
        if (plugin !== null) {
          const said = plugin[1] ?? '';
          const path = (percentDecode(said) ?? said).normalize('NFC');
          const file = files.get(path.startsWith('/') ? path : `/${path}`);
          return file === undefined ? address : rootAddress(file);
        }
        const link = /^\$@[A-Z]+BYID(?:CH)?\*(\d+)(?:\*(\d+))?@\$/.exec(address);
        const activity = link === null ? undefined : backup.activities.get(link[1] ?? '');
        if (activity === undefined || !isShown(activity)) return address;
        const chapter = link?.[2];
        return rootAddress(
          activity.kind === 'book' && chapter !== undefined ? places.ofChapter(activity, chapter) : nameOf(activity),
        );
      };
    },
  };
  return places;
}

/** The type of a file of the backup: by its name, else by what Moodle noted. */
export function typeOfFile(file: BackupFile): KnownType | undefined {
  return typeOfName(file.path) ?? typeOfMediaType(file.mediaType);
}

function nameOf(activity: BackupActivity): string {
  return `${activity.kind}_${activity.id}`;
}

function areaKey(contextId: string, component: string, area: string, itemId: string): string {
  return `${contextId}\n${component}\n${area}\n${itemId}`;
}
