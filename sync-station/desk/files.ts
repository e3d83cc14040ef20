import { maxFileBytes, type UploadedFile } from '../api/basics.ts';
import { CallError } from './call.ts';

/** Reads a chosen file for a JSON body. Throws CallError FILE_TOO_LARGE before it reads. */
export async function readUpload(file: File): Promise<UploadedFile> {
  if (file.size > maxFileBytes) throw new CallError('FILE_TOO_LARGE');
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { name: file.name, base64: btoa(text) };
}

/** Offers a text as a file to keep. */
export function saveText(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
