"""Layers: what a network is made of.

A layer knows three things: the shapes it makes and the parameters it has (`infer`, without torch), the module
that computes it (`build`), and its words (the fields). Activation, input dropout, initial weights,
regularisation and updaters are said on the layer but applied by the passes and the network, once for all layers.
"""

from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, get_args

from netspec.activations import Activation
from netspec.component import Component, Inherit, Inherited, unset
from netspec.constraints import Constraints
from netspec.dropouts import Dropout
from netspec.fields import Name, Names, Size
from netspec.gradient_normalizations import GradientNormalization
from netspec.inferred import Inferred as Inferred
from netspec.inferred import Parameter as Parameter
from netspec.initializers import Initializer
from netspec.schedules import Coefficient, Momentum, Rate
from netspec.shapes import Shape, sides
from netspec.updaters import Updater
from netspec.weight_decay import WeightDecay
from netspec.weight_noises import WeightNoise

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class Layer(Component):
    """A step of the network, from one or more arrays to one."""

    family: ClassVar[str] = "layers"
    noun: ClassVar[str] = "layer"

    takes: ClassVar[tuple[type[Shape], ...]]
    """Kinds of input it works on, the preferred one first: another kind is reshaped into that one where it can be."""

    least_batch: ClassVar[int] = 1
    """Examples a training batch must have at least."""

    takes_indices: ClassVar[bool] = False
    """True where the input's values are whole numbers that choose something."""

    whole_sequences: ClassVar[bool] = False
    """True where a step of the output depends on all steps of the input, so that sequences cannot be cut into windows."""

    takes_mask: ClassVar[bool] = False
    """True where the module is called with the keyword `mask`: the mask of its input or None; a tuple of them, one for each, where it takes several."""

    zeroes_masked: ClassVar[Literal["input", "both"] | None] = None
    """What is made 0 at masked steps and examples, by the network: the inputs, as wherever a module hears of masks, or the result behind the activation too."""

    @property
    def obeys_masks(self) -> bool:
        """Whether masks do anything here; they travel on in any case."""
        return True

    def hears_masks(self, *inputs: Any) -> bool:
        """Whether the module that `build` makes for these inputs is called with masks."""
        return self.takes_mask and self.obeys_masks

    @property
    def sees_masked(self) -> bool:
        """Whether a module that hears of masks is given what stands at masked steps all the same."""
        return False

    @property
    def may_lie_features_first(self) -> bool:
        """Whether its module has `features_first`, which lets it compute with the features of a batch first in memory."""
        return False

    @property
    def takes_largest(self) -> bool:
        """Whether each output is the largest of some inputs, so that an increasing function may as well come after."""
        return False

    pretrains: ClassVar[bool] = False
    """True where it can learn from its input alone: its module then has `pretraining_loss` and `reconstruction_loss`, means over the examples of a batch."""

    of_pretraining: ClassVar[tuple[str, ...]] = ()
    """Fields that say how it learns from its input alone, and nothing else."""

    several_inputs: ClassVar[bool] = False
    """True for layers that combine two or more arrays."""

    name: Name = unset()
    """What the layer is called: letters, digits, `_` and `-`; `<type>_<k>` when nothing is said."""

    input: Names = unset()
    """The layer (or network input) whose output this layer takes, or a list of them; the layer before when nothing is said."""

    frozen: bool = unset()
    """Whether training leaves this layer as it is: no updates, no penalty, and no noise or batch statistics, as in prediction."""

    must_say: ClassVar[tuple[str, ...]] = ()
    """Inheritable fields without a default: the layer or the network has to say them."""

    @classmethod
    def holders(cls) -> tuple[str, ...]:
        """Fields that hold layers of their own."""
        return tuple(name for name, field in cls.model_fields.items() if field.annotation is Layer or Layer in get_args(field.annotation))

    def defaults(self) -> Mapping[str, object]:
        """Values of inheritable fields where neither the layer nor the network says one, as a spec would write them."""
        return {}

    def because(self, name: str) -> str:
        """Why `defaults` says what it says of a field; empty where it is simply the usual value."""
        return ""

    @property
    def noise(self) -> Dropout | None:
        """What disturbs its (first) input while training."""
        return None

    @property
    def weighted(self) -> "WeightedLayer | None":
        """The layer that says how the weights start, are disturbed, kept small and moved: itself, one inside it, or none."""
        return None

    @property
    def inside(self) -> tuple[str, ...]:
        """The way to that layer, where it is inside."""
        return ()

    @property
    def after(self) -> Activation | None:
        """What the network applies to the module's result; None where the module does all."""
        return getattr(self, "activation", None)

    def initializer(self, parameter: Parameter) -> Initializer | None:
        """What one of its parameters starts from; None where the module knows itself."""
        return None

    def settle(self, module: "nn.Module") -> None:
        """Change what was drawn, where not all of a parameter starts alike; called without gradient tracking."""

    def infer(self, *inputs: Any) -> Inferred:
        """Shape of the output and parameters, from the shapes of the inputs; these are of the kinds in `takes`.

        Raises: Refused when the layer cannot work on them.
        """
        raise NotImplementedError

    def foresight(self, *inputs: Any) -> float:
        """How many steps beyond its own a step of the output depends on, where the inputs are sequences; below 0: only on such before its own."""
        return inf if self.whole_sequences else 0

    def check_indices(self, count: int) -> None:
        """Raise Refused when there are other indices in its input, of which there are `count` from 0, than it can choose by."""

    def check_pretraining(self, *inputs: Any) -> None:
        """Raise Refused when it cannot learn from its input alone as it is said to."""

    def build(self, *inputs: Any) -> "nn.Module":
        """The module that computes this layer, up to the pre-activation, with parameters named as `infer` does."""
        raise NotImplementedError

    def build_mask(self, *inputs: Any) -> "MaskRule":
        """Which mask the output has: the first input's, where the output has the same kind and the same sides and rows, else none."""
        from netspec.modules.masks import ended, first

        inferred = self.infer(*inputs)
        return first if inferred.rows == 1 and sides(inferred.output) == sides(inputs[0]) else ended


