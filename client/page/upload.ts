import type { HttpClient } from '../http.ts';

/** An upload that the server did not take: `code` says why, undefined where it did not answer. */
export class UploadRefused extends Error {
  readonly code: string | undefined;

  constructor(code: string | undefined) {
    super(code ?? 'no answer');
    this.code = code;
  }
}

/** Sends a file for a room. By XMLHttpRequest: `fetch` does not tell how far it is. Gives the file's id. */
export async function upload(
  http: HttpClient,
  {
    room,
    file,
    signal,
    onProgress,
  }: { room: string; file: File; signal: AbortSignal; onProgress: (share: number) => void },
): Promise<string> {
  const token = await http.token();
  const form = new FormData();
  form.append('purpose', 'chat');
  form.append('roomId', room);
  form.append('file', file);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const request = new XMLHttpRequest();
  request.open('POST', '/v1/files');
  request.setRequestHeader('Authorization', `Bearer ${token}`);
  request.responseType = 'json';
  request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
  request.addEventListener('load', () => {
    const { id, code } = Object(request.response) as { id?: string; code?: string };
    if (request.status === 201 && id !== undefined) resolve(id);
    else reject(new UploadRefused(code));
  });
  for (const end of ['error', 'abort', 'timeout'])
    request.addEventListener(end, () => reject(new UploadRefused(undefined)));
  signal.addEventListener('abort', () => request.abort(), { once: true });
  if (signal.aborted) throw new UploadRefused(undefined);
  request.send(form);
  return promise;
}
