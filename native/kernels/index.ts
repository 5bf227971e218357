/** Every kernel family, in the order that gives kernels their ids. */
import softmax from './softmax.js';

export const families = [softmax];