class NoisyLayer(Layer):
    """A layer without weights; dropout acts on its input where it says so itself."""

    dropout: Dropout = unset()
    """Noise on this layer's input while training: a probability of dropping, or a mapping with `type`."""

    @property
    def noise(self) -> Dropout | None:
        """What disturbs its input while training."""
        return self.dropout


class MaskedLayer(Layer):
    """A layer to which a mask means something, which a network that came from elsewhere may not know."""

    masking: Literal["obey", "ignore"] = "obey"
    """Whether masked steps of a sequence are treated as if they were not there; ignore: a mask is handed on and does nothing here."""

    @property
    def obeys_masks(self) -> bool:
        """Unless it says otherwise."""
        return self.masking == "obey"


class WeightedLayer(Layer):
    """A layer with weights: it inherits what the network says of initialisation, regularisation and updating."""

    n_in: Size = unset()
    """Size of the input; it follows from the layer before and is checked when said."""

    weight_init: Inherited[Initializer] = unset()
    """Distribution of the initial weights."""

    bias_init: Inherited[Initializer] = unset()
    """Initial biases: a number or a distribution."""

    dropout: Annotated[Dropout, Inherit(but_the_first=True)] = unset()
    """Noise on this layer's input while training: a probability of dropping, or a mapping with `type`."""

    weight_noise: Inherited[WeightNoise] = unset()
    """Noise on this layer's weights while training, as a mapping with `type`."""

    updater: Inherited[Updater] = unset()
    """Rule that turns this layer's gradients into steps; it replaces the network's, with all its words."""

    bias_updater: Inherited[Updater] = unset()
    """Updater of the biases, where it differs from that of the weights; of gains too, where that one moves matrices only (muon)."""

    learning_rate: Rate = unset()
    """Step size of this layer, where only that differs from the network's updater."""

    momentum: Momentum = unset()
    """Momentum of this layer, where only that differs from the network's updater."""

    l1: Inherited[Coefficient] = unset()
    """L1 coefficient: l1·|w| is added to the score, l1·sign(w) to the gradient of weights."""

    l2: Inherited[Coefficient] = unset()
    """L2 coefficient: ½·l2·w² is added to the score, l2·w to the gradient of weights."""

    weight_decay: Inherited[WeightDecay] = unset()
    """Decoupled decay of weights: coefficient·learning_rate·w is taken off after the updater."""

    l1_bias: Inherited[Coefficient] = unset()
    """L1 coefficient of the biases."""

    l2_bias: Inherited[Coefficient] = unset()
    """L2 coefficient of the biases."""

    weight_decay_bias: Inherited[WeightDecay] = unset()
    """Decoupled decay of the biases."""

    gradient_normalization: Inherited[GradientNormalization] = unset()
    """Rescaling or clipping of this layer's gradients before the updater: a word, or {type: clip_l2_per_layer, threshold: 0.5}."""

    constraints: Inherited[Constraints] = unset()
    """What weights are brought back to after each update: a word or a mapping with `type`, or a list of them; [] for none."""

    @property
    def weighted(self) -> "WeightedLayer | None":
        """Itself."""
        return self

    @property
    def noise(self) -> Dropout | None:
        """What disturbs its input while training."""
        return self.dropout

    def defaults(self) -> Mapping[str, object]:
        """DL4J's: Xavier weights, zero biases."""
        return {"weight_init": "xavier", "bias_init": 0}

    def initializer(self, parameter: Parameter) -> Initializer | None:
        """Weights and biases have theirs; gains start as their module made them."""
        return {"weight": self.weight_init, "recurrent": self.weight_init, "bias": self.bias_init, "gain": None}[parameter.role]


class ActivatedLayer(WeightedLayer):
    """A layer with weights whose result goes through an activation, which must be said here or network-wide."""

    must_say: ClassVar[tuple[str, ...]] = ("activation",)

    activation: Inherited[Activation] = unset()
    """Function applied to this layer's result."""
