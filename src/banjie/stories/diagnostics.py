"""Three numbers for measurement: one echoes, one joins callers two by two, one three by three in a mixed room."""

from dataclasses import dataclass, field
from typing import Final

from banjie.media.ports import Switchboard
from banjie.sip.events import CallOffered
from banjie.stories.legs import EndedBy, Leg, Legs

ROOM_SIZES: Final = {"4000000099": 1, "4000000098": 2, "4000000097": 3}  # dialled number to callers a room


@dataclass(slots=True, eq=False)
class Room:
    size: int
    legs: list[Leg] = field(default_factory=list)


class Diagnostics:
    """Open only when the operator switches it on. No record is kept. Satisfies `LegOwner`."""

    def __init__(self, legs: Legs, switchboard: Switchboard) -> None:
        self._legs, self._switchboard = legs, switchboard
        self._filling: dict[int, Room] = {}
        self._rooms: dict[Leg, Room] = {}

    def takes(self, event: CallOffered) -> bool:
        """Answer the call if it is for one of the diagnostic numbers."""
        size = ROOM_SIZES.get(event.dialled)
        if size is None:
            return False
        leg = self._legs.take(event, self)
        if leg is not None:
            self._legs.answer(leg)
            self._enter(leg, size)
        return True

    def _enter(self, leg: Leg, size: int) -> None:
        room = self._filling.pop(size, None) or Room(size)
        for other in room.legs or ([leg] if size == 1 else []):
            self._switchboard.cord(other.port_id, leg.port_id)
            self._switchboard.cord(leg.port_id, other.port_id)
        room.legs.append(leg)
        self._rooms[leg] = room
        if len(room.legs) < size:
            self._filling[size] = room

    def leg_answered(self, leg: Leg) -> None:
        """Callers call us."""

    def leg_ended(self, leg: Leg, status: int | None, by: EndedBy) -> None:
        room = self._rooms.pop(leg, None)
        if room is None:
            return
        room.legs.remove(leg)  # its cords went with its port
        if not room.legs and self._filling.get(room.size) is room:
            del self._filling[room.size]

    def leg_held(self, leg: Leg, held: bool) -> None:
        """The rest of the room talks on."""

    def digit_heard(self, leg: Leg, digit: str) -> None:
        """Digits mean nothing here."""
