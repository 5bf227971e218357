/** Structural similarity as the reconstruction workload measures it. */
import { avgPool2d, type Tensor } from '@tessera/tensor';

/**
 * Mean SSIM (Wang et al. 2004) of images `[batch, 1, height, width]` in 7 x 7 windows of equal weights, for values
 * between 0 and 1, with population variances.
 */
export function ssim(a: Tensor, b: Tensor): Tensor {
  const [c1, c2] = [0.01 ** 2, 0.03 ** 2];
  const local = (x: Tensor) => avgPool2d(x, { kernelSize: 7, stride: 1 });
  const [meanA, meanB] = [local(a), local(b)];
  const varianceA = local(a.square()).sub(meanA.square());
  const varianceB = local(b.square()).sub(meanB.square());
  const covariance = local(a.mul(b)).sub(meanA.mul(meanB));
  const above = meanA.mul(meanB).mul(2).add(c1).mul(covariance.mul(2).add(c2));
  const below = meanA.square().add(meanB.square()).add(c1).mul(varianceA.add(varianceB).add(c2));
  return above.div(below).mean();
}
