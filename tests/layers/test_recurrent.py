"""Recurrent layers against torch's own, against calculations written out, and on masked sequences."""

import numpy as np
import pytest
import torch
from torch import nn

from netspec import SpecError, build
from netspec.modules.graves_lstm import GravesLstm
from netspec.modules.gru import Gru
from netspec.modules.lstm import Lstm
from netspec.modules.simple_rnn import NormalizedRnn, SimpleRnn
from netspec.modules.state import carrying
from netspec.read import plan_of

F, N, T, EXAMPLES = 3, 4, 6, 5
TAGS = ("lstm", "graves_lstm", "graves_bidirectional_lstm", "gru", "simple_rnn")


def drawn(*sizes, seed=0):
    return torch.randn(sizes, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def filled(module):
    for number, parameter in enumerate(module.parameters()):
        nn.init.normal_(parameter, std=0.5, generator=torch.Generator().manual_seed(number))
    return module.double()


def layer(said, **whole):
    spec = {"input": {"type": "recurrent", "size": F}, "seed": 1, "data_type": "float64", "layers": [{"name": "it", "n_out": N, **said}], **whole}
    return build(spec)


def looped(module):
    """The same layer without torch's kernel."""

    class Looped(type(module)):
        fused = False

    module.__class__ = Looped
    return module


MODULES = {
    "lstm": lambda: Lstm(F, N, nn.Tanh(), nn.Sigmoid()),
    "gru": lambda: Gru(F, N, nn.Tanh(), nn.Sigmoid()),
    "tanh": lambda: SimpleRnn(F, N, nn.Tanh()),
    "relu": lambda: SimpleRnn(F, N, nn.ReLU()),
}


def theirs(kind, ours):
    """torch's layer with the same numbers: two biases, of which ours is the first."""
    module = {"lstm": nn.LSTM, "gru": nn.GRU}.get(kind, nn.RNN)(F, N, batch_first=True, **({"nonlinearity": kind} if kind in ("tanh", "relu") else {}))
    second = torch.zeros_like(ours.bias)
    if kind == "gru":
        second[2 * N :] = ours.recurrent_bias
    module = module.double()
    state = {"weight_ih_l0": ours.weight, "weight_hh_l0": ours.recurrent_weight, "bias_ih_l0": ours.bias, "bias_hh_l0": second}
    module.load_state_dict({name: value.detach() for name, value in state.items()})
    return module


@pytest.mark.parametrize("prepared", [filled, lambda module: looped(filled(module))], ids=["kernel", "loop"])
@pytest.mark.parametrize("kind", MODULES)
def test_they_are_torchs_with_one_bias(kind, prepared):
    ours, steps = prepared(MODULES[kind]()), drawn(EXAMPLES, T, F)

    torch.testing.assert_close(ours(steps), theirs(kind, ours)(steps)[0])


@pytest.mark.parametrize("kind", MODULES)
def test_the_kernel_and_the_loop_end_in_the_same_state(kind):
    module, steps = filled(MODULES[kind]()), drawn(EXAMPLES, T, F)
    start = tuple(drawn(EXAMPLES, N, seed=number) for number in range(module.arrays))

    for fast, slow in zip(module.kernel(steps, start)[1], module.walk(steps, start, None)[1], strict=True):
        torch.testing.assert_close(fast, slow)


def test_peepholes_see_the_cell_before_and_the_output_gate_the_new_one():
    module = GravesLstm(1, 1, nn.Tanh(), nn.Sigmoid()).double()
    w, r, b = (np.array(values) for values in ([0.3, -0.2, 0.5, 0.7], [0.1, 0.4, -0.3, 0.2], [0.05, 1.0, -0.1, 0.2]))
    see_forget, see_out, see_into = 0.6, -0.8, 0.9
    for parameter, values in ((module.weight, w[:, None]), (module.recurrent_weight, [*r[:, None], [see_forget], [see_out], [see_into]]), (module.bias, b)):
        parameter.data = torch.tensor(np.array(values, float))

    def gate(x):
        return 1 / (1 + np.exp(-x))

    h = c = 0.0
    wanted = []
    for x in (0.9, -1.3, 0.4):
        new, forget, out, into = w * x + r * h + b
        c = gate(forget + see_forget * c) * c + gate(into + see_into * c) * np.tanh(new)
        h = gate(out + see_out * c) * np.tanh(c)
        wanted.append(h)

    found = module(torch.tensor([[[0.9], [-1.3], [0.4]]], dtype=torch.float64))

    np.testing.assert_allclose(found.detach().numpy().ravel(), wanted, rtol=1e-12)


def test_layer_norm_of_a_plain_layer_normalises_both_products():
    module, steps = filled(NormalizedRnn(F, N, nn.Tanh())), drawn(EXAMPLES, 2, F)

    def normal(x):
        return (x - x.mean(-1, keepdim=True)) / (x.var(-1, correction=0, keepdim=True) + 1e-5).sqrt()

    first = torch.tanh(module.gain[:N] * normal(steps[:, 0] @ module.weight.T) + module.bias)
    second = module.gain[:N] * normal(steps[:, 1] @ module.weight.T) + module.bias + module.gain[N:] * normal(first @ module.recurrent_weight.T)

    torch.testing.assert_close(module(steps), torch.stack((first, torch.tanh(second)), 1))


def test_both_directions_of_graves_are_added():
    model = layer({"type": "graves_bidirectional_lstm"})
    module, steps = model.module.it, drawn(EXAMPLES, T, F)
    filled(module)

    torch.testing.assert_close(module(steps), module.ahead(steps) + module.back(steps.flip(1)).flip(1))


@pytest.mark.parametrize("resets", [False, True])
@pytest.mark.parametrize(
    "module",
    [
        lambda resets: Lstm(F, 2, nn.Softsign(), nn.Hardsigmoid(), resets=resets),
        lambda resets: GravesLstm(F, 2, nn.Tanh(), nn.Sigmoid(), resets=resets),
        lambda resets: looped(Gru(F, 2, nn.Tanh(), nn.Sigmoid(), resets=resets)),
        lambda resets: NormalizedRnn(F, 2, nn.Tanh(), resets=resets),
        lambda resets: Lstm(F, 2, nn.Tanh(), nn.Sigmoid(), resets=resets),
    ],
)
def test_the_gradient_is_that_of_the_value_masked_or_not(module, resets):
    built, mask = filled(module(resets)), torch.tensor([[1.0, 0, 1], [1, 1, 0]])

    assert torch.autograd.gradcheck(built, (drawn(2, 3, F).requires_grad_(),))
    assert torch.autograd.gradcheck(lambda steps: built(steps, mask=mask), (drawn(2, 3, F).requires_grad_(),))


MASK = torch.tensor([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0], [0, 0, 1, 1, 1, 1], [1, 0, 1, 1, 0, 1], [0, 0, 0, 0, 0, 0]], dtype=torch.float64)


