"""Autoencoders: what pre-training makes small, against torch, against hand calculations, and against what DL4J recorded."""

import math

import numpy as np
import pytest
import torch
from conformance.cases import Case
from torch import nn
from torch.autograd import gradcheck
from torch.distributions import Normal, kl_divergence

from netspec import build
from netspec.errors import SpecError
from netspec.interop import dl4j
from netspec.reconstructions import Reconstruction

VALUES = torch.rand((5, 4), dtype=torch.float64, generator=torch.Generator().manual_seed(2))
VAE = {"type": "variational_autoencoder", "n_out": 2, "encoder": [5, 4], "decoder": 3, "reconstruction": "gaussian", "name": "it"}
AUTOENCODER = {"type": "autoencoder", "n_out": 3, "corruption": 0, "name": "it"}
COMPOSITE = {"type": "composite", "parts": [{"values": 1, "distribution": "gaussian"}, {"values": 3, "distribution": "exponential"}]}
RECONSTRUCTIONS = ("gaussian", "bernoulli", "exponential", COMPOSITE, {"type": "loss", "loss": "mse", "activation": "sigmoid"})


def module(layer, activation="sigmoid", seed=4):
    model = build({"seed": seed, "input": 4, "data_type": "float64", "activation": activation, "layers": [layer]})
    return model.module.get_submodule("it")


def by_functional_call(of, input):
    """The pre-training loss as a function of the parameters, with the same draws each time."""
    names = list(dict(of.named_parameters()))

    def loss(*values):
        torch.manual_seed(0)
        with torch.nn.utils.parametrize.cached():
            return torch.func.functional_call(_Loss(of), {f"of.{name}": value for name, value in zip(names, values, strict=True)}, (input,))

    return loss, tuple(parameter.detach().clone().requires_grad_() for parameter in of.parameters())


class _Loss(nn.Module):
    def __init__(self, of):
        super().__init__()
        self.of = of

    def forward(self, input):
        return self.of.pretraining_loss(input)


@pytest.mark.parametrize(
    "layer",
    [
        AUTOENCODER | {"corruption": 0.4},
        AUTOENCODER | {"loss": "xent"},
        AUTOENCODER | {"sparsity": 0.1, "sparsity_weight": 2.0},
        *(VAE | {"reconstruction": reconstruction} for reconstruction in RECONSTRUCTIONS),
        VAE | {"num_samples": 3, "pzx_activation": "softsign"},
    ],
    ids=lambda layer: "-".join(str(value)[:12] for value in layer.values()),
)
def test_the_gradient_of_pre_training_is_that_of_its_loss(layer):
    loss, parameters = by_functional_call(module(layer), VALUES)

    assert gradcheck(loss, parameters)


def test_an_autoencoder_reconstructs_through_its_own_weights():
    """h = tanh(x·Wᵀ + b), r = tanh(h·W + c), mean over examples of Σ (r − x)² / 4."""
    of = module(AUTOENCODER, "tanh")
    with torch.no_grad():
        of.visible_bias.copy_(torch.tensor([0.1, -0.2, 0.3, 0.0], dtype=torch.float64))
    weight, bias = of.weight.detach().numpy(), of.bias.detach().numpy()
    hidden = np.tanh(VALUES.numpy() @ weight.T + bias)
    back = np.tanh(hidden @ weight + np.array([0.1, -0.2, 0.3, 0.0]))

    assert of.pretraining_loss(VALUES).item() == pytest.approx(((back - VALUES.numpy()) ** 2).mean(), rel=1e-12)
    np.testing.assert_allclose(of.reconstruct(VALUES).detach(), back, rtol=1e-12)


def test_corruption_puts_values_to_0_in_pre_training_only():
    of = module(AUTOENCODER | {"corruption": 0.5})
    seen = []
    of.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].detach()))
    torch.manual_seed(1)
    values = VALUES.repeat(400, 1)
    of.pretraining_loss(values)
    of(values)

    assert set((seen[0] / values).unique().tolist()) == {0.0, 1.0}
    assert float((seen[0] == 0).double().mean()) == pytest.approx(0.5, abs=0.03)
    assert torch.equal(seen[1], values)


