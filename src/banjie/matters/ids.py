"""Identifiers of matters and what belongs to them: opaque strings, as those of `base.ids`."""

from typing import NewType

MatterId = NewType("MatterId", str)
UnitId = NewType("UnitId", str)  # 责任单位
ClassId = NewType("ClassId", str)  # a category, with its deadline and demands
EvidenceId = NewType("EvidenceId", str)  # an attachment
