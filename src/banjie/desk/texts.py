"""What each refusal says, in Chinese and English: what happened, and what to do."""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("zh", "en")
DEFAULT_LANGUAGE: Final = "zh"

Words = tuple[str, str]  # what happened, what to do

WORDS: Final[Mapping[str, Mapping[str, Words]]] = {
    "banjie.error": {
        "zh": ("现在不能这样操作。", "请刷新页面看看最新状态，再试一次。"),
        "en": ("This cannot be done now.", "Refresh the page to see the present state, then try again."),
    },
    "banjie.unavailable": {
        "zh": ("系统的一个部分暂时没有响应。", "请稍后再试；若持续出现，请管理员查看 /healthz。"),
        "en": (
            "A part of the system does not answer.",
            "Try again shortly; if it lasts, ask an administrator to look at /healthz.",
        ),
    },
    "people.not_signed_in": {
        "zh": ("您尚未登录，或登录已过期。", "请重新登录。"),
        "en": ("You are not signed in, or the session has ended.", "Sign in again."),
    },
    "people.wrong_password": {
        "zh": ("用户名或密码不正确。", "请检查后重试；忘记密码请联系管理员。"),
        "en": ("The username or the password is wrong.", "Check both; if forgotten, ask an administrator."),
    },
    "people.too_many_attempts": {
        "zh": ("登录失败次数过多，暂时不能登录。", "请稍候再试；忘记密码请联系管理员。"),
        "en": (
            "Too many failed sign-ins; signing in is paused.",
            "Wait a little; if forgotten, ask an administrator.",
        ),
    },
    "people.forbidden": {
        "zh": ("您的角色没有这项权限。", "如工作需要，请向管理员申请。"),
        "en": ("Your role does not carry this permission.", "If your work needs it, ask an administrator."),
    },
    "people.csrf_mismatch": {
        "zh": ("请求缺少本页面的校验令牌。", "请刷新页面后再试。"),
        "en": ("The request lacks this page's token.", "Reload the page and try again."),
    },
    "people.no_such_user": {
        "zh": ("没有这个用户。", "请检查用户名。"),
        "en": ("There is no such user.", "Check the username."),
    },
    "desk.not_found": {
        "zh": ("没有找到。", "它可能已被删除，或您无权查看；请检查地址。"),
        "en": ("Not found.", "It may be gone, or not yours to see; check the address."),
    },
    "desk.bad_request": {
        "zh": ("请求的内容不正确。", "请检查填写的内容。"),
        "en": ("The request is not well formed.", "Check what was entered."),
    },
    "desk.method_not_allowed": {
        "zh": ("这个地址不支持该操作。", "请查看接口文档 /api/openapi.json。"),
        "en": (
            "This address does not support that method.",
            "See the interface document at /api/openapi.json.",
        ),
    },
    "desk.too_large": {
        "zh": ("请求的内容过大。", "请减少内容后再试。"),
        "en": ("The request is too large.", "Send less."),
    },
    "desk.range_not_satisfiable": {
        "zh": ("请求的片段超出了文件范围。", "请从头播放。"),
        "en": ("The part asked for lies outside the file.", "Play from the beginning."),
    },
    "desk.wrong_origin": {
        "zh": ("请求来自其他网站。", "请从本系统的页面操作。"),
        "en": ("The request comes from another site.", "Use this system's own pages."),
    },
    "desk.too_many_requests": {
        "zh": ("请求过于频繁。", "请稍候再试。"),
        "en": ("Too many requests.", "Wait a little and try again."),
    },
    "desk.draft_changed": {
        "zh": ("草稿已被他人修改。", "请刷新后在最新草稿上修改。"),
        "en": ("Somebody else changed the draft.", "Reload and work on the newest draft."),
    },
    "desk.draft_has_problems": {
        "zh": ("草稿还有问题，不能发布。", "请先解决列出的问题。"),
        "en": ("The draft has problems and cannot be published.", "Solve the listed problems first."),
    },
    "desk.broken": {
        "zh": ("服务器内部出错。", "请稍后再试；若持续出现，请把时间告诉管理员。"),
        "en": (
            "Something broke inside the server.",
            "Try again; if it lasts, tell an administrator the time it happened.",
        ),
    },
}


def language_of(accept_language: str) -> str:
    """Return the first language of an Accept-Language header that we speak, by weight."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language[:200].split(",")[:10]):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        primary = tag.split("-")[0].lower()
        if primary in LANGUAGES and quality > 0.0:
            wanted.append((-quality, place, primary))
    return min(wanted)[2] if wanted else DEFAULT_LANGUAGE


def words_for(code: str, language: str) -> Words:
    """Return the words of this code, or those of the general refusal."""
    return WORDS.get(code, WORDS["banjie.error"])[language]
