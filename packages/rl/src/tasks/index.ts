export * from './lists.js';
export * from './numbers.js';
export * from './problem.js';
