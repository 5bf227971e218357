/**
 * Procedural 32x32 scenes: one object (8 shapes, 8 colours, random place, size and angle) on a soft gradient. The class is
 * the shape, so neither colour nor background gives it away. What the demo trains on: no download, known labels.
 */
import { arrayDataset, CounterRandom, type Dataset, type ImageSample } from '@tessera/data';

export const sceneClasses = ['disk', 'ring', 'square', 'triangle', 'star', 'plus', 'crescent', 'bar'] as const;
export const sceneSize = 32;

const palette = [
  [0.9, 0.12, 0.14],
  [0.96, 0.55, 0.1],
  [0.98, 0.88, 0.15],
  [0.15, 0.65, 0.25],
  [0.12, 0.6, 0.85],
  [0.35, 0.2, 0.75],
  [0.95, 0.45, 0.75],
  [0.97, 0.97, 0.97],
] as const;

type Distance = (x: number, y: number) => number;

// Not Math.hypot, which is many times slower: there are a million pixels in a thousand scenes.
const length = (x: number, y: number) => Math.sqrt(x * x + y * y);

const corners = [0, 1, 2]
  .map((k) => Math.PI / 2 + (2 * Math.PI * k) / 3)
  .map((a) => [Math.cos(a), Math.sin(a)] as const);
const wedge = (2 * Math.PI) / 5;
const [edgeX, edgeY] = [0.42 * Math.cos(wedge / 2) - 1, 0.42 * Math.sin(wedge / 2)];
const edge = length(edgeX, edgeY);

/** Signed distances to shapes that fill about [-1, 1]²: negative inside. */
const distances: Readonly<Record<(typeof sceneClasses)[number], Distance>> = {
  disk: (x, y) => length(x, y) - 0.88,
  ring: (x, y) => Math.abs(length(x, y) - 0.7) - 0.24,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 0.76,
  triangle: (x, y) => {
    let most = -Infinity;
    for (const [cos, sin] of corners) most = Math.max(most, -(x * cos + y * sin) - 0.5);
    return most;
  },
  star: (x, y) => {
    const turned = Math.atan2(x, -y) + wedge / 2;
    const angle = Math.abs(turned - wedge * Math.floor(turned / wedge) - wedge / 2);
    const r = length(x, y);
    return -((r * Math.cos(angle) - 1) * -edgeY + r * Math.sin(angle) * edgeX) / edge;
  },
  plus: (x, y) =>
    Math.min(Math.max(Math.abs(x) - 0.95, Math.abs(y) - 0.32), Math.max(Math.abs(y) - 0.95, Math.abs(x) - 0.32)),
  crescent: (x, y) => Math.max(length(x, y) - 0.92, -(length(x - 0.45, y) - 0.72)),
  bar: (x, y) => Math.max(Math.abs(x) - 1, Math.abs(y) - 0.3),
};

/** Scene `index` of a seed. */
export function sceneSample(index: number, seed: number): ImageSample {
  const random = new CounterRandom(seed, index, 0);
  const within = (low: number, high: number) => low + (high - low) * random.uniform();
  const label = Math.min(7, Math.floor(8 * random.uniform()));
  const colour = palette[Math.min(7, Math.floor(8 * random.uniform()))]!.map((v) => clamp(v + within(-0.05, 0.05)));
  const radius = within(0.26, 0.4) * sceneSize;
  const [cx, cy] = [within(0.38, 0.62) * sceneSize, within(0.38, 0.62) * sceneSize];
  const angle = within(-0.5, 0.5);
  const grey = within(0.12, 0.62);
  const base = [0, 1, 2].map(() => grey + within(-0.08, 0.08));
  const [slope, direction] = [within(-0.12, 0.12), within(0, 2 * Math.PI)];
  const plane = sceneSize * sceneSize;
  const pixels = new Float32Array(3 * plane);
  const distance = distances[sceneClasses[label]!];
  const [slopeX, slopeY] = [slope * Math.cos(direction), slope * Math.sin(direction)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let y = 0; y < sceneSize; y++) {
    for (let x = 0; x < sceneSize; x++) {
      const px = x + 0.5;
      const py = y + 0.5;
      const light = ((px / sceneSize - 0.5) * slopeX + (py / sceneSize - 0.5) * slopeY) * 2;
      const dx = (px - cx) / radius;
      const dy = (py - cy) / radius;
      const cover = clamp(0.5 - distance(dx * cos + dy * sin, dy * cos - dx * sin) * radius);
      for (let c = 0; c < 3; c++) {
        const value = clamp((base[c]! + light) * (1 - cover) + colour[c]! * cover);
        // Through bytes, as a file would be.
        pixels[c * plane + y * sceneSize + x] = Math.round(value * 255) / 127.5 - 1;
      }
    }
  }
  return { name: `scene ${seed}/${index}`, label, pixels, shape: [3, sceneSize, sceneSize] };
}

function clamp(x: number): number {
  return Math.min(1, Math.max(0, x));
}

/** `count` scenes of a seed. */
export function sceneDataset(count: number, seed: number): Dataset<ImageSample> {
  const rows = Array.from({ length: count }, (_, i) => sceneSample(i, seed));
  return arrayDataset(rows, `${count} procedural scenes, seed ${seed}`);
}
