"""A script as JSON, written by people and programs outside, and back.

Reading checks the shape only; `problems.py` judges the graph. `{"start": node, "nodes": {name: {"kind": …}}}`; `layout` holds the
places of nodes on the editor's canvas and means nothing here.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from banjie.base.errors import BanjieError
from banjie.base.hours import hours_from_document, hours_to_document
from banjie.base.ids import QueueId, ScriptId
from banjie.base.prompts import PROMPT_NAME, Prompt, prompts_to_document
from banjie.scripts import model
from banjie.scripts.errors import BadScript, Problem
from banjie.scripts.problems import problem

NODES_MAX: Final = 500

Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S(.*\S)?$")]
Text = dict[Annotated[str, Field(min_length=2, max_length=16)], Annotated[str, Field(max_length=2000)]]
Seconds = Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)]
Retries = Annotated[int, Field(ge=0, le=9)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PromptPart(_Part):
    name: Annotated[str, Field(pattern=f"^{PROMPT_NAME.pattern}$")]
    text: Text


Prompts = Annotated[tuple[PromptPart, ...], Field(max_length=20)]


class PlayPart(_Part):
    kind: Literal["play"]
    prompts: Prompts
    then: Name
    barge_in: bool = True


class ChoicePart(_Part):
    then: Name
    label: Text


class MenuPart(_Part):
    kind: Literal["menu"]
    prompts: Prompts
    choices: dict[Annotated[str, Field(min_length=1, max_length=1)], ChoicePart]
    on_no_input: Name
    on_invalid: Name
    no_input_prompts: Prompts = ()
    invalid_prompts: Prompts = ()
    timeout_s: Seconds = 5.0
    retries: Retries = 1
    barge_in: bool = True


class CollectPart(_Part):
    kind: Literal["collect"]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    prompts: Prompts
    then: Name
    on_no_input: Name
    no_input_prompts: Prompts = ()
    invalid_prompts: Prompts = ()
    min_digits: Annotated[int, Field(ge=1, le=64)] = 1
    max_digits: Annotated[int, Field(ge=1, le=64)] = 20
    timeout_s: Seconds = 8.0
    between_s: Seconds = 4.0
    retries: Retries = 1
    barge_in: bool = True
    is_secret: bool = False


class HoursPart(_Part):
    kind: Literal["hours"]
    hours: dict[str, object]
    open: Name
    closed: Name


class LanguagePart(_Part):
    kind: Literal["language"]
    language: str
    then: Name


class QueuePart(_Part):
    kind: Literal["queue"]
    queue_id: Name
    priority: Annotated[int, Field(ge=-100, le=100)] = 0
    needs: tuple[Name, ...] = ()
    prompts: Prompts = ()


class TransferPart(_Part):
    kind: Literal["transfer"]
    number: str
    prompts: Prompts = ()


class VoicemailPart(_Part):
    kind: Literal["voicemail"]
    box: Name
    prompts: Prompts = ()


class HangUpPart(_Part):
    kind: Literal["hang_up"]
    prompts: Prompts = ()
    reason: Literal["script_ended", "closed"] = "script_ended"


NodePart = Annotated[
    PlayPart
    | MenuPart
    | CollectPart
    | HoursPart
    | LanguagePart
    | QueuePart
    | TransferPart
    | VoicemailPart
    | HangUpPart,
    Field(discriminator="kind"),
]


class ScriptDocument(_Part):
    """`nodes` by name; names are what the reports of presses say, so make them words."""

    start: Name
    nodes: Annotated[dict[Name, NodePart], Field(min_length=1, max_length=NODES_MAX)]
    layout: dict[str, tuple[float, float]] = Field(default_factory=dict)


def read_script(script_id: ScriptId, version: int, document: Mapping[str, object]) -> model.Script:
    """Return the script a document describes.

    Raises:
        BadScript: the document is not of the right shape; nothing is said yet about the graph.
    """
    try:
        parsed = ScriptDocument.model_validate(document)
    except ValidationError as cause:
        raise BadScript([_shape_problem(e) for e in cause.errors(include_url=False)]) from None
    nodes: dict[model.NodeId, model.Node] = {}
    problems: list[Problem] = []
    for name, part in parsed.nodes.items():
        try:
            nodes[model.NodeId(name)] = _node(part)
        except BanjieError as cause:
            problems.append(problem("bad_hours", name, f"服务时间写法不对（{cause}）。", str(cause)))
    if problems:
        raise BadScript(problems)
    return model.Script(script_id=script_id, version=version, start=model.NodeId(parsed.start), nodes=nodes)


def write_script(script: model.Script) -> dict[str, object]:
    """Return the document `read_script` reads."""
    return {"start": script.start, "nodes": {name: _part(node) for name, node in script.nodes.items()}}


def json_schema() -> dict[str, object]:
    """The shape of a document, for editors and integrators (JSON Schema 2020-12)."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **ScriptDocument.model_json_schema()}


