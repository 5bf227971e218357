/** Steps that are skipped on the device where a gradient is not finite, made of kernels that do not know of it. */
import { copy_, type Tensor, where } from '@tessera/tensor';

/** Copies `tensors`. What it returns puts the copies back where `skip` is not zero, and frees them. */
export function holdSkipped(tensors: readonly Tensor[], skip: Tensor): () => void {
  const held = tensors.map((tensor) => ({ tensor, copy: tensor.clone().keep() }));
  return () => {
    using skipped = skip.ne(0);
    for (const { tensor, copy } of held) {
      using kept = where(skipped, copy, tensor);
      copy_(tensor, kept);
      copy.dispose();
    }
  };
}
