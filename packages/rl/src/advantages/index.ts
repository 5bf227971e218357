export * from './group.js';
export * from './prime.js';
export * from './returns.js';
export * from './rows.js';
