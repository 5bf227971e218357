/**
 * Who we are compared with, and how each is started. Peers are optional and never dependencies of this project: Python
 * ones come from an interpreter, JavaScript ones from a folder, C++ ones are compiled when first needed. What is
 * missing is reported as absent, with how to get it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from './process.js';
import type { DeviceType } from './protocol.js';

/** `tessera` is ourselves, for works that are compared with another work of ours. */
export type PeerName = 'tessera' | Peer;

type Peer = 'torch' | 'faiss' | 'optax' | 'onednn' | 'tfjs-wasm' | 'jax-js' | 'onnxruntime' | 'limits';

export interface PeerOptions {
  /** Python interpreter with torch, faiss or optax; absent: those peers are absent. */
  readonly python?: string;
  /** Folder whose node_modules has the JavaScript peers; absent: those peers are absent. */
  readonly folder?: string;
}

const sources = fileURLToPath(new URL('../peers/', import.meta.url));
const builds = fileURLToPath(new URL('../build/', import.meta.url));

export const javaScriptPeers =
  'npm install --ignore-scripts @tensorflow/tfjs @tensorflow/tfjs-backend-wasm @jax-js/jax onnxruntime-node';

class Missing extends Error {}

const python =
  (script: string) =>
  ({ python }: PeerOptions): Command => {
    if (python === undefined) throw new Missing('no Python given (--python PATH or TESSERA_PYTHON)');
    return { path: python, args: [join(sources, script)], env: { PYTHONUNBUFFERED: '1' } };
  };

const javaScript =
  (script: string) =>
  ({ folder }: PeerOptions): Command => {
    if (folder === undefined) throw new Missing('no folder given (--peers DIR or TESSERA_PEERS)');
    return { path: process.execPath, args: [join(sources, script), resolve(folder)] };
  };

const native =
  (name: string, ...flags: string[]) =>
  (): Command => ({ path: compiled(name, flags), args: [] });

const peers: Readonly<Record<Peer, { start: (options: PeerOptions) => Command; devices: readonly DeviceType[] }>> = {
  torch: { start: python('torch_peer.py'), devices: ['cpu', 'cuda'] },
  faiss: { start: python('faiss_peer.py'), devices: ['cpu'] },
  optax: { start: python('optax_peer.py'), devices: ['cpu'] },
  onednn: { start: native('onednn', '-fopenmp', '-ldnnl'), devices: ['cpu'] },
  'tfjs-wasm': { start: javaScript('tfjs-wasm.mjs'), devices: ['cpu'] },
  'jax-js': { start: javaScript('jax-js.mjs'), devices: ['cpu'] },
  onnxruntime: { start: javaScript('onnxruntime.mjs'), devices: ['cpu'] },
  limits: { start: native('limits', '-march=native', '-pthread'), devices: ['cpu'] },
};

/** How to start a peer, or why it cannot be had. */
export function peerCommand(name: Peer, device: DeviceType, options: PeerOptions): Command | { absent: string } {
  const { start, devices } = peers[name];
  if (!devices.includes(device)) return { absent: `not on ${device}` };
  try {
    return start(options);
  } catch (error) {
    if (error instanceof Missing) return { absent: error.message };
    throw error;
  }
}

/** The executable of a C++ peer, compiled when its sources are newer. */
function compiled(name: string, flags: readonly string[]): string {
  const source = join(sources, `${name}.cc`);
  const binary = join(builds, name);
  const newest = Math.max(...[source, join(sources, 'protocol.h')].map((file) => statSync(file).mtimeMs));
  if (existsSync(binary) && statSync(binary).mtimeMs > newest) return binary;
  mkdirSync(builds, { recursive: true });
  try {
    execFileSync('g++', ['-O3', '-std=c++20', source, '-o', binary, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    const problem =
      String(stderr ?? '')
        .split('\n')
        .find((line) => line.includes('error')) ?? '';
    throw new Missing(code === 'ENOENT' ? 'g++ is not installed' : `it does not compile here: ${problem}`);
  }
  return binary;
}
