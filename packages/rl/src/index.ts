/**
 * @packageDocumentation
 * Reinforcement learning of language models: losses and advantages as pure functions, rewards and verifiable tasks, and the
 * trainers that put them together.
 */

export * from './advantages/index.js';
export * from './losses/index.js';