def test_the_sparsity_penalty_is_the_divergence_from_the_mean_activation():
    """Two units that are on to 0.2 and 0.5 in the mean, drawn towards 0.1: Σ 0.1·ln(0.1/m) + 0.9·ln(0.9/(1 − m))."""
    plain, sparse = (module(AUTOENCODER | {"n_out": 2, "sparsity": sparsity, "sparsity_weight": 3.0}) for sparsity in (0.0, 0.1))
    for of in (plain, sparse):
        with torch.no_grad():
            of.weight.zero_()
            of.bias.copy_(torch.tensor([0.2, 0.5]).double().logit())
    penalty = sum(0.1 * math.log(0.1 / mean) + 0.9 * math.log(0.9 / (1 - mean)) for mean in (0.2, 0.5))

    assert (sparse.pretraining_loss(VALUES) - plain.pretraining_loss(VALUES)).item() == pytest.approx(3 * penalty, rel=1e-7)


def test_the_divergence_is_torchs():
    of = module(VAE)
    with torch.no_grad():  # a decoder that gives N(0, 1) whatever z is
        of.numbers.weight.zero_()
        of.numbers.bias.zero_()
    mean, log_variance = of.posterior(VALUES)
    divergence = kl_divergence(Normal(mean, (0.5 * log_variance).exp()), Normal(0.0, 1.0)).sum(-1)
    unlikely = -Normal(0.0, 1.0).log_prob(VALUES).sum(-1)

    torch.testing.assert_close(of.pretraining_loss(VALUES), (divergence + unlikely).mean(), rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    ("said", "numbers", "expected"),
    [
        # N(1, e⁰) and N(0, e^{2·ln 2}) at 0 and 2: ½·(ln 2π + 1) + ½·(ln 2π + ln 4 + 4/4)
        ("gaussian", [1.0, 0.0, 0.0, math.log(4)], math.log(2 * math.pi) + 1 + math.log(2)),
        # probabilities ½ and ¾ at 0 and 2 would not be; at 0 and 1: ln 2 + ln 4/3
        ("bernoulli", [0.0, math.log(3)], math.log(2) + math.log(4 / 3)),
        # rates 1 and ½ at 0 and 2: 0 − 0 + (½·2 + ln 2)
        ("exponential", [0.0, -math.log(2)], 1 + math.log(2)),
    ],
)
def test_minus_log_p_is_as_calculated_by_hand(said, numbers, expected):
    values = torch.tensor([[0.0, 1.0 if said == "bernoulli" else 2.0]], dtype=torch.float64)

    found = Reconstruction.parse(said).negative_log_probability(torch.tensor([numbers], dtype=torch.float64), values)

    assert found.tolist() == pytest.approx([expected], rel=1e-12)


