"""What a caller is told who may be called back. A piece is a sound `NAME.LANGUAGE` like every prompt."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from banjie.base.prompts import Prompt
from banjie.stories import wait_sentences
from banjie.stories.wait_sentences import Sentence

_FRAMES: Final = {
    "callback_offer": (
        "您不必在线等候：我们可以保留您的位置，轮到您时给您回电。如需回电，请按",
        "You need not stay on the line. We can keep your place and call you back when it is your turn. To be called back, press",
    ),
    "callback_ask_this": (
        "用您现在的来电号码回电，请按一，再按井号键。用其他号码，请输入该号码，以井号键结束。继续等候，请按星号键。",
        "To be called at the number you are calling from, press one, then hash. For another number, enter it, then press "
        "hash. To go on waiting, press star.",
    ),
    "callback_ask_other": (
        "请输入您的回电号码，以井号键结束。继续等候，请按星号键。",
        "Please enter the number we should call, then press hash. To go on waiting, press star.",
    ),
    "callback_refused": (
        "抱歉，我们不能拨打这个号码，请输入手机号码，或者带区号的固定电话号码。",
        "Sorry, we cannot call this number. Please enter a mobile number, or a landline number with its area code.",
    ),
    "callback_number": ("您的回电号码是", "The number we will call is"),
    "callback_confirm": (
        "正确请按一，重新输入请按星号键。",
        "If that is right, press one. To enter it again, press star.",
    ),
    "callback_kept": (
        "您的位置已经保留，轮到您时我们会给您回电。您可以挂机了，再见。",
        "Your place is kept. We will call you back when it is your turn. You can hang up now. Goodbye.",
    ),
    "callback_unasked": (
        "抱歉，我们现在无法接听您的电话，请稍后再拨。再见。",
        "Sorry, we cannot take your call now. Please call again later. Goodbye.",
    ),
}
_KEYS: Final = {"key_star": ("星号键", "star"), "key_hash": ("井号键", "hash")}


PIECES: Final[Mapping[str, Prompt]] = MappingProxyType(
    {name: Prompt(name=name, text={"zh": zh, "en": en}) for name, (zh, en) in {**_FRAMES, **_KEYS}.items()}
)
_NAMES: Final = {"*": "key_star", "#": "key_hash"}


def offer(key: str) -> Sentence:
    return (PIECES["callback_offer"], _key(key))


def ask(*, may_use_own: bool) -> Sentence:
    return (PIECES["callback_ask_this" if may_use_own else "callback_ask_other"],)


def said_back(number: str) -> Sentence:
    """The number, digit by digit, and what to press."""
    return (*_spelt(number), PIECES["callback_confirm"])


def kept(number: str) -> Sentence:
    return (*_spelt(number), PIECES["callback_kept"])


def _spelt(number: str) -> Sentence:
    return (PIECES["callback_number"], *(_key(digit) for digit in number))


def _key(key: str) -> Prompt:
    name = _NAMES.get(key)
    return wait_sentences.PIECES[f"number_{key}"] if name is None else PIECES[name]
