"""Trains the language model of a folder with transformers on given windows of tokens; prints the loss of each step."""

import json
import sys

import numpy as np
import torch
from transformers import AutoModelForCausalLM

run = json.loads(sys.argv[1])
torch.set_num_threads(run["threads"])
windows = np.fromfile(run["windows"], dtype=np.int32).reshape(run["steps"], run["batch"], -1)
model = AutoModelForCausalLM.from_pretrained(run["folder"], dtype=torch.float32)
model.train()
optimizer = torch.optim.AdamW(model.parameters(), lr=run["lr"], weight_decay=run["weightDecay"], betas=run["betas"])
losses = []
for step in range(run["steps"]):
    ids = torch.from_numpy(windows[step].astype(np.int64))
    loss = model(input_ids=ids, labels=ids, use_cache=False).loss
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), run["clipNorm"])
    optimizer.step()
    losses.append(loss.item())
print(json.dumps(losses))