def test_a_composite_is_the_sum_of_its_parts():
    composite, numbers = Reconstruction.parse(COMPOSITE), torch.randn((5, 5), dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    parts = [Reconstruction.parse(part["distribution"]) for part in COMPOSITE["parts"]]

    separately = parts[0].negative_log_probability(numbers[:, :2], VALUES[:, :1]) + parts[1].negative_log_probability(numbers[:, 2:], VALUES[:, 1:])

    torch.testing.assert_close(composite.negative_log_probability(numbers, VALUES), separately)
    torch.testing.assert_close(composite.mean(numbers), torch.cat([numbers[:, :1], (-numbers[:, 2:]).exp()], 1))


@pytest.mark.parametrize("said", RECONSTRUCTIONS, ids=str)
def test_what_is_drawn_has_the_mean_that_is_told(said):
    torch.manual_seed(3)
    one = Reconstruction.parse(said)
    numbers = 0.5 * torch.randn((1, one.numbers(4)), dtype=torch.float64)

    drawn = one.draw(numbers.expand(40_000, -1))

    assert drawn.shape == (40_000, 4)
    torch.testing.assert_close(drawn.mean(0), one.mean(numbers)[0], rtol=0.1, atol=0.03)


CASES = ("composite", "exponential_identity", "gaussian_identity", "loss_mse")


@pytest.mark.parametrize("name", CASES)
def test_codes_and_what_is_generated_from_them_are_dl4js(shared, tmp_path, name):
    case = Case.of(f"unsupervised/vae_fit_{name}")
    (tmp_path / "model.zip").write_bytes(case.read("before.zip"))
    of = dl4j.load(tmp_path / "model.zip").module.get_submodule("variational_autoencoder_1")

    mean = of.posterior(torch.as_tensor(case.array("latent_input")))[0].detach()

    np.testing.assert_allclose(mean, case.array("latent_mean"), rtol=1e-12)
    np.testing.assert_allclose(of.generate(torch.as_tensor(case.array("z"))).detach(), case.array("generated_at_mean"), rtol=1e-12)


def test_the_reconstruction_error_is_dl4js(shared, tmp_path):
    case = Case.of("unsupervised/vae_fit_loss_mse")
    (tmp_path / "model.zip").write_bytes(case.read("before.zip"))
    of = dl4j.load(tmp_path / "model.zip").module.get_submodule("variational_autoencoder_1")
    values = torch.as_tensor(case.array("latent_input"))

    by_example = of.reconstruction.negative_log_probability(of.decode(of.posterior(values)[0]), values).detach().numpy()

    np.testing.assert_allclose(by_example, case.array("reconstruction_error").ravel(), rtol=1e-12)


def test_what_is_unlike_the_training_data_is_improbable():
    """A Gaussian whose mean is 0 and whose variance is 1 everywhere: log p(x) is that of N(0, 1)."""
    of = module(VAE)
    with torch.no_grad():
        of.numbers.weight.zero_()
        of.numbers.bias.zero_()
    near, far = torch.zeros((1, 4), dtype=torch.float64), torch.full((1, 4), 3.0, dtype=torch.float64)

    found = [of.reconstruction_log_probability(values, 5).item() for values in (near, far)]

    assert found == pytest.approx([-2 * math.log(2 * math.pi), -2 * math.log(2 * math.pi) - 18], rel=1e-12)


def test_the_activation_inside_is_not_applied_to_the_code():
    plain, squashed = (build({"seed": 1, "input": 4, "activation": "relu", "layers": [VAE | more]}) for more in ({}, {"pzx_activation": "tanh"}))
    values = VALUES.float()

    assert bool((plain.predict(values) < 0).any())
    torch.testing.assert_close(squashed.predict(values), plain.predict(values).tanh())


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (VAE | {"reconstruction": {"type": "bernoulli", "activation": "tanh"}}, "layers.0.reconstruction.activation must give each value its own probability"),
        (VAE | {"reconstruction": COMPOSITE | {"parts": COMPOSITE["parts"][:1]}}, "layers.0.reconstruction.parts must be of 4 values together, as many"),
        (
            VAE | {"reconstruction": {"type": "composite", "parts": [{"values": 4, "distribution": {"type": "bernoulli", "activation": "relu"}}]}},
            "layers.0.reconstruction.parts.0.distribution.activation must give each value its own probability",
        ),
        (VAE | {"reconstruction": {"type": "loss", "loss": "xent"}}, "layers.0.reconstruction.activation must give probabilities for the loss xent"),
        (VAE | {"reconstruction": {"type": "loss", "loss": {"type": "mixture_density", "mixtures": 2}}}, "layers.0.reconstruction"),
        (VAE | {"reconstruction": "poisson"}, 'layers.0.reconstruction must be the name of a reconstruction distribution, got "poisson"'),
        ({**VAE, "encoder": []}, "layers.0.encoder must"),
        (AUTOENCODER | {"corruption": 1.0}, "layers.0.corruption must be less than 1"),
    ],
)
def test_what_cannot_be_is_refused(layer, message):
    with pytest.raises(SpecError) as refusal:
        build({"input": 4, "activation": "sigmoid", "layers": [layer]})

    assert message in "\n".join(problem.message for problem in refusal.value.problems)
