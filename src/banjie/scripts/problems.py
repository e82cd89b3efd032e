"""What is wrong with a script, in words. A script without problems can be published: every caller, whatever he presses
or if he presses nothing, comes to a person, a transfer or an end.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from banjie.base.ids import QueueId
from banjie.base.phones import is_dialable
from banjie.scripts.errors import Problem
from banjie.scripts.model import (
    DIGITS,
    LANGUAGES,
    Collect,
    HoursBranch,
    Menu,
    Node,
    NodeId,
    Play,
    Queue,
    Script,
    SwitchLanguage,
    TransferOut,
    Voicemail,
    exits,
    prompts_of,
)

Nodes = Mapping[NodeId, Node]
Ways = Callable[[Node], tuple[NodeId, ...]]


def find_problems(script: Script, *, queues: Set[QueueId] | None = None) -> list[Problem]:
    """Return everything that is wrong, in the order of the document. `queues` None: queues are not checked."""
    problems = [*_unknown_nodes(script)]
    problems += _unreachable(script)
    problems += _without_end(script)
    problems += _in_circles(script)
    for node_id, node in script.nodes.items():
        problems += _words_missing(node_id, node)
        problems += _node_problems(node_id, node, queues)
    problems += _two_texts(script)
    return problems


def problem(code: str, node: str | None, zh: str, en: str) -> Problem:
    """Say where and what, in both languages."""
    if node is not None:
        zh, en = f"节点“{node}”：{zh}", f"node {node}: {en}"
    return Problem(code=code, node=node, message={"zh": zh, "en": en})


def _unknown_nodes(script: Script) -> Iterator[Problem]:
    if script.start not in script.nodes:
        yield problem(
            "unknown_node",
            None,
            f"起始节点“{script.start}”不存在，请改为已有的节点。",
            f"the start node {script.start} does not exist; name one that does",
        )
    for node_id, node in script.nodes.items():
        for to in dict.fromkeys(exits(node)):
            if to not in script.nodes:
                yield problem(
                    "unknown_node",
                    node_id,
                    f"去向“{to}”不存在，请新建该节点或改去向。",
                    f"it leads to {to}, which does not exist; make that node or lead elsewhere",
                )


def _unreachable(script: Script) -> Iterator[Problem]:
    reached = _reach(script.nodes, [script.start], exits)
    for node_id in script.nodes:
        if node_id not in reached:
            yield problem(
                "unreachable",
                node_id,
                "没有任何去向通到这里，请接上或删除。",
                "nothing leads here; connect it or delete it",
            )


def _without_end(script: Script) -> Iterator[Problem]:
    ending = _reaching_end(script.nodes, exits)
    ending_silently = _always_reaching_end(script.nodes, _silent_ways)
    for node_id in _reach(script.nodes, [script.start], exits):
        if node_id not in ending:
            yield problem(
                "no_end",
                node_id,
                "从这里走不到排队、转接、留言或挂机，请加一个出口。",
                "no way from here leads to a queue, a transfer, a message or a hang-up; add one",
            )
        elif node_id not in ending_silently:
            yield problem(
                "silence_never_ends",
                node_id,
                "来电人若一直不按键，就永远走不出去，请把“无输入”接到排队或挂机。",
                "a caller who presses nothing never leaves; lead no input to a queue or a hang-up",
            )


def _in_circles(script: Script) -> Iterator[Problem]:
    for node_id, node in script.nodes.items():
        at_once = _ways_at_once(node)
        if at_once and node_id in _reach(script.nodes, at_once, _ways_at_once):
            yield problem(
                "circle",
                node_id,
                "这里绕成一圈而不停留，请在圈里放一个播放或菜单节点。",
                "it goes round in a circle that never waits; put a play or a menu node into it",
            )


def _words_missing(node_id: NodeId, node: Node) -> Iterator[Problem]:
    if isinstance(node, Play | Menu | Collect) and not node.prompts:
        yield problem("no_prompt", node_id, "没有提示音，请至少加一条。", "it says nothing; add a prompt")
    for prompt in prompts_of(node):
        for language in _missing(prompt.text):
            yield problem(
                "missing_text",
                node_id,
                f"提示音“{prompt.name}”缺少{_in_zh(language)}文本。",
                f"prompt {prompt.name} has no words in {language}; write them",
            )
    if isinstance(node, Menu):
        for digit, choice in node.choices.items():
            for language in _missing(choice.label):
                yield problem(
                    "missing_text",
                    node_id,
                    f"按键 {digit} 缺少{_in_zh(language)}名称。",
                    f"digit {digit} has no name in {language}; write one",
                )


def _node_problems(node_id: NodeId, node: Node, queues: Set[QueueId] | None) -> Iterator[Problem]:
    match node:
        case Menu():
            if not node.choices:
                yield problem(
                    "no_choice", node_id, "没有可选的按键。", "there is nothing to choose; add a digit"
                )
            for digit in sorted(set(node.choices) - DIGITS):
                yield problem(
                    "bad_digit", node_id, f"“{digit}”不是按键。", f"{digit} is no key; use 0 to 9, * or #"
                )
        case Collect() if not 1 <= node.min_digits <= node.max_digits:
            yield problem(
                "bad_length",
                node_id,
                "最少位数不能大于最多位数，也不能小于 1。",
                "the least number of digits must be 1 or more and not above the most",
            )
        case SwitchLanguage() if node.language not in LANGUAGES:
            yield problem(
                "unknown_language",
                node_id,
                f"没有语言“{node.language}”，可用 zh、en。",
                f"there is no language {node.language}; use zh or en",
            )
        case Queue() if queues is not None and node.queue_id not in queues:
            yield problem(
                "unknown_queue",
                node_id,
                f"队列“{node.queue_id}”不存在，请新建或改选。",
                f"there is no queue {node.queue_id}; make it or choose another",
            )
        case Voicemail() if queues is not None and node.box not in queues:
            yield problem(
                "unknown_queue",
                node_id,
                f"留言箱“{node.box}”不存在，请改选一个队列。",
                f"there is no box {node.box}; choose a queue",
            )
        case TransferOut() if not is_dialable(node.number):
            yield problem(
                "bad_number",
                node_id,
                "转接号码不能拨打，请只用数字、*、# 和开头的 +。",
                "the number cannot be dialled; use digits, *, # and a leading + only",
            )
        case _:
            return


def _two_texts(script: Script) -> Iterator[Problem]:
    """A prompt's name is its sound: one name, one text."""
    said: dict[str, Mapping[str, str]] = {}
    for node_id, node in script.nodes.items():
        for prompt in prompts_of(node):
            if dict(said.setdefault(prompt.name, prompt.text)) != dict(prompt.text):
                yield problem(
                    "two_texts",
                    node_id,
                    f"提示音“{prompt.name}”在别处是另一段文本，请改名或统一。",
                    f"prompt {prompt.name} has other words elsewhere; give it another name or the same words",
                )


