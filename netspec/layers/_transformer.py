"""What the transformer's layers share: attention of several heads, two linear layers, and where they are normalised."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from netspec.activations import Activation
from netspec.component import Inherit, unset
from netspec.dropouts import Dropout
from netspec.errors import Refused
from netspec.fields import Positive, Size
from netspec.initializers import Fans
from netspec.layers import ActivatedLayer, Parameter
from netspec.shapes import Recurrent, Shape

WIDENING = 4


class Transformer(ActivatedLayer):
    """Attention and a feed-forward network, each added to what it takes."""

    takes: ClassVar[tuple[type[Shape], ...]] = (Recurrent,)
    takes_mask = True
    whole_sequences = True
    must_say = ()

    heads: Size
    """Heads of the attention; they share the features of a step, so that their number must divide that of the features."""

    feed_forward: Size = unset()
    """Units of the feed-forward network's hidden layer; four times the features when nothing is said."""

    norm: Literal["pre", "post"] = "pre"
    """Where layer normalisation acts: pre, on what each part takes (put a layer_norm after the last layer); post, on each sum, as first published."""

    dropout: Annotated[Dropout, Inherit(but_the_first=True)] = unset()
    """Probability of dropping, inside: attention weights, hidden units of the feed-forward network, and what each part adds."""

    epsilon: Positive = 1e-5
    """Added to the variance before the root, in the normalisations."""

    has_bias: bool = True
    """Whether the linear layers and normalisations have offsets."""

    @property
    def noise(self) -> Dropout | None:
        """None on the input: dropout acts inside."""
        return None

    @property
    def after(self) -> Activation | None:
        """Nothing: the activation is that of the hidden layer."""
        return None

    def defaults(self) -> Mapping[str, object]:
        """ReLU, as published."""
        return {**super().defaults(), "activation": "relu"}

    def hidden(self, size: int) -> int:
        """Units of the hidden layer."""
        return self.feed_forward or WIDENING * size

    def check(self, shape: Recurrent) -> None:
        """Raises: Refused for features that the heads cannot share, and for noise that cannot act inside."""
        if shape.size % self.heads:
            raise Refused("heads", f"must divide the {shape.size} features of a step", got=self.heads)
        if self.dropout is not None and not (self.dropout.type == "dropout" and self.dropout.constant):
            raise Refused("dropout", "must be a number, the same at every step: it acts in several places inside", got=self.dropout.type)

    def words(self) -> dict[str, Any]:
        """What torch's modules are told, but for sizes."""
        rate = self.dropout.at(0, 0)["p"] if self.dropout else 0.0
        about = {"dropout": rate, "activation": self.activation.build(), "norm_first": self.norm == "pre"}
        return about | {"layer_norm_eps": self.epsilon, "bias": self.has_bias, "batch_first": True}

    def attention(self, name: str, size: int) -> dict[str, Parameter]:
        """Projections to queries, keys and values, one above the other, and of what the heads found."""
        fans = Fans(size, size)
        into = {f"{name}.in_proj_weight": Parameter((3 * size, size), fans=fans)} | self._bias(f"{name}.in_proj_bias", 3 * size, fans)
        return into | self._linear(f"{name}.out_proj", size, size)

    def rest(self, size: int, normalizations: int) -> dict[str, Parameter]:
        """The feed-forward network, and the normalisations."""
        hidden = self.hidden(size)
        ends = ("weight", "bias") if self.has_bias else ("weight",)
        norms = {f"norm{number}.{end}": Parameter((size,), "gain") for number in range(1, normalizations + 1) for end in ends}
        return self._linear("linear1", size, hidden) | self._linear("linear2", hidden, size) | norms

    def _linear(self, name: str, n_in: int, n_out: int) -> dict[str, Parameter]:
        fans = Fans(n_in, n_out)
        return {f"{name}.weight": Parameter((n_out, n_in), fans=fans)} | self._bias(f"{name}.bias", n_out, fans)

    def _bias(self, name: str, size: int, fans: Fans) -> dict[str, Parameter]:
        return {name: Parameter((size,), "bias", fans)} if self.has_bias else {}