def _shape_problem(error: ErrorDetails) -> Problem:
    path = [str(p) for p in error["loc"]]
    node = path[1] if len(path) > 1 and path[0] == "nodes" else None
    kinds = {"play", "menu", "collect", "hours", "language", "queue", "transfer", "voicemail", "hang_up"}
    inside = [p for p in path[2 if node else 0 :] if p not in kinds]
    where = ".".join(inside) or "document"
    match error["type"]:
        case "missing":
            return problem("shape", node, f"缺少 {where}。", f"{where} is missing")
        case "extra_forbidden":
            return problem("shape", node, f"没有 {where} 这一项，请删除。", f"there is no {where}; delete it")
        case _:
            said = error["msg"]
            return problem("shape", node, f"{where} 写法不对（{said}）。", f"{where}: {said}")


def _node(part: NodePart) -> model.Node:
    match part:
        case PlayPart():
            return model.Play(
                prompts=_prompts(part.prompts), then=model.NodeId(part.then), barge_in=part.barge_in
            )
        case MenuPart():
            return _menu(part)
        case CollectPart():
            return _collect(part)
        case HoursPart():
            return model.HoursBranch(
                hours=hours_from_document(part.hours),
                open=model.NodeId(part.open),
                closed=model.NodeId(part.closed),
            )
        case LanguagePart():
            return model.SwitchLanguage(language=part.language, then=model.NodeId(part.then))
        case QueuePart():
            return model.Queue(
                queue_id=QueueId(part.queue_id),
                priority=part.priority,
                needs=frozenset(part.needs),
                prompts=_prompts(part.prompts),
            )
        case TransferPart():
            return model.TransferOut(number=part.number, prompts=_prompts(part.prompts))
        case VoicemailPart():
            return model.Voicemail(box=QueueId(part.box), prompts=_prompts(part.prompts))
        case HangUpPart():
            return model.HangUp(prompts=_prompts(part.prompts), reason=part.reason)


def _menu(part: MenuPart) -> model.Menu:
    return model.Menu(
        prompts=_prompts(part.prompts),
        choices={
            digit: model.Choice(then=model.NodeId(c.then), label=dict(c.label))
            for digit, c in part.choices.items()
        },
        on_no_input=model.NodeId(part.on_no_input),
        on_invalid=model.NodeId(part.on_invalid),
        no_input_prompts=_prompts(part.no_input_prompts),
        invalid_prompts=_prompts(part.invalid_prompts),
        timeout_s=part.timeout_s,
        retries=part.retries,
        barge_in=part.barge_in,
    )


def _collect(part: CollectPart) -> model.Collect:
    return model.Collect(
        name=part.name,
        prompts=_prompts(part.prompts),
        then=model.NodeId(part.then),
        on_no_input=model.NodeId(part.on_no_input),
        no_input_prompts=_prompts(part.no_input_prompts),
        invalid_prompts=_prompts(part.invalid_prompts),
        min_digits=part.min_digits,
        max_digits=part.max_digits,
        timeout_s=part.timeout_s,
        between_s=part.between_s,
        retries=part.retries,
        barge_in=part.barge_in,
        is_secret=part.is_secret,
    )


def _prompts(parts: tuple[PromptPart, ...]) -> model.Prompts:
    return tuple(Prompt(name=p.name, text=dict(p.text)) for p in parts)


def _part(node: model.Node) -> dict[str, object]:
    said = {"prompts": prompts_to_document(node.prompts)} if hasattr(node, "prompts") else {}
    match node:
        case model.Play():
            return {"kind": "play", **said, "then": node.then, "barge_in": node.barge_in}
        case model.Menu():
            choices = {d: {"then": c.then, "label": dict(c.label)} for d, c in node.choices.items()}
            return {
                "kind": "menu",
                **said,
                "choices": choices,
                **_asking(node),
                "on_invalid": node.on_invalid,
            }
        case model.Collect():
            return {
                "kind": "collect",
                "name": node.name,
                **said,
                "then": node.then,
                **_asking(node),
                "min_digits": node.min_digits,
                "max_digits": node.max_digits,
                "between_s": node.between_s,
                "is_secret": node.is_secret,
            }
        case model.HoursBranch():
            hours = hours_to_document(node.hours)
            return {"kind": "hours", "hours": hours, "open": node.open, "closed": node.closed}
        case model.SwitchLanguage():
            return {"kind": "language", "language": node.language, "then": node.then}
        case model.Queue():
            place = {"queue_id": node.queue_id, "priority": node.priority, "needs": sorted(node.needs)}
            return {"kind": "queue", **place, **said}
        case model.TransferOut():
            return {"kind": "transfer", "number": node.number, **said}
        case model.Voicemail():
            return {"kind": "voicemail", "box": node.box, **said}
        case model.HangUp():
            return {"kind": "hang_up", **said, "reason": node.reason}


def _asking(node: model.Menu | model.Collect) -> dict[str, object]:
    return {
        "on_no_input": node.on_no_input,
        "no_input_prompts": prompts_to_document(node.no_input_prompts),
        "invalid_prompts": prompts_to_document(node.invalid_prompts),
        "timeout_s": node.timeout_s,
        "retries": node.retries,
        "barge_in": node.barge_in,
    }
