"""The bare cost of MP3: the same PCM through one ``lameenc`` encoder. Prints its seconds, reading left out."""

import json
import sys
import time

import lameenc
import numpy as np

pcm = np.load(sys.argv[1])
encoder = lameenc.Encoder()
encoder.set_channels(2)
encoder.set_in_sample_rate(44100)
encoder.set_out_sample_rate(44100)
encoder.set_vbr(4)
encoder.set_vbr_quality(4)
encoder.set_quality(5)
encoder.silence()
began = time.perf_counter()
size = 0
for start in range(0, len(pcm), 441_000):
    size += len(encoder.encode(np.ascontiguousarray(pcm[start : start + 441_000])))
size += len(encoder.flush())
print(json.dumps({"seconds": time.perf_counter() - began, "bytes": size}))
