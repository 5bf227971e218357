"""faiss as a peer of the nearest-code lookup: an exhaustive flat index, k = 1."""

import faiss
import numpy as np
from protocol import Work, serve


def vq_lookup(size, method, threads):
    generator = np.random.default_rng(0)
    x = generator.standard_normal((size["vectors"], size["dim"]), dtype=np.float32)
    codes = generator.standard_normal((size["codes"], size["dim"]), dtype=np.float32)
    index = faiss.IndexFlatL2(size["dim"]) if method == "IndexFlatL2" else faiss.IndexFlatIP(size["dim"])
    index.add(codes)
    return Work(lambda: index.search(x, 1))


if __name__ == "__main__":
    serve("faiss", faiss.__version__, {"vq-lookup": vq_lookup}, lambda threads, device: faiss.omp_set_num_threads(threads))
