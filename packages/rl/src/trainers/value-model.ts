/** A language model with a head of one number in place of its own: PPO's value model and reward models. */
import { DecoderLM } from '@tessera/models';
import { init, Linear, Module } from '@tessera/nn';
import type { Tensor } from '@tessera/tensor';
import type { Scoring } from '../rollouts/scoring.js';

export class ScalarModel extends Module {
  readonly body: DecoderLM;
  readonly score: Linear;

  /** Takes over `body`. The head starts at zero: every state is worth nothing until something is learned. */
  constructor(body: DecoderLM) {
    super();
    this.body = this.child('body', body);
    const head = new Linear(body.config.hiddenSize, 1, { bias: false, dtype: body.dtype, device: body.device });
    this.score = this.child('score', head);
    init.zeros(head.weight);
    // Its own output matrix takes no part, unless it is the token embedding.
    if (!body.config.tied) body.headWeight.setRequiresGrad(false);
  }

  /** With a copy of a model's weights. */
  static copyOf(model: DecoderLM): ScalarModel {
    const copy = new DecoderLM(model.config, { dtype: model.dtype, device: model.device });
    copy.loadStateDict(model.stateDict());
    return new ScalarModel(copy);
  }

  /** A number per scored token, from the state before it: `[rows, columns]`, f32. */
  values(scoring: Scoring): Tensor {
    return scoring.perPosition(this.body, (hidden) => this.score.forward(hidden).to('f32').squeeze({ dim: -1 }));
  }
}