@pytest.mark.parametrize("kind", [*MODULES, "graves"])
@pytest.mark.parametrize("prepared", [filled, lambda module: looped(filled(module))], ids=["kernel", "loop"])
def test_masked_steps_are_as_if_they_were_not_there(kind, prepared):
    module, steps = prepared(GravesLstm(F, N, nn.Tanh(), nn.Sigmoid()) if kind == "graves" else MODULES[kind]()), drawn(EXAMPLES, T, F)

    found = module(steps, mask=MASK)

    for example, counts in enumerate(MASK.bool()):
        assert torch.equal(found[example, ~counts], torch.zeros(int((~counts).sum()), N, dtype=torch.float64))
        if counts.any():
            torch.testing.assert_close(found[example, counts], module(steps[example, counts][None])[0])


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_padding_at_the_end_is_treated_as_torchs_packed_sequences_are(kind):
    module, steps, lengths = filled(MODULES[kind]()), drawn(3, T, F), torch.tensor([6, 4, 1])
    packed = nn.utils.rnn.pack_padded_sequence(steps, lengths, batch_first=True)
    wanted = nn.utils.rnn.pad_packed_sequence(theirs(kind, module)(packed)[0], batch_first=True)[0]

    torch.testing.assert_close(module(steps, mask=(torch.arange(T) < lengths[:, None]).double()), wanted)


