"""Torch's optimizers without torch's compiler: the same steps, hooks and states, and no second of imports."""

import subprocess
import sys
from copy import deepcopy

import pytest
import torch
from torch import nn, optim
from torch.optim.optimizer import register_optimizer_step_pre_hook

from netspec.optim import eager

KINDS = [("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}), ("Adam", {"lr": 0.1}), ("Adagrad", {"lr": 0.1}), ("RMSprop", {"lr": 0.1})]


def stepped(kind, settings, steps):
    weight = nn.Parameter(torch.linspace(-1, 1, 12).reshape(3, 4))
    optimizer = kind([weight], weight_decay=0.01, **settings)
    for step in range(steps):
        optimizer.zero_grad()
        (weight.square().sum() * (step + 1)).backward()
        optimizer.step()
    return weight, optimizer


@pytest.mark.parametrize(("name", "settings"), KINDS)
def test_steps_are_torchs(name, settings):
    ours, optimizer = stepped(getattr(eager, name), settings, 4)
    theirs, oracle = stepped(getattr(optim, name), settings, 4)

    assert torch.equal(ours, theirs)
    assert optimizer.state_dict().keys() == oracle.state_dict().keys()


@pytest.mark.parametrize(("name", "settings"), KINDS)
def test_a_state_is_carried_on_and_groups_may_be_added(name, settings):
    weight, optimizer = stepped(getattr(eager, name), settings, 2)
    copy = nn.Parameter(weight.detach().clone())
    other = getattr(eager, name)([copy], weight_decay=0.01, **settings)
    other.load_state_dict(deepcopy(optimizer.state_dict()))  # torch would share the tensors
    other.add_param_group({"params": [nn.Parameter(torch.zeros(2))]})
    for parameter, moved in ((weight, optimizer), (copy, other)):
        parameter.grad = torch.ones_like(parameter)
        moved.step()

    assert torch.equal(weight, copy)


def test_hooks_run_once_a_step_and_gradients_are_given_up():
    weight, optimizer = stepped(eager.SGD, {"lr": 0.1}, 1)
    seen = []
    optimizer.register_step_pre_hook(lambda *_: seen.append("before"))
    optimizer.register_step_post_hook(lambda *_: seen.append("after"))
    optimizer.step()
    optimizer.zero_grad()

    assert seen == ["before", "after"]
    assert weight.grad is None


TRAINING = """
import sys
from netspec import build
for updater in ("sgd", "nesterovs", "adam", "adamw", "adagrad", "rmsprop"):
    rate = {} if updater.startswith("adam") else {"learning_rate": 0.01}
    spec = {"updater": updater, **rate, "layers": [{"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}], "data": "iris"}
    model = build(spec | {"train": {"batch_size": 50, "epochs": 1}})
    model.fit()
    model.evaluate()
    model.optimizer.load_state_dict(model.optimizer.state_dict())
print([name for name in ("torch._dynamo", "torch._inductor", "sympy") if name in sys.modules])
"""


def test_training_loads_no_compiler():
    ran = subprocess.run([sys.executable, "-c", TRAINING], capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "[]", ran.stderr


def test_a_closure_hooks_on_all_optimizers_and_torchs_profiler_see_a_step_as_torchs_own():
    _, optimizer = stepped(eager.SGD, {"lr": 0.1}, 1)
    assert optimizer.step(lambda: 7.0) == 7.0

    seen = []
    handle = register_optimizer_step_pre_hook(lambda *_: seen.append("anyone's"))
    optimizer.step()
    handle.remove()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiler:
        optimizer.step()

    assert seen == ["anyone's"]
    assert "Optimizer.step#SGD.step" in {event.key for event in profiler.key_averages()}


def test_gradients_may_be_made_zeros():
    weight, optimizer = stepped(eager.SGD, {"lr": 0.1}, 1)
    optimizer.zero_grad(set_to_none=False)
    assert weight.grad.abs().max() == 0
