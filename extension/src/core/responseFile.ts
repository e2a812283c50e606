/** A response body on disk, in a file without a name: nothing is left when we end. */

import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** Maximum bytes to keep of a stream that doesn't end. */
export const MOST_KEPT = 1_000_000_000;

export class ResponseFile {
  /** Bytes that are kept. */
  size = 0;
  private closed = false;

  private constructor(
    private readonly handle: FileHandle,
    /** Where a file system keeps it that removes no open file, as some of Windows. */
    private readonly path: string,
  ) {}

  static async create(folder: string = tmpdir()): Promise<ResponseFile> {
    const path = join(folder, `funclens-${randomUUID()}`);
    const handle = await open(path, "wx+", 0o600);
    const isGone = await unlink(path).then(
      () => true,
      () => false,
    );
    return new ResponseFile(handle, isGone ? "" : path);
  }

  async add(part: Uint8Array): Promise<void> {
    const kept = part.subarray(0, MOST_KEPT - this.size);
    if (this.closed || kept.length === 0) return;
    await this.handle.writeFile(kept);
    this.size += kept.length;
  }

  /** Return the first bytes. */
  async read(most: number): Promise<Buffer> {
    const bytes = Buffer.alloc(Math.min(most, this.size));
    if (this.closed) return Buffer.alloc(0);
    const { bytesRead } = await this.handle.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  }

  async copyTo(path: string): Promise<void> {
    const source = this.handle.createReadStream({ start: 0, autoClose: false });
    await pipeline(source, createWriteStream(path));
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.handle.close();
    if (this.path) await unlink(this.path).catch(() => undefined);
  }
}