@pytest.mark.parametrize("kind", MODULES)
def test_a_reset_begins_again_behind_each_hole(kind):
    module, steps = filled(MODULES[kind]()), drawn(1, T, F)
    module.resets = True

    found = module(steps, mask=torch.tensor([[1.0, 1, 0, 1, 1, 1]]))

    torch.testing.assert_close(found[:, :2], module(steps[:, :2]))
    torch.testing.assert_close(found[:, 3:], module(steps[:, 3:]))
    assert not found[:, 2].any()


@pytest.mark.parametrize("mask", [None, MASK], ids=["whole", "masked"])
@pytest.mark.parametrize("kind", [*MODULES, "graves"])
def test_windows_one_after_another_are_the_whole_sequence(kind, mask):
    module, steps = filled(GravesLstm(F, N, nn.Tanh(), nn.Sigmoid()) if kind == "graves" else MODULES[kind]()), drawn(EXAMPLES, T, F)

    with carrying(module):
        found = [module(steps[:, part], **({} if mask is None else {"mask": mask[:, part]})) for part in (slice(0, 2), slice(2, 3), slice(3, T))]

    torch.testing.assert_close(torch.cat(found, 1), module(steps, mask=mask))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what the compiler says of its own code
@pytest.mark.parametrize("kind", [*MODULES, "graves"])
def test_compiled_they_are_the_same(kind):
    module = filled(GravesLstm(F, N, nn.Tanh(), nn.Sigmoid()) if kind == "graves" else MODULES[kind]()).float()
    steps, compiled = drawn(EXAMPLES, T, F).float(), torch.compile(module)

    for mask in (None, MASK.float()):
        torch.testing.assert_close(compiled(steps, mask=mask), module(steps, mask=mask))
    compiled(steps).sum().backward()
    assert all(parameter.grad is not None for parameter in module.parameters())


def test_a_network_hands_its_mask_to_a_layer_that_looks_at_it():
    steps = drawn(EXAMPLES, T, F)
    found = {word: layer({"type": "lstm", "masking": word}).module(steps, MASK) for word in ("obey", "reset", "ignore")}
    plain = layer({"type": "lstm"}).module(steps)

    torch.testing.assert_close(found["ignore"], plain)
    torch.testing.assert_close(found["obey"][:1], plain[:1])
    assert not torch.equal(found["obey"][3], found["reset"][3])
    assert not found["obey"][MASK == 0].any()
    assert not found["reset"][MASK == 0].any()


def test_the_forget_gate_starts_open_above_what_biases_start_from():
    plain, higher = layer({"type": "lstm"}).module.it, layer({"type": "lstm", "forget_gate_bias": 2.5}, bias_init=0.5).module.it
    graves = layer({"type": "graves_bidirectional_lstm"}).module.it

    assert plain.bias.tolist() == [0.0] * N + [1.0] * N + [0.0] * 2 * N
    assert higher.bias.tolist() == [0.5] * N + [3.0] * N + [0.5] * 2 * N
    assert graves.ahead.bias.tolist() == graves.back.bias.tolist() == plain.bias.tolist()


@pytest.mark.parametrize("tag", TAGS)
def test_recurrent_weights_have_an_initialiser_of_their_own(tag):
    module = layer({"type": tag, "weight_init": "zero", "recurrent_weight_init": "ones"}).module.it

    for name, parameter in module.named_parameters():
        if "bias" not in name:
            assert (parameter == (1 if "recurrent" in name else 0)).all()


def test_an_initialiser_that_cannot_fill_recurrent_weights_is_refused_by_the_word_that_said_it():
    spec = {"input": {"type": "recurrent", "size": 4}, "layers": [{"type": "lstm", "n_out": 4}]}
    with pytest.raises(SpecError, match=r"layers\.0\.recurrent_weight_init must be"):
        plan_of(spec | {"layers": [{"type": "lstm", "n_out": 4, "recurrent_weight_init": "identity"}]})
    with pytest.raises(SpecError, match=r"weight_init must be"):
        plan_of(spec | {"weight_init": "identity"})


