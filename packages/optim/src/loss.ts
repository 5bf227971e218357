/** The loss of a step, for optimizers that look at it. */
import { ArgumentError, type Device, Tensor, tensor } from '@tessera/tensor';

/** Throws where a step that takes the loss was given none, or more than one number. */
export function checkLoss(op: string, loss: Tensor | number | undefined): void {
  if (typeof loss !== 'number' && !(loss instanceof Tensor))
    throw new ArgumentError('needs the loss; pass step({ loss }).', { op });
  if (loss instanceof Tensor && loss.numel !== 1) {
    throw new ArgumentError(`loss must have one element; got ${loss.numel}.`, { op });
  }
}

/** Runs `body` with the loss as f32 on the device. */
export function withLoss(loss: Tensor | number, device: Device, body: (loss: Tensor) => void): void {
  if (loss instanceof Tensor && loss.dtype === 'f32') {
    body(loss);
    return;
  }
  using value = loss instanceof Tensor ? loss.to('f32') : tensor([loss], { device });
  body(value);
}
