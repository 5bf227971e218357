/** Every kernel family, in the order that gives kernels their ids. */
import adafactor from './adafactor.js';
import adaptive from './adaptive.js';
import attention from './attention.js';
import binary from './binary.js';
import clipping from './clipping.js';
import conv from './conv.js';
import ctc from './ctc.js';
import decomposition from './decomposition.js';
import elementwise from './elementwise.js';
import gemm from './gemm.js';
import indexing from './indexing.js';
import layer from './layer.js';
import linearHead from './linear-head.js';
import loss from './loss.js';
import moment from './moment.js';
import movement from './movement.js';
import norm from './norm.js';
import optimizer from './optimizer.js';
import pool from './pool.js';
import quantizer from './quantizer.js';
import random from './random.js';
import reduce from './reduce.js';
import softmax from './softmax.js';
import sort from './sort.js';
import sparse from './sparse.js';
import subnetwork from './subnetwork.js';

export const families = [
  elementwise,
  binary,
  movement,
  reduce,
  indexing,
  random,
  softmax,
  loss,
  ctc,
  norm,
  optimizer,
  adafactor,
  clipping,
  subnetwork,
  quantizer,
  linearHead,
  sparse,
  gemm,
  conv,
  attention,
  pool,
  sort,
  adaptive,
  decomposition,
  moment,
  layer,
];