@pytest.mark.parametrize("tag", TAGS)
def test_the_activation_of_the_network_goes_into_the_steps_and_not_behind_them(tag):
    plan = layer({"type": tag}, activation="softsign").plan

    model = layer({"type": tag}, activation="softsign")

    assert plan.node("it").layer.activation.type == "softsign"
    assert "it" not in model.module.activations
    assert layer({"type": tag}).plan.node("it").layer.activation.type == "tanh"


@pytest.mark.parametrize(
    ("apply_to", "held"),
    [("weights", {"weight", "recurrent_weight"}), ("recurrent_weights", {"recurrent_weight"}), ("input_weights", {"weight"}), ("biases", {"bias"})],
)
def test_a_constraint_holds_for_the_weights_that_it_names(apply_to, held):
    spec = {"type": "lstm", "constraints": {"type": "max_norm", "max": 1e-3, "apply_to": apply_to}, "bias_init": 0.3}
    model = build(
        {"input": {"type": "recurrent", "size": F}, "updater": "sgd", "learning_rate": 0.1, "seed": 1, "data_type": "float64"}
        | {"layers": [{"name": "it", "n_out": N, **spec}, {"type": "output", "n_out": 2, "loss": "mse"}]}
    )

    model.step((drawn(3, T, F), drawn(3, T, 2)))

    norms = {name: (parameter.norm(dim=-1) if parameter.dim() > 1 else parameter.norm()).max() for name, parameter in model.module.it.named_parameters()}
    assert {name for name, norm in norms.items() if norm <= 1e-3} == held


def test_l2_acts_on_recurrent_weights_as_on_others():
    def spec(**said):
        output = {"type": "output", "n_out": 2, "loss": "mse", "l2": 0}
        whole = {"input": {"type": "recurrent", "size": F}, "updater": "sgd", "learning_rate": 0.1, "seed": 1, "data_type": "float64"}
        return whole | {"layers": [{"type": "lstm", "name": "it", "n_out": N, **said}, output]}

    batch, plain, held = (drawn(3, T, F), drawn(3, T, 2)), build(spec()), build(spec(l2=0.5))
    before = held.module.it.recurrent_weight.detach().clone()
    penalty = held.score(batch) - plain.score(batch)
    plain.step(batch)
    held.step(batch)

    torch.testing.assert_close(held.module.it.recurrent_weight, plain.module.it.recurrent_weight - 0.1 * 0.5 * before)
    weights = [build(spec()).module.it.get_parameter(name) for name in ("weight", "recurrent_weight")]
    assert penalty == pytest.approx(0.25 * sum(weight.square().sum().item() for weight in weights))


def test_noise_on_weights_reaches_torchs_kernel():
    model = layer({"type": "lstm", "weight_noise": {"type": "drop_connect", "rate": 0.9}})
    steps = drawn(EXAMPLES, T, F)

    noisy, clean = model.module.train()(steps), model.module.eval()(steps)

    assert not torch.equal(noisy, clean)
    torch.testing.assert_close(clean, model.module.it(steps))


def test_an_image_is_refused():
    with pytest.raises(SpecError, match=r"layers\.0 must have a sequence as input, and input gives an image"):
        plan_of({"input": "1x4x4", "layers": [{"type": "gru", "n_out": 2}]})


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"type": "simple_rnn", "n_out": 1, "has_layer_norm": True}, r"layers\.0\.has_layer_norm must be false for a single unit.*, got true"),
        ({"type": "simple_rnn", "n_out": 2, "gain_init": 2.0}, r"layers\.0\.gain_init must be left out without has_layer_norm.*, got 2"),
        ({"type": "lstm", "n_out": 0}, r"layers\.0\.n_out must be greater than 0, got 0"),
        ({"type": "lstm", "n_out": 2, "masking": "drop"}, r"layers\.0\.masking must be"),
        ({"type": "simple_rnn", "n_out": 2, "gate_activation": "sigmoid"}, r"gate_activation"),
        ({"type": "gru", "n_out": 2, "forget_gate_bias": 1.0}, r"forget_gate_bias"),
        ({"type": "lstm", "n_out": 2, "n_in": 7}, r"layers\.0\.n_in must be 3"),
    ],
)
def test_what_cannot_be_is_refused(said, message):
    with pytest.raises(SpecError, match=message):
        plan_of({"input": {"type": "recurrent", "size": F}, "layers": [said]})
