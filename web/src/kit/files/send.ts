import type { Upload } from 'tus-js-client';
import { ProblemError, type Schemas } from '../../api/client';
import { catalogues, currentLanguage } from '../../i18n';
import { fetchPart } from '../part/fetching';

const PART_BYTES = 4 * 1024 * 1024;
/** How long it waits before it goes on after a cut. */
const AGAIN_MS = [0, 1_000, 3_000, 5_000, 10_000, 20_000];
/** Refusals that pass: another offset was reached, a part is still being taken in, too many at once. */
const PASSING = [409, 423, 429];
/** Answers after which it is no use to go on. */
const isFinal = (status: number): boolean => status >= 400 && status < 500 && !PASSING.includes(status);

interface Told {
  onProgress: (percent: number) => void;
  onSent: (key: string) => void;
  onFailed: (error: ProblemError) => void;
}

/** Sends a file in parts, going on where it was cut; gives what stops it. */
export function sendFile(file: File, { onProgress, onSent, onFailed }: Told): () => void {
  let isStopped = false;
  let upload: Upload | null = null;
  const begin = async () => {
    const tus = await fetchPart(() => import('tus-js-client'));
    if (isStopped) return;
    upload = new tus.Upload(file, {
      endpoint: '/api/files',
      chunkSize: PART_BYTES,
      retryDelays: AGAIN_MS,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name },
      headers: { 'Accept-Language': currentLanguage() },
      onShouldRetry: (error) => !isFinal(error.originalResponse?.getStatus() ?? 0),
      onProgress: (sent, whole) => onProgress(whole > 0 ? (sent / whole) * 100 : 0),
      onSuccess: () => onSent(upload?.url?.split('/').at(-1) ?? ''),
      onError: (error) => onFailed(problemIn(error)),
    });
    // A page that was loaded anew goes on with what was begun.
    const [before] = await upload.findPreviousUploads().catch(() => []);
    if (before) upload.resumeFromPreviousUpload(before);
    upload.start();
  };
  begin().catch((error: unknown) => onFailed(problemIn(error)));
  return () => {
    isStopped = true;
    void upload?.abort();
  };
}

/** What the server said of a file, in the reader's words. */
function problemIn(error: unknown): ProblemError {
  const response = (error as { originalResponse?: { getStatus: () => number; getBody: () => string } | null })
    .originalResponse;
  try {
    const problem = JSON.parse(response?.getBody() ?? '') as Schemas['Problem'];
    return new ProblemError(problem.status, problem.title, problem.detail ?? '', problem.type);
  } catch {
    return new ProblemError(response?.getStatus() ?? 0, undefined, catalogues[currentLanguage()].network);
  }
}
