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
    "customers.no_such_customer": {
        "zh": ("没有这个客户。", "请重新查找；需要时新建客户。"),
        "en": ("There is no such customer.", "Look for him again, or enter him."),
    },
    "customers.no_such_note": {
        "zh": ("没有这条备注，或它是别人写的。", "只能修改自己写的备注；可另写一条。"),
        "en": (
            "There is no such note, or somebody else wrote it.",
            "One changes one's own notes only; write another one.",
        ),
    },
    "appointments.over": {
        "zh": ("这个预约已经完成或取消。", "请刷新列表；需要时另行预约。"),
        "en": (
            "This appointment is done or cancelled already.",
            "Look at the list again; book another if one is needed.",
        ),
    },
    "appointments.no_such_appointment": {
        "zh": ("没有这个预约，或它已交给别人。", "请刷新列表。"),
        "en": ("There is no such appointment, or it is another agent's now.", "Look at the list again."),
    },
    "matters.illegal_step": {
        "zh": ("这个事项现在的状态不能这样办。", "请刷新页面，看看它走到了哪一步。"),
        "en": ("The matter is in a state where this cannot be done.", "Refresh to see where it stands."),
    },
    "matters.not_yours": {
        "zh": ("这一步不归您办。", "请由责任人、所属单位负责人或督办室办理。"),
        "en": (
            "This step is not yours to take.",
            "Ask its owner, the head of the unit, or the supervision office.",
        ),
    },
    "matters.unfinished": {
        "zh": ("还缺少办理这一步所需的内容。", "请补齐后再提交。"),
        "en": ("Something this step needs is missing.", "Add it and submit again."),
    },
    "matters.no_such_matter": {
        "zh": ("没有这个事项，或您无权查看。", "请核对编号。"),
        "en": ("There is no such matter, or it is not for you to read.", "Check its number."),
    },
    "matters.no_such_class": {
        "zh": ("没有这个事项类别，或它已停用。", "请在类别中重新选择。"),
        "en": ("There is no such class of matters, or it is no longer used.", "Choose another class."),
    },
    "matters.not_in_unit": {
        "zh": ("所选的人不在该单位承办事项。", "请选择该单位的承办人；没有时请管理员添加。"),
        "en": (
            "The person chosen handles no matters in this unit.",
            "Choose one of its people, or ask an administrator to add him.",
        ),
    },
    "matters.no_such_country": {
        "zh": ("没有这个国家或地区的节假日表。", "请填写两位代码，如 CN、HK、DE。"),
        "en": ("There is no holiday calendar for this country.", "Write a two-letter code: CN, HK, DE."),
    },
    "matters.bad_term": {
        "zh": ("期限写得不对。", "请填写 1 到 366。"),
        "en": ("This is no term.", "Write a number from 1 to 366."),
    },
    "matters.bad_rung": {
        "zh": ("这条催办规则写得不对。", "请选择通知谁、怎样通知，时间须大于零。"),
        "en": ("This rule of the ladder makes no sense.", "Say who is told and how; times are above 0."),
    },
    "matters.sheet_signed": {
        "zh": ("这张督办表已经签发，不能再改。", "请写进下一周的督办表。"),
        "en": ("This sheet is signed and stays as it is.", "Write it into the next week's."),
    },
    "matters.too_long": {
        "zh": ("这一格写得太长了。", "每格最多 2000 字；详细内容请写进事项。"),
        "en": (
            "This is more than a cell holds.",
            "2,000 characters at most; write the rest into the matter.",
        ),
    },
    "matters.no_such_sheet": {
        "zh": ("没有这个专项，或没有那一周的督办表。", "请从列表中选择。"),
        "en": ("There is no such list, or no sheet of that week.", "Choose from the lists there are."),
    },
    "base.never_open": {
        "zh": ("工作日历里没有工作时间。", "请先设置办公时间。"),
        "en": ("The working calendar has no hours.", "Set the office's hours first."),
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
    "people.weak_password": {
        "zh": (
            "这个密码太容易被猜到。",
            "请用 10 个以上字符，不含用户名，也不要用常见密码；几个不相干的词连起来就很好。",
        ),
        "en": (
            "This password would be guessed.",
            "Use 10 characters or more, without the username and not a common one; a few unrelated words are good.",
        ),
    },
    "people.wrong_current_password": {
        "zh": ("当前密码不正确。", "请检查后重试；忘记密码请联系管理员。"),
        "en": ("The present password is wrong.", "Check it; if forgotten, ask an administrator."),
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
    "desk.no_such_reason": {
        "zh": ("没有这个小休原因。", "请从列表中选择。"),
        "en": ("There is no such break reason.", "Choose one of the list."),
    },
    "desk.no_such_disposition": {
        "zh": ("没有这个小结代码。", "请从列表中选择。"),
        "en": ("There is no such disposition.", "Choose one of the list."),
    },
    "desk.note_needed": {
        "zh": ("这个小结要求写备注。", "请写好备注再提交。"),
        "en": ("This disposition asks for a note.", "Write the note, then save."),
    },
    "desk.not_an_agent": {
        "zh": ("这个账号不接听电话。", "请管理员为它分配分机号。"),
        "en": ("This account takes no calls.", "Ask an administrator to give it an extension."),
    },
    "desk.not_here": {
        "zh": ("这位坐席没有签入。", "等他签入后再试。"),
        "en": ("This agent is not signed in.", "Try again when he is."),
    },
    "calls.colleague_not_free": {
        "zh": ("这位坐席现在不空闲。", "请另选一位，或转到队列。"),
        "en": ("This colleague is not free now.", "Choose another, or transfer to a queue."),
    },
    "calls.no_such_colleague": {
        "zh": ("没有这位坐席。", "请从名单中选择。"),
        "en": ("There is no such colleague.", "Choose one of the list."),
    },
    "calls.is_full": {
        "zh": ("通话人数已满，最多 8 方。", "请先请一位退出。"),
        "en": ("The call is full: eight at most.", "Let somebody leave first."),
    },
    "calls.already_consulting": {
        "zh": ("您已经在咨询一位。", "请先结束咨询，或让他加入会议。"),
        "en": ("You are asking somebody already.", "Finish with him, or let him join, first."),
    },
    "calls.not_consulting": {
        "zh": ("对方还没有接听。", "请等他接听，或直接转接。"),
        "en": ("Nobody has answered yet.", "Wait for the answer, or transfer at once."),
    },
    "calls.on_his_phone": {
        "zh": ("两路通话都在您的话机上。", "请在话机上切换。"),
        "en": ("Both calls are on your desk phone.", "Go from one to the other there."),
    },
    "calls.not_with_guests": {
        "zh": ("多方通话中不能保持。", "请用“切换”与其中一方单独通话。"),
        "en": ("Hold is for two.", "Use “Swap” to speak to one side alone."),
    },
    "calls.no_customer": {
        "zh": ("这是内部通话，没有可转接的客户。", "请直接挂机，再呼叫对方。"),
        "en": (
            "This is a call between colleagues; there is no customer to hand on.",
            "Hang up, and call the other.",
        ),
    },
    "calls.number_not_called": {
        "zh": ("我们不能回拨这个号码。", "请填写手机号码，或带区号的固定电话号码。"),
        "en": (
            "We cannot call this number back.",
            "Give a mobile number, or a landline number with its area code.",
        ),
    },
    "calls.no_callback_here": {
        "zh": ("现在不能为您登记回呼。", "请继续在线等候，很快会有人接听。"),
        "en": ("You cannot be called back now.", "Please stay on the line; somebody will answer soon."),
    },
    "calls.no_such_callback": {
        "zh": ("这个回呼已经结束。", "请刷新列表，查看它的结果。"),
        "en": ("This callback has ended.", "Reload the list to see how."),
    },
    "calls.leads_nowhere": {
        "zh": ("这个号码现在不通向任何脚本。", "请检查号码，或它的服务时间。"),
        "en": ("This number leads to no script now.", "Check the number, or its hours."),
    },
    "calls.not_idle": {
        "zh": ("您现在不能呼出。", "请先签入，并结束手上的通话和话后处理。"),
        "en": ("You cannot call out now.", "Sign in, and finish the call and the after-call work in hand."),
    },
    "people.not_your_team": {
        "zh": ("这位坐席不在您负责的班组。", "如需协助，请联系他的班长。"),
        "en": ("This agent is in none of your teams.", "Ask the supervisor who answers for his team."),
    },
    "people.not_your_queue": {
        "zh": ("您负责的坐席都不服务这个队列。", "如需修改，请联系管理员。"),
        "en": ("None of your agents serves this queue.", "Ask an administrator to change it."),
    },
    "desk.overtaken": {
        "zh": ("{by} 在 {at} 改过这条记录，您的修改没有保存。", "请关闭表单，看看最新内容，再改一次并保存。"),
        "en": (
            "{by} changed this record at {at}; your change was not saved.",
            "Close the form, look at it as it is now, then change and save it again.",
        ),
    },
    "calls.own_call": {
        "zh": ("这是您自己的通话。", "请在自己的工作台上操作。"),
        "en": ("This is your own call.", "Use your own desk for it."),
    },
    "calls.not_watching": {
        "zh": ("您还没有打开监听的声音。", "请先点“监听”。"),
        "en": ("Your sound is not open yet.", "Choose “Listen” first."),
    },
    "calls.no_such_call": {
        "zh": ("这个通话已不在您这里。", "对方可能已挂机，或已由他人接听；请看最新状态。"),
        "en": (
            "This call is not with you any more.",
            "The caller may have left or another answered; see the present state.",
        ),
    },
    "calls.already_registered": {
        "zh": ("这通电话已经有小结了。", "不能重复登记；请刷新“今日通话”查看。"),
        "en": (
            "This call has its disposition already.",
            "It is given once; reload “My calls today” to see it.",
        ),
    },
    "calls.illegal_transition": {
        "zh": ("通话当前的状态不能这样操作。", "请看通话的最新状态，再试一次。"),
        "en": ("The call's present state does not allow this.", "See its present state, then try again."),
    },
    "calls.cannot_dial": {
        "zh": ("呼叫不能接通：话机未注册或没有可用中继。", "请检查话机，或改用浏览器接听。"),
        "en": (
            "It cannot be dialled: the phone is not registered, or no trunk is there.",
            "Check the phone, or answer in the browser.",
        ),
    },
    "routing.illegal_transition": {
        "zh": ("坐席当前的状态不能这样操作。", "请看最新状态；通话中请先结束通话。"),
        "en": (
            "The agent's present state does not allow this.",
            "See the present state; in a call, end it first.",
        ),
    },
    "routing.no_such_offer": {
        "zh": ("来电已不再等您接听。", "可能已超时，或对方已挂机；请等下一个来电。"),
        "en": (
            "The call no longer waits for you.",
            "It timed out or the caller left; the next one will come.",
        ),
    },
    "routing.deposed": {
        "zh": ("现在由另一台服务器分配来电。", "请稍候几秒再试；页面会自动重新连接。"),
        "en": (
            "Another server gives out the calls now.",
            "Try again in a few seconds; the page connects again by itself.",
        ),
    },
    "routing.decisions_missing": {
        "zh": ("这台服务器还没有跟上最新的分配结果。", "请稍候几秒再试。"),
        "en": (
            "This server has not caught up with the latest decisions yet.",
            "Try again in a few seconds.",
        ),
    },
    "routing.illegal_callback": {
        "zh": ("回呼当前的状态不能这样操作。", "请看最新状态；它可能已由他人处理或已过期。"),
        "en": (
            "The callback's present state does not allow this.",
            "See the present state; somebody else may have it, or it has run out.",
        ),
    },
    "routing.no_such_queue": {
        "zh": ("没有这个技能组。", "请从列表中选择。"),
        "en": ("There is no such queue.", "Choose one of the list."),
    },
    "media.unusable_offer": {
        "zh": ("浏览器的通话参数不可用。", "请换用新版 Chrome、Edge 或 Firefox，允许使用麦克风后再试。"),
        "en": (
            "The browser's call offer cannot be used.",
            "Use a recent Chrome, Edge or Firefox, allow the microphone, try again.",
        ),
    },
    "media.no_free_port": {
        "zh": ("系统通话已满。", "请稍后再试；管理员可扩大 BANJIE_RTP_PORTS。"),
        "en": (
            "All lines of the system are in use.",
            "Try again shortly; an administrator may widen BANJIE_RTP_PORTS.",
        ),
    },
    "media.switchboard_full": {
        "zh": ("系统通话已满。", "请稍后再试。"),
        "en": ("The switchboard is full.", "Try again shortly."),
    },
    "media.too_many_browsers": {
        "zh": ("浏览器通话数已满。", "请稍后再试，或改用话机。"),
        "en": ("All browser lines are in use.", "Try again shortly, or use a phone."),
    },
    "storage.database_unavailable": {
        "zh": ("数据库暂时没有响应，没有写入任何内容。", "请稍后再试；若持续出现，请管理员查看 /healthz。"),
        "en": (
            "The database does not answer; nothing was written.",
            "Try again; if it lasts, ask an administrator to look at /healthz.",
        ),
    },
    "storage.no_such_record": {
        "zh": ("没有找到。", "它可能已被删除；请刷新列表。"),
        "en": ("Not found.", "It may be gone; reload the list."),
    },
    "storage.already_there": {
        "zh": ("名称或号码已被使用。", "请换一个。"),
        "en": ("The name or number is taken.", "Choose another."),
    },
    "scripts.no_such_script": {
        "zh": ("没有这个呼叫脚本。", "请刷新列表。"),
        "en": ("There is no such call script.", "Reload the list."),
    },
    "scripts.bad_script": {
        "zh": ("流程还有问题，不能发布。", "请先解决列出的问题。"),
        "en": ("The script has problems and cannot be published.", "Solve the listed problems first."),
    },
    "scripts.draft_overtaken": {
        "zh": ("草稿已被他人修改。", "请刷新后在最新草稿上修改。"),
        "en": ("Somebody else changed the draft.", "Reload and work on the newest draft."),
    },
    "scripts.draft_outdated": {
        "zh": ("这份草稿开始之后，已有新版本发布。", "请从最新版本重新开始草稿。"),
        "en": (
            "Another version was published since this draft was begun.",
            "Begin a new draft from the newest version.",
        ),
    },
    "base.faulty": {
        "zh": ("填写的内容有问题，没有保存。", "请按各项旁边的说明修改。"),
        "en": ("What was entered cannot be kept; nothing was saved.", "See what each field says."),
    },
    "people.bad_account": {
        "zh": ("填写的内容有问题，没有保存。", "请按各项旁边的说明修改。"),
        "en": ("What was entered cannot be kept; nothing was saved.", "See what each field says."),
    },
    "people.last_administrator": {
        "zh": ("这是最后一位管理员。", "请先设置另一位管理员。"),
        "en": ("This is the last administrator.", "Make another one first."),
    },
    "numbers.no_such_number": {
        "zh": ("没有这个号码。", "请刷新列表后再试。"),
        "en": ("There is no such number.", "Reload the list and try again."),
    },
    "sip.no_such_trunk": {
        "zh": ("没有这个中继。", "请刷新列表后再试。"),
        "en": ("There is no such trunk.", "Reload the list and try again."),
    },
    "people.no_such_team": {
        "zh": ("没有这个班组。", "请刷新列表后再试。"),
        "en": ("There is no such team.", "Reload the list and try again."),
    },
    "people.no_such_site": {
        "zh": ("没有这个职场。", "请刷新列表后再试。"),
        "en": ("There is no such site.", "Reload the list and try again."),
    },
    "routing.no_such_code": {
        "zh": ("没有这个代码。", "请刷新列表后再试。"),
        "en": ("There is no such code.", "Reload the list and try again."),
    },
    "routing.not_in_queue": {
        "zh": ("这个来电已不在排队。", "请看最新的排队情况。"),
        "en": ("This call does not wait any more.", "Look at who waits now."),
    },
    "routing.queue_closed": {
        "zh": ("这个队列现在不接受新来电。", "请转到其他队列或坐席。"),
        "en": ("This queue takes no new calls now.", "Hand the call to another queue or agent."),
    },
    "numbers.no_such_hours": {
        "zh": ("没有这个时间表。", "请刷新列表后再试。"),
        "en": ("There are no such hours.", "Reload the list and try again."),
    },
    "base.not_a_phone_number": {
        "zh": ("这不是可以拨打的号码。", "请检查号码。"),
        "en": ("This is not a number that can be dialled.", "Check the number."),
    },
    "visitor.no_such_number": {
        "zh": ("这个号码不能从网页拨打。", "请拨打页面上显示的号码。"),
        "en": ("This number cannot be called from the page.", "Call the number shown on the page."),
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
