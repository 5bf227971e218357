/**
 * Reading byte ranges of a file. Large ranges are read as several chunks at once on libuv's threads, so that reading runs at
 * memory speed from the page cache and the event loop stays free. Nothing is allocated here for outside sizes: the caller gives the room.
 */
import type { FileHandle } from 'node:fs/promises';

const chunkBytes = 8 << 20;
const chunksInFlight = 4;

/**
 * Fills `into` from `position` on. Returns the number of bytes that lie before the end of the file or the first
 * missing byte; less than `into.length` means that the file ends early.
 */
export async function readRange(handle: FileHandle, into: Uint8Array, position: number): Promise<number> {
  if (into.length <= chunkBytes) return readChunk(handle, into, position);
  let next = 0;
  let end = into.length;
  const worker = async (): Promise<void> => {
    while (next < end) {
      const begin = next;
      next += chunkBytes;
      const want = Math.min(chunkBytes, into.length - begin);
      const got = await readChunk(handle, into.subarray(begin, begin + want), position + begin);
      if (got < want) end = Math.min(end, begin + got);
    }
  };
  await Promise.all(Array.from({ length: chunksInFlight }, worker));
  return end;
}

async function readChunk(handle: FileHandle, into: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}
