/** Writing PNG files, so that pictures need no optional package. */
import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import { channels, checkImage, type Image } from './image.js';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The bytes of a PNG file of an image. */
export async function encodePng(image: Image): Promise<Buffer<ArrayBuffer>> {
  checkImage('encodePng', image);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(image.width, 0);
  header.writeUInt32BE(image.height, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB
  const row = image.width * channels;
  const lines = Buffer.alloc(image.height * (row + 1)); // each line starts with its filter: none
  for (let y = 0; y < image.height; y++) lines.set(image.data.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const data = await promisify(deflate)(lines);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
