"""What the demonstration bank says to its callers, and which voice says it. Names are those of the call script."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from banjie.base.prompts import Prompt
from banjie.routing.spoken_wait import COMFORTS
from banjie.scripts import templates
from banjie.stories import callback_words
from banjie.stories.house import NO_OUTSIDE_LINE, NO_SUCH_NUMBER
from banjie.stories.wait_sentences import PIECES

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """`name` is one of Kokoro's; `rate` is how fast, 1.0 its own pace."""

    name: str
    rate: float


VOICES: Final[Mapping[Language, Voice]] = MappingProxyType(
    {"zh": Voice(name="zf_xiaobei", rate=0.9), "en": Voice(name="af_heart", rate=0.95)}
)


def _words_of(prompts: Mapping[str, Prompt]) -> dict[str, Mapping[Language, str]]:
    return {name: {lang: prompt.text[lang] for lang in LANGUAGES} for name, prompt in prompts.items()}


# English words inside Chinese text are said by the English voice.
TEXTS: Final[Mapping[str, Mapping[Language, str]]] = MappingProxyType(
    {
        "welcome": {
            "zh": "您好，欢迎致电示范银行。",
            "en": "Hello, and welcome to Demo Bank.",
        },
        "machine": {
            "zh": "您正在与自动语音系统通话，通话可能会被录音。",
            "en": "You are speaking with an automatic system, and this call may be recorded.",
        },
        "menu": {
            "zh": "账户业务，请按一。银行卡挂失，请按二。For English, press nine. 人工服务，请按零。",
            "en": "For account services, press one. If your card is lost or stolen, press two. "
            "To speak to a person, press zero.",
        },
        "not_heard": {
            "zh": "抱歉，没有听到您的选择。",
            "en": "Sorry, we did not hear your choice.",
        },
        "invalid": {
            "zh": "抱歉，没有这个选项。",
            "en": "Sorry, that is not one of the choices.",
        },
        "to_account": {
            "zh": "好的，账户业务。正在为您转接人工座席，请稍候。",
            "en": "Account services. Please wait while we connect you to a person.",
        },
        "to_urgent": {
            "zh": "正在为您转接紧急挂失专席，您的来电将优先接听。",
            "en": "We are connecting you to our lost card desk. Your call will be answered first.",
        },
        "to_english": {
            "zh": "正在为您转接英语座席，请稍候。",
            "en": "We are connecting you to a person who speaks English. Please wait.",
        },
        "to_person": {
            "zh": "正在为您转接人工座席，请稍候。",
            "en": "Please wait while we connect you to a person.",
        },
        "hold": {
            "zh": "请稍候，不要挂机。",
            "en": "Please hold the line.",
        },
        "closed": {
            "zh": "您好，现在是非服务时间，请您在服务时间内再次来电，谢谢。",
            "en": "Hello. We are closed now. Please call again during our opening hours. Thank you.",
        },
        "unavailable": {
            "zh": "抱歉，您的电话暂时无法接通，请稍后再拨。",
            "en": "Sorry, your call cannot be connected now. Please try again later.",
        },
        "all_busy": {
            "zh": "抱歉，座席全忙，请您稍后再拨，谢谢。",
            "en": "Sorry, all of our people are busy. Please try again later. Thank you.",
        },
        "leave_message": {
            "zh": "请在提示音后留言，按井号键结束。",
            "en": "Please leave a message after the tone. Press hash when you have finished.",
        },
        "message_kept": {
            "zh": "您的留言已保存，我们会尽快处理，再见。",
            "en": "Your message is kept. We will see to it soon. Goodbye.",
        },
        "cannot_hear": {
            "zh": "您好，我听不到您的声音，请您再说一遍，或者稍后再拨。",
            "en": "Hello, I cannot hear you. Please say it again, or call again later.",
        },
        "goodbye": {
            "zh": "感谢您的来电，再见。",
            "en": "Thank you for calling. Goodbye.",
        },
        **_words_of({prompt.name: prompt for prompt in (NO_SUCH_NUMBER, NO_OUTSIDE_LINE)}),
        **_words_of(COMFORTS),
        **_words_of(templates.PIECES),
        **_words_of(PIECES),
        **_words_of(callback_words.PIECES),
    }
)
MUSIC: Final = "music"