def _silent_ways(node: Node) -> tuple[NodeId, ...]:
    """Where a caller goes who presses nothing."""
    return (node.on_no_input,) if isinstance(node, Menu | Collect) else exits(node)


def _ways_at_once(node: Node) -> tuple[NodeId, ...]:
    return exits(node) if isinstance(node, HoursBranch | SwitchLanguage) else ()


def _reach(nodes: Nodes, starts: Iterable[NodeId], ways: Ways) -> dict[NodeId, None]:
    """Every node that can be come to from some, those included, as found."""
    reached: dict[NodeId, None] = {}
    open_ends = [s for s in starts if s in nodes]
    while open_ends:
        node_id = open_ends.pop()
        if node_id not in reached:
            reached[node_id] = None
            open_ends += [to for to in ways(nodes[node_id]) if to in nodes]
    return reached


def _reaching_end(nodes: Nodes, ways: Ways) -> set[NodeId]:
    backwards: dict[NodeId, list[NodeId]] = {node_id: [] for node_id in nodes}
    for node_id, node in nodes.items():
        for to in ways(node):
            if to in backwards:
                backwards[to].append(node_id)
    ending = {node_id for node_id, node in nodes.items() if not exits(node)}
    open_ends = list(ending)
    while open_ends:
        for before in backwards[open_ends.pop()]:
            if before not in ending:
                ending.add(before)
                open_ends.append(before)
    return ending


def _always_reaching_end(nodes: Nodes, ways: Ways) -> set[NodeId]:
    """Every node from which an end is reached whichever way is gone: what hours decide is not the caller's to choose."""
    ending: set[NodeId] = set()
    while newly := {one for one in nodes.keys() - ending if all(to in ending for to in ways(nodes[one]))}:
        ending |= newly
    return ending


def _missing(text: Mapping[str, str]) -> list[str]:
    return [language for language in LANGUAGES if not text.get(language, "").strip()]


def _in_zh(language: str) -> str:
    return {"zh": "中文", "en": "英文"}.get(language, language)
