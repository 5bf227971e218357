/**
 * Optimizer steps that differ from Adam's relatives by an elementwise formula: one form for all, so that a method is its
 * line here and its formula in include/moment_rules.h. What is said of `step` in optimizer.ts holds here too.
 *
 * States are s0 to s3 in the order of the formula. Each formula reads some of the numbers: decays of averages (beta1 to
 * beta3), what is added below the fraction (eps) and inside its root (epsRoot), weights of the moment and of the gradient
 * above it, the scale of the root, `first` 1 at the first step, and a factor, a power, bounds and a kind of decay of its own.
 */
import { family, group } from '../lib/schema.js';
import { step } from './optimizer.js';

const rules = {
  adabeliefStep:
    'm += (1-beta1)(g-m); v = beta2 v + (1-beta2)(g-m)^2 + epsRoot; p -= lr momentWeight m/(rootScale sqrt(v) + eps)',
  acpropStep:
    'p -= lr g/(rootScale sqrt(v) + eps) of the old v; v = beta2 v + (1-beta2)(g-m)^2 + epsRoot of the old m; m += (1-beta1)(g-m)',
  yogiStep: 'm += (1-beta1)(g-m); v -= (1-beta2) sign(v - g^2) g^2; p -= lr momentWeight m/(rootScale sqrt(v) + eps)',
  adamcStep: 'm and v as Adam; p -= lr momentWeight m/(rootScale sqrt(v + epsRoot) + eps)',
  lapropStep:
    'v = beta2 v + (1-beta2)g^2; m += (1-beta1)(g/(rootScale sqrt(v + epsRoot) + eps) - m); p -= lr momentWeight m, before a decoupled decay',
  gramsStep: 'm and v as Adam; p -= lr sign(g) |momentWeight m/(rootScale sqrt(v) + eps)|',
  adamgStep:
    'v = beta2 v + (1-beta2)g^2; r = beta3 r + (1-beta3) factor v^power; m = beta1 m + (1-beta1) r g; ' +
    'p -= min(lr, most) momentWeight m/(rootScale sqrt(v) + eps)',
  exadamStep:
    'm and v as Adam; a = 1 + factor v/(v + eps), b = 1 + gradWeight m^2/(m^2 + eps); ' +
    'p -= lr momentWeight (m + g) a/(rootScale sqrt(v b) + eps)',
  bcosStep: 'm += (1-beta1)(g-m); p -= lr m/(sqrt(momentWeight m^2 + gradWeight g^2 + factor m g) + eps)',
  kateStep: 'b^2 += g^2 + eps; m^2 += factor g^2 + g^2/b^2; p -= lr m g/b^2; states m, b',
  ftrlStep:
    'z += g - (sqrt(n + g^2) - sqrt(n))/lr p; n += g^2; p = 0 where |z| < least, else ' +
    '(least sign(z) - z)/((eps + sqrt(n))/lr + decay); nothing changes where lr or the divisor is 0',
  madgradStep: 'v += lr g^2; s += lr g; p = beta1 p + (1-beta1)(x0 - s/(cbrt(v) + eps)); states v, s, x0',
  asgdStep: 'r = lr/(1 + factor lr most)^power; p = p (1 - factor r) - r g; the average a += momentWeight (p - a)',
  rpropStep:
    'With the sign of g and of the last g: the size of a step grows by `factor` where they agree, shrinks by beta1 where they ' +
    'do not, within least and most, and starts from lr; p -= size sign(g), or not where they differ; states last g, size',
  adanStep:
    'd = g less the last g (0 at first); m += (1-beta1)(g-m); n += (1-beta2)(d-n); v = beta3 v + (1-beta3)(g + factor d)^2; ' +
    'p -= lr (momentWeight m + gradWeight n)/(sqrt(rootScale^2 v + epsRoot) + eps), after a decoupled decay or, `proximal` 1, ' +
    'before a division by 1 + lr decay; states m, n, v, last g',
} as const;

const states = { s0: 'f32[n]', s1: 'f32[n]?', s2: 'f32[n]?', s3: 'f32[n]?' };

const numbers = {
  beta1: 'f64',
  beta2: 'f64',
  beta3: 'f64',
  eps: 'f64',
  epsRoot: 'f64',
  momentWeight: 'f64',
  gradWeight: 'f64',
  rootScale: 'f64',
  factor: 'f64',
  power: 'f64',
  least: 'f64',
  most: 'f64',
  first: 'f64',
  proximal: 'f64',
} as const;

const { doc: _, ...form } = step('', states, numbers);

export default family('moment', group('Moment', rules, form));
